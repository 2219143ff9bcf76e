//! Why a call gave no answer, with AWS's own words kept.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;

type Cause = Box<dyn Error + Send + Sync>;

/// Why a call to AWS gave no answer. Retries have been made where they could help.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// AWS answered, and the answer is no.
    #[error("AWS answered {0}")]
    Refused(Box<Refusal>),
    /// There were no credentials to sign the call with.
    #[error("no AWS credentials could be found")]
    Credentials(#[source] Cause),
    /// No connection to the service came about.
    #[error("AWS could not be reached")]
    Unreachable(#[source] Cause),
    /// The service did not answer in time.
    #[error("AWS did not answer in time")]
    TimedOut(#[source] Cause),
    /// The call could not be put together.
    #[error("the request to AWS could not be made")]
    Request(#[source] Cause),
    /// What came back is not what the service is documented to send.
    #[error("AWS's answer could not be understood")]
    Answer(#[source] Cause),
}

/// What AWS said when it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The name of the error, such as `ThrottlingException`; the HTTP status where the answer names none.
    pub code: String,
    /// The message as AWS sent it; empty where it sent none.
    pub message: String,
    /// What AWS's support asks for.
    pub request_id: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl Refusal {
    fn new(meta: &ErrorMetadata, status: Option<u16>) -> Self {
        let unnamed = || status.map_or_else(|| "an unnamed error".to_owned(), |status| format!("HTTP status {status}"));
        Self {
            code: meta.code().map_or_else(unnamed, str::to_owned),
            message: meta.message().unwrap_or_default().to_owned(),
            request_id: meta.request_id().map(str::to_owned),
        }
    }
}

impl Failure {
    /// What AWS said, where it was AWS that refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Credentials(_) | Self::Unreachable(_) | Self::TimedOut(_) | Self::Request(_) | Self::Answer(_) => {
                None
            }
        }
    }

    /// Whether AWS refused with the error of this name.
    pub fn is(&self, code: &str) -> bool {
        self.refusal().is_some_and(|refusal| refusal.code == code)
    }
}

impl<E> From<SdkError<E, HttpResponse>> for Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        if let SdkError::ServiceError(context) = &error {
            let status = context.raw().status().as_u16();
            return Self::Refused(Box::new(Refusal::new(context.err().meta(), Some(status))));
        }
        // Signing comes before sending, so a missing credential arrives dressed as a failed dispatch.
        if let Some(refusal) = refused_role(&error) {
            return Self::Refused(Box::new(refusal));
        }
        if chain(&error).any(<dyn Error>::is::<CredentialsError>) {
            return Self::Credentials(inner(error));
        }
        match &error {
            SdkError::TimeoutError(_) => Self::TimedOut(inner(error)),
            SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => Self::TimedOut(inner(error)),
            SdkError::DispatchFailure(_) => Self::Unreachable(inner(error)),
            SdkError::ConstructionFailure(_) => Self::Request(inner(error)),
            _ => Self::Answer(inner(error)),
        }
    }
}

/// The refusal to hand out a role's credentials, whose words the SDK's own error text leaves out.
fn refused_role(error: &(dyn Error + 'static)) -> Option<Refusal> {
    chain(error)
        .find_map(|cause| cause.downcast_ref::<AssumeRoleError>())
        .map(|refused| Refusal::new(refused.meta(), None))
}

/// The cause below the SDK's own wrapper, whose text says nothing.
fn inner<E: Error + Send + Sync + 'static>(error: SdkError<E, HttpResponse>) -> Cause {
    error.into_source().unwrap_or_else(Into::into)
}

pub(super) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
