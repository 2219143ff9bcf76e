//! Why policies could not be judged.

use std::path::PathBuf;

use presigned_access::policy::evaluate::EvaluateError;

use crate::aws::Failure;

/// Why policies could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A file is not there.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file has no JSON.
    #[error("`{path}` is not JSON")]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A file has JSON that is not an object of policies.
    #[error("`{path}` has `{key}`, which is no kind of policy")]
    Kind {
        /// The file.
        path: PathBuf,
        /// What stands where a kind should.
        key: String,
    },
    /// The policies or the request cannot be judged.
    #[error(transparent)]
    Evaluate(EvaluateError),
    /// A statement that IAM's simulator does not take.
    #[error("IAM cannot simulate `{statement}` of `{layer}`: it names principals")]
    Principal {
        /// The layer.
        layer: String,
        /// The statement.
        statement: String,
    },
    /// IAM did not judge.
    #[error("cannot simulate `{layer}`")]
    Simulate {
        /// The layer.
        layer: String,
        /// Why.
        #[source]
        source: Failure,
    },
    /// IAM judged something else, or by a statement that it was not given.
    #[error("IAM's answer about `{layer}` does not fit the question")]
    Answer {
        /// The layer.
        layer: String,
    },
}

impl CheckError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Kind { .. } => Some(
                "`slipway access policy` prints such a file; a single document is given as `--policy KIND=FILE`"
                    .to_owned(),
            ),
            Self::Evaluate(EvaluateError::Variable { .. } | EvaluateError::Judge { .. }) => {
                Some("`--live` lets IAM judge".to_owned())
            }
            Self::Principal { .. } => Some("leave `--live` out: it is judged here".to_owned()),
            Self::Simulate { source, .. } => source.hint(),
            _ => None,
        }
    }
}
