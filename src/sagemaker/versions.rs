//! The versions of an image, read.

use std::fmt;

use aws_sdk_sagemaker::operation::describe_image_version::DescribeImageVersionOutput;
use aws_sdk_sagemaker::types::{ImageVersionSortBy, ImageVersionSortOrder, ImageVersionStatus};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::error::is_missing;
use super::{SageMaker, SageMakerError};
use crate::aws::{Failure, timestamp};
use crate::spec::name::{Digest, ImageName};

/// How many versions of one image are described at the same time; SageMaker limits the rate of calls (facts 2.6).
const AT_ONCE: usize = 4;

/// A version as SageMaker reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionState {
    /// Its number, 1 for the first.
    pub number: u32,
    /// Where it is in its life.
    pub status: VersionStatus,
    /// The container image it was made of, as it was asked for.
    pub base_image: String,
    /// The container image as SageMaker resolved it.
    pub container_image: Option<String>,
    /// SageMaker's reason, where something failed.
    pub failure: Option<String>,
    /// One line for people.
    pub release_notes: Option<String>,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
}

/// Where a version is in its life (facts 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionStatus {
    /// Being made.
    Creating,
    /// Usable.
    Created,
    /// Could not be made.
    CreateFailed,
    /// Being deleted.
    Deleting,
    /// Could not be deleted.
    DeleteFailed,
    /// A state that came into being after this program.
    Other(String),
}

impl fmt::Display for VersionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Creating => "CREATING",
            Self::Created => "CREATED",
            Self::CreateFailed => "CREATE_FAILED",
            Self::Deleting => "DELETING",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::Other(status) => status,
        })
    }
}

impl From<&ImageVersionStatus> for VersionStatus {
    fn from(status: &ImageVersionStatus) -> Self {
        match status {
            ImageVersionStatus::Creating => Self::Creating,
            ImageVersionStatus::Created => Self::Created,
            ImageVersionStatus::CreateFailed => Self::CreateFailed,
            ImageVersionStatus::Deleting => Self::Deleting,
            ImageVersionStatus::DeleteFailed => Self::DeleteFailed,
            other => Self::Other(other.as_str().to_owned()),
        }
    }
}

impl VersionStatus {
    /// Whether a version in this state is, or soon will be, one to launch sessions from.
    pub fn is_usable(&self) -> bool {
        match self {
            Self::Creating | Self::Created => true,
            Self::CreateFailed | Self::Deleting | Self::DeleteFailed | Self::Other(_) => false,
        }
    }
}

impl VersionState {
    /// The digest it was made of, where it was made of one; otherwise the one that SageMaker resolved.
    pub fn digest(&self) -> Option<Digest> {
        let after_at = |reference: &str| reference.rsplit_once('@').and_then(|(_, digest)| digest.parse().ok());
        after_at(&self.base_image).or_else(|| self.container_image.as_deref().and_then(after_at))
    }
}

/// What the versions of an image say about one digest.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The newest version of it that is, or soon will be, usable.
    pub usable: Option<VersionState>,
    /// How many newer ones failed.
    pub failed: usize,
}

impl SageMaker {
    /// Looks one version up; `None` where there is none.
    pub async fn version(&self, image: &ImageName, number: u32) -> Result<Option<VersionState>, SageMakerError> {
        let Ok(wire_number) = i32::try_from(number) else { return Ok(None) };
        let request = self.client.describe_image_version().image_name(image.as_str()).version(wire_number);
        match request.send().await.map_err(Failure::from) {
            Ok(answer) => read(image, number, answer).map(Some),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(source) => Err(SageMakerError::DescribeVersion { image: image.clone(), number, source }),
        }
    }

    /// The version with the highest number that can be used, or soon can; `None` where there is none.
    ///
    /// Failed versions stay listed, so this is not what `DescribeImageVersion` calls the latest (facts 2.2).
    pub async fn latest_version(&self, image: &ImageName) -> Result<Option<VersionState>, SageMakerError> {
        for (number, status) in self.numbers(image).await? {
            if status.is_usable()
                && let Some(version) = self.version(image, number).await?
            {
                return Ok(Some(version));
            }
        }
        Ok(None)
    }

    /// All versions, newest first; none where the image is missing.
    pub async fn versions(&self, image: &ImageName) -> Result<Vec<VersionState>, SageMakerError> {
        let numbers = self.numbers(image).await?;
        stream::iter(numbers)
            .map(|(number, _)| self.version(image, number))
            .buffered(AT_ONCE)
            // One that was deleted since the list was made is no error.
            .try_filter_map(async |version| Ok(version))
            .try_collect()
            .await
    }

