//! The repository: found, or created the way images that must not change need it.

use aws_sdk_ecr::error::SdkError;
use aws_sdk_ecr::operation::create_repository::CreateRepositoryError;
use aws_sdk_ecr::types::{
    EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability, Tag,
};

use super::{Registry, RegistryError};
use crate::aws::{Failure, Tags};

/// A repository as ECR reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Registry host and name, as `docker push` wants it: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-rstudio`.
    pub uri: String,
    /// Whether a tag can be moved to another image.
    pub tags: TagMutability,
}

/// Whether a tag can be moved to another image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagMutability {
    /// A tag stays where it was put first: what Slipway creates.
    Immutable,
    /// Some tags can be moved, as a filter on the repository says.
    Filtered,
    /// Any tag can be moved.
    Mutable,
}

/// How a new repository is set up; none of it is changed on one that exists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositorySettings {
    /// Encryption at rest; ECR never lets it change afterwards.
    pub encryption: Encryption,
    /// When images are scanned.
    pub scanning: Scanning,
    /// Tags of the repository itself.
    pub tags: Tags,
}

/// Encryption at rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Keys that ECR manages.
    #[default]
    Aes256,
    /// A key in KMS.
    Kms {
        /// Id, alias or ARN; AWS's own key for ECR where there is none.
        key: Option<String>,
    },
}

/// When images are scanned for known vulnerabilities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scanning {
    /// After each push.
    #[default]
    OnPush,
    /// Only when somebody asks, or as the registry's own rules say.
    Manual,
}

impl Registry {
    /// Looks the repository up; `None` where there is none.
    pub async fn repository(&self) -> Result<Option<Repository>, RegistryError> {
        let answer = self.client.describe_repositories().repository_names(self.name.as_str()).send().await;
        match answer {
            Ok(answer) => answer.repositories.unwrap_or_default().first().map(|found| self.read(found)).transpose(),
            Err(SdkError::ServiceError(refused)) if refused.err().is_repository_not_found_exception() => Ok(None),
            Err(error) => {
                Err(RegistryError::DescribeRepository { repository: self.name.clone(), source: error.into() })
            }
        }
    }

    /// Creates the repository with immutable tags, or finds the one that somebody else created meanwhile.
    pub async fn create_repository(&self, settings: &RepositorySettings) -> Result<Repository, RegistryError> {
        let answer = self
            .client
            .create_repository()
            .repository_name(self.name.as_str())
            .image_tag_mutability(ImageTagMutability::Immutable)
            .image_scanning_configuration(settings.scanning.configuration())
            .encryption_configuration(self.encryption(&settings.encryption)?)
            .set_tags(Some(self.tags(&settings.tags)?))
            .send()
            .await;
        match answer {
            Ok(answer) => self.read(&answer.repository.ok_or_else(|| self.incomplete("repository"))?),
            Err(error) if already_exists(&error) => {
                self.repository().await?.ok_or_else(|| self.incomplete("repository"))
            }
            Err(error) => Err(RegistryError::CreateRepository { repository: self.name.clone(), source: error.into() }),
        }
    }

    fn read(&self, found: &aws_sdk_ecr::types::Repository) -> Result<Repository, RegistryError> {
        Ok(Repository {
            uri: found.repository_uri().ok_or_else(|| self.incomplete("URI"))?.to_owned(),
            tags: match found.image_tag_mutability() {
                Some(ImageTagMutability::Immutable) => TagMutability::Immutable,
                Some(ImageTagMutability::ImmutableWithExclusion | ImageTagMutability::MutableWithExclusion) => {
                    TagMutability::Filtered
                }
                // ECR's own default, and the cautious reading of a value that is not known yet.
                _ => TagMutability::Mutable,
            },
        })
    }

    fn encryption(&self, encryption: &Encryption) -> Result<EncryptionConfiguration, RegistryError> {
        let (kind, key) = match encryption {
            Encryption::Aes256 => (EncryptionType::Aes256, None),
            Encryption::Kms { key } => (EncryptionType::Kms, key.clone()),
        };
        EncryptionConfiguration::builder()
            .encryption_type(kind)
            .set_kms_key(key)
            .build()
            .map_err(|error| self.unmade(error))
    }

    fn tags(&self, tags: &Tags) -> Result<Vec<Tag>, RegistryError> {
        tags.iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(|error| self.unmade(error)))
            .collect()
    }

    fn unmade(&self, error: impl std::error::Error + Send + Sync + 'static) -> RegistryError {
        RegistryError::CreateRepository { repository: self.name.clone(), source: Failure::Request(Box::new(error)) }
    }

    pub(super) fn incomplete(&self, missing: &'static str) -> RegistryError {
        RegistryError::Incomplete { repository: self.name.clone(), missing }
    }
}

impl Scanning {
    fn configuration(self) -> ImageScanningConfiguration {
        ImageScanningConfiguration::builder().scan_on_push(self == Self::OnPush).build()
    }
}

fn already_exists(error: &SdkError<CreateRepositoryError>) -> bool {
    error.as_service_error().is_some_and(CreateRepositoryError::is_repository_already_exists_exception)
}
