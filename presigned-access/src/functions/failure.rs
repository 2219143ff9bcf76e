//! Why a call to AWS gave no answer.

use std::error::Error;

use aws_sdk_ssm::config::http::HttpResponse;
use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};

/// Why a call to AWS gave no answer. Retries have been made where they could help.
///
/// The cause below the SDK's wrapper is not kept: it may quote the answer, and an answer may be an address that opens a
/// session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// AWS answered, and the answer is no.
    #[error("AWS answered `{code}`: {message}")]
    Refused {
        /// The error's name, such as `ThrottlingException`; the HTTP status where the answer names none.
        code: String,
        /// AWS's own words.
        message: String,
    },
    /// AWS is busy: it says so, or its answer is a failure of its own.
    #[error("AWS is busy: `{code}`")]
    Busy {
        /// The error's name, or the HTTP status.
        code: String,
    },
    /// No answer in time.
    #[error("AWS did not answer in time")]
    TimedOut,
    /// No connection, or nothing to sign the request with.
    #[error("AWS could not be reached")]
    Unreachable,
    /// An answer that is not what the service is documented to send.
    #[error("AWS's answer could not be understood")]
    Answer,
}

/// Errors by which AWS asks for patience (facts 2.6).
const BUSY: [&str; 7] = [
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceededException",
    "ThrottledException",
    "ServiceUnavailableException",
];

impl Failure {
    /// Whether AWS refused with the error of this name.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == name)
    }

    /// Whether the same call may succeed in a minute.
    pub fn passes(&self) -> bool {
        match self {
            Self::Busy { .. } | Self::TimedOut | Self::Unreachable => true,
            Self::Refused { .. } | Self::Answer => false,
        }
    }
}

impl<E: ProvideErrorMetadata + Error + 'static> From<SdkError<E, HttpResponse>> for Failure {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        match &error {
            SdkError::ServiceError(context) => {
                let status = context.raw().status().as_u16();
                let meta = context.err().meta();
                let code = meta.code().map_or_else(|| format!("HTTP {status}"), str::to_owned);
                if status >= 500 || status == 429 || BUSY.contains(&code.as_str()) {
                    return Self::Busy { code };
                }
                Self::Refused { code, message: meta.message().unwrap_or_default().to_owned() }
            }
            SdkError::TimeoutError(_) => Self::TimedOut,
            SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => Self::TimedOut,
            SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => Self::Unreachable,
            _ => Self::Answer,
        }
    }
}
