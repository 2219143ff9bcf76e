//! Images, read: the names under which versions are registered and that people see in the launcher.

use std::collections::BTreeMap;
use std::fmt;

use aws_sdk_sagemaker::types::{ImageStatus as Status, Tag};

use super::error::is_missing;
use super::{SageMaker, SageMakerError};
use crate::aws::{Failure, Tags};
use crate::spec::name::ImageName;

/// An image as SageMaker reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageState {
    /// Its ARN.
    pub arn: String,
    /// Where it is in its life.
    pub status: ImageStatus,
    /// SageMaker's reason, where something failed.
    pub failure: Option<String>,
    /// What people read in the session launcher.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The role that SageMaker pulls with.
    pub role: String,
}

/// Where an image is in its life (facts 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageStatus {
    /// Being made.
    Creating,
    /// Usable.
    Created,
    /// Could not be made; nothing leads out of this but deletion.
    CreateFailed,
    /// Being changed.
    Updating,
    /// Usable, but the last change did not happen.
    UpdateFailed,
    /// Being deleted.
    Deleting,
    /// Could not be deleted.
    DeleteFailed,
    /// A state that came into being after this program.
    Other(String),
}

impl fmt::Display for ImageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Creating => "CREATING",
            Self::Created => "CREATED",
            Self::CreateFailed => "CREATE_FAILED",
            Self::Updating => "UPDATING",
            Self::UpdateFailed => "UPDATE_FAILED",
            Self::Deleting => "DELETING",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::Other(status) => status,
        })
    }
}

impl From<&Status> for ImageStatus {
    fn from(status: &Status) -> Self {
        match status {
            Status::Creating => Self::Creating,
            Status::Created => Self::Created,
            Status::CreateFailed => Self::CreateFailed,
            Status::Updating => Self::Updating,
            Status::UpdateFailed => Self::UpdateFailed,
            Status::Deleting => Self::Deleting,
            Status::DeleteFailed => Self::DeleteFailed,
            other => Self::Other(other.as_str().to_owned()),
        }
    }
}

impl ImageStatus {
    /// Whether the state passes by itself.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Creating | Self::Updating | Self::Deleting => true,
            Self::Created | Self::CreateFailed | Self::UpdateFailed | Self::DeleteFailed | Self::Other(_) => false,
        }
    }
}

impl SageMaker {
    /// Looks an image up; `None` where there is none.
    pub async fn image(&self, name: &ImageName) -> Result<Option<ImageState>, SageMakerError> {
        let answer = match self.client.describe_image().image_name(name.as_str()).send().await.map_err(Failure::from) {
            Ok(answer) => answer,
            Err(failure) if is_missing(&failure) => return Ok(None),
            Err(source) => return Err(SageMakerError::DescribeImage { image: name.clone(), source }),
        };
        let incomplete = |missing| SageMakerError::Incomplete { subject: format!("image `{name}`"), missing };
        Ok(Some(ImageState {
            status: answer.image_status().ok_or_else(|| incomplete("status"))?.into(),
            arn: answer.image_arn.ok_or_else(|| incomplete("ARN"))?,
            failure: answer.failure_reason,
            title: answer.display_name,
            description: answer.description,
            role: answer.role_arn.ok_or_else(|| incomplete("role"))?,
        }))
    }

    /// The tags of an image, by its ARN; those that AWS itself puts on are among them.
    pub async fn image_tags(&self, arn: &str) -> Result<BTreeMap<String, String>, SageMakerError> {
        let mut pages = self.client.list_tags().resource_arn(arn).into_paginator().items().send();
        let mut tags = BTreeMap::new();
        while let Some(tag) = pages.next().await {
            let tag = tag.map_err(|error| SageMakerError::ListTags { arn: arn.to_owned(), source: error.into() })?;
            if let (Some(key), Some(value)) = (tag.key, tag.value) {
                tags.insert(key, value);
            }
        }
        Ok(tags)
    }
}

pub(super) fn sagemaker_tags(tags: &Tags) -> Option<Vec<Tag>> {
    let tags: Vec<Tag> = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    (!tags.is_empty()).then_some(tags)
}
