//! Why an image could not be checked at all; findings are in the report instead.

use crate::engine::EngineError;

/// A failed operation on the way to a report.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The engine does not have the image.
    #[error("the engine has no image `{image}` to verify")]
    NoSuchImage {
        /// Its id or reference.
        image: String,
    },
    /// The engine does not say what the image is.
    #[error("cannot verify image `{image}`")]
    Inspect {
        /// Its id or reference.
        image: String,
        /// Why.
        #[source]
        source: EngineError,
    },
    /// The layers could not be searched.
    #[error("cannot check the contract rules on image `{image}`")]
    Scan {
        /// Its id.
        image: String,
        /// Why.
        #[source]
        source: EngineError,
    },
    /// The container of the tests could not be run.
    #[error("cannot run the tests of image `{image}`")]
    Tests {
        /// Its id.
        image: String,
        /// Why.
        #[source]
        source: EngineError,
    },
}

impl VerifyError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchImage { .. } => Some("`slipway build` makes it".to_owned()),
            Self::Inspect { source, .. } | Self::Scan { source, .. } | Self::Tests { source, .. } => source.hint(),
        }
    }
}
