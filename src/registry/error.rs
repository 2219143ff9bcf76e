//! What can go wrong in the registry.

use crate::aws::Failure;
use crate::spec::name::{NameError, RepositoryName};

/// Why a step in the registry failed.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Looking for the repository failed.
    #[error("could not look up repository `{repository}`")]
    DescribeRepository {
        /// The repository.
        repository: RepositoryName,
        /// AWS's reason.
        source: Failure,
    },
    /// Creating the repository failed.
    #[error("could not create repository `{repository}`")]
    CreateRepository {
        /// The repository.
        repository: RepositoryName,
        /// AWS's reason.
        source: Failure,
    },
    /// Looking for one image failed.
    #[error("could not look up `{repository}:{tag}`")]
    DescribeImage {
        /// The repository.
        repository: RepositoryName,
        /// The tag.
        tag: String,
        /// AWS's reason.
        source: Failure,
    },
    /// Listing the images failed.
    #[error("could not list the images of repository `{repository}`")]
    ListImages {
        /// The repository.
        repository: RepositoryName,
        /// AWS's reason.
        source: Failure,
    },
    /// Fetching the password failed.
    #[error("could not fetch credentials for pushing to repository `{repository}`")]
    Credentials {
        /// The repository.
        repository: RepositoryName,
        /// AWS's reason.
        source: Failure,
    },
    /// An image carries a digest that is not a sha256.
    #[error("an image of repository `{repository}` has a digest of an unknown kind")]
    Digest {
        /// The repository.
        repository: RepositoryName,
        /// What is wrong with it.
        source: NameError,
    },
    /// An answer lacks a part that ECR always sends.
    #[error("ECR's answer about repository `{repository}` has no usable {missing}")]
    Incomplete {
        /// The repository.
        repository: RepositoryName,
        /// The part.
        missing: &'static str,
    },
}

impl RegistryError {
    /// The next step, where the failure is a known one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::DescribeRepository { source, .. }
            | Self::CreateRepository { source, .. }
            | Self::DescribeImage { source, .. }
            | Self::ListImages { source, .. }
            | Self::Credentials { source, .. } => source.hint(),
            Self::Digest { .. } | Self::Incomplete { .. } => None,
        }
    }
}