    /// The newest version made of `digest` that can be used, or soon can; stops asking when it is found.
    pub async fn version_with_digest(
        &self,
        image: &ImageName,
        digest: &Digest,
    ) -> Result<Option<VersionState>, SageMakerError> {
        Ok(self.survey(image, digest).await?.usable)
    }

    /// Goes through the versions, newest first, until one of `digest` is found that can be used.
    ///
    /// Each is described, because the list does not say what a version was made of.
    pub(super) async fn survey(&self, image: &ImageName, digest: &Digest) -> Result<Survey, SageMakerError> {
        let mut survey = Survey::default();
        for (number, listed) in self.numbers(image).await? {
            if !listed.is_usable() && listed != VersionStatus::CreateFailed {
                continue;
            }
            let Some(version) = self.version(image, number).await? else { continue };
            if version.digest().as_ref() != Some(digest) {
                continue;
            }
            if version.status.is_usable() {
                survey.usable = Some(version);
                break;
            }
            survey.failed += 1;
        }
        Ok(survey)
    }

    /// Numbers and states of all versions, newest first.
    async fn numbers(&self, image: &ImageName) -> Result<Vec<(u32, VersionStatus)>, SageMakerError> {
        let mut listed = self
            .client
            .list_image_versions()
            .image_name(image.as_str())
            .sort_by(ImageVersionSortBy::Version)
            .sort_order(ImageVersionSortOrder::Descending)
            .max_results(100)
            .into_paginator()
            .items()
            .send();
        let incomplete =
            |missing| SageMakerError::Incomplete { subject: format!("the versions of image `{image}`"), missing };
        let mut numbers = Vec::new();
        while let Some(version) = listed.next().await {
            let version = match version.map_err(Failure::from) {
                Ok(version) => version,
                Err(failure) if is_missing(&failure) => return Ok(Vec::new()),
                Err(source) => return Err(SageMakerError::ListVersions { image: image.clone(), source }),
            };
            let number = version.version().and_then(|number| u32::try_from(number).ok());
            let status = version.image_version_status().ok_or_else(|| incomplete("status"))?;
            numbers.push((number.ok_or_else(|| incomplete("number"))?, status.into()));
        }
        Ok(numbers)
    }
}

fn read(image: &ImageName, number: u32, answer: DescribeImageVersionOutput) -> Result<VersionState, SageMakerError> {
    let incomplete =
        |missing| SageMakerError::Incomplete { subject: format!("version {number} of image `{image}`"), missing };
    Ok(VersionState {
        number,
        status: answer.image_version_status().ok_or_else(|| incomplete("status"))?.into(),
        created_at: answer.creation_time().and_then(timestamp),
        base_image: answer.base_image.ok_or_else(|| incomplete("base image"))?,
        container_image: answer.container_image,
        failure: answer.failure_reason,
        release_notes: answer.release_notes,
    })
}

/// The number at the end of an image version's ARN: the only thing `CreateImageVersion` answers (facts 2.2).
pub(super) fn number_in_arn(arn: &str) -> Option<u32> {
    let (_, path) = arn.split_once(":image-version/")?;
    path.rsplit_once('/')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_the_tail_of_the_arn() {
        let cases = [
            ("arn:aws:sagemaker:eu-west-1:123456789012:image-version/clinical/7", Some(7)),
            ("arn:aws-cn:sagemaker:cn-north-1:123456789012:image-version/a/12", Some(12)),
            ("arn:aws:sagemaker:eu-west-1:123456789012:image/clinical", None),
            ("arn:aws:sagemaker:eu-west-1:123456789012:image-version/clinical", None),
            ("arn:aws:sagemaker:eu-west-1:123456789012:image-version/clinical/latest", None),
            ("None", None),
        ];
        for (arn, number) in cases {
            assert_eq!(number_in_arn(arn), number, "{arn}");
        }
    }

    #[test]
    fn the_digest_is_the_one_asked_for_or_else_the_one_resolved() {
        let (asked, resolved) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
        let version = |base: String, container: Option<String>| VersionState {
            number: 1,
            status: VersionStatus::Created,
            base_image: base,
            container_image: container,
            failure: None,
            release_notes: None,
            created_at: None,
        };
        let cases = [
            (version(format!("host/sagemaker@{asked}"), Some(format!("host/sagemaker@{resolved}"))), Some(&asked)),
            (version("host/sagemaker:tag".into(), Some(format!("host/sagemaker@{resolved}"))), Some(&resolved)),
            (version("host/sagemaker:tag".into(), None), None),
        ];
        for (version, digest) in cases {
            assert_eq!(version.digest().as_ref().map(Digest::as_str), digest.map(String::as_str), "{version:?}");
        }
    }
}
