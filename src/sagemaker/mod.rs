//! SageMaker: images and their versions, the app image config that a domain's entry names, and the domain's list.
//!
//! Every `ensure_*` looks, decides in a pure function, acts and reads back, so that a killed run is finished by the next.

mod app_image_config;
mod attach;
mod declaration;
mod domain;
mod domain_list;
mod ensure_image;
mod ensure_version;
mod error;
mod hint;
mod images;
#[cfg(test)]
mod stubs;
mod token;
mod versions;
mod wait;

pub use attach::Attached;
pub use declaration::{
    BaseImage, BaseImageError, ImageDeclaration, ProgrammingLanguage, ProgrammingLanguageError, ReleaseNotes,
    ReleaseNotesError, VersionDeclaration,
};
pub use domain::{AttachedImage, DomainState, DomainStatus};
pub use domain_list::{Edit, edit, without};
pub use error::SageMakerError;
pub use images::{ImageState, ImageStatus};
pub use versions::{VersionState, VersionStatus};
pub use wait::Pace;

use serde::Serialize;

/// The images, versions and domains of the connection's account and Region.
#[derive(Debug, Clone)]
pub struct SageMaker {
    client: aws_sdk_sagemaker::Client,
    pace: Pace,
}

impl SageMaker {
    /// Works through `client` at the pace of AWS.
    pub fn new(client: aws_sdk_sagemaker::Client) -> Self {
        Self { client, pace: Pace::AWS }
    }

    /// The same at another pace, such as [`Pace::SANDBOX`].
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }
}

/// What an `ensure_*` had to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there.
    Created,
    /// It was there and differed.
    Updated,
    /// It was as it should be.
    Kept,
}
