//! What is in the repository.

use aws_sdk_ecr::error::SdkError;
use aws_sdk_ecr::operation::describe_images::DescribeImagesError;
use aws_sdk_ecr::types::{ImageDetail, ImageIdentifier};
use jiff::Timestamp;

use super::{Registry, RegistryError};
use crate::aws::timestamp;
use crate::spec::name::Digest;

/// An image as ECR reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryImage {
    /// The digest of its manifest.
    pub digest: Digest,
    /// The form of its manifest, where ECR tells it; SageMaker wants Docker's own, not an index (facts 4.3).
    pub media_type: Option<String>,
    /// Compressed size in bytes, all layers together.
    pub size: u64,
    /// Its tags, in ECR's order.
    pub tags: Vec<String>,
    /// When it arrived.
    pub pushed_at: Option<Timestamp>,
}

impl Registry {
    /// Looks up the image with this tag; `None` where the tag or the whole repository is missing.
    pub async fn image(&self, tag: &str) -> Result<Option<RegistryImage>, RegistryError> {
        let answer = self
            .client
            .describe_images()
            .repository_name(self.name.as_str())
            .image_ids(ImageIdentifier::builder().image_tag(tag).build())
            .send()
            .await;
        match answer {
            Ok(answer) => answer.image_details().first().map(|detail| self.read_image(detail)).transpose(),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(RegistryError::DescribeImage {
                repository: self.name.clone(),
                tag: tag.to_owned(),
                source: error.into(),
            }),
        }
    }

    /// Lists every image, tagged or not, in ECR's order; none where the repository is missing.
    pub async fn images(&self) -> Result<Vec<RegistryImage>, RegistryError> {
        let mut details =
            self.client.describe_images().repository_name(self.name.as_str()).into_paginator().items().send();
        let mut images = Vec::new();
        while let Some(detail) = details.next().await {
            match detail {
                Ok(detail) => images.push(self.read_image(&detail)?),
                Err(error) if is_missing(&error) => return Ok(Vec::new()),
                Err(error) => {
                    return Err(RegistryError::ListImages { repository: self.name.clone(), source: error.into() });
                }
            }
        }
        Ok(images)
    }

    fn read_image(&self, detail: &ImageDetail) -> Result<RegistryImage, RegistryError> {
        let digest = detail.image_digest().ok_or_else(|| self.incomplete("digest"))?;
        let size = detail.image_size_in_bytes().unwrap_or_default();
        Ok(RegistryImage {
            digest: digest.parse().map_err(|source| RegistryError::Digest { repository: self.name.clone(), source })?,
            media_type: detail.image_manifest_media_type().map(str::to_owned),
            size: u64::try_from(size).map_err(|_| self.incomplete("size"))?,
            tags: detail.image_tags().to_vec(),
            pushed_at: detail.image_pushed_at().and_then(timestamp),
        })
    }
}

fn is_missing(error: &SdkError<DescribeImagesError>) -> bool {
    error
        .as_service_error()
        .is_some_and(|refused| refused.is_image_not_found_exception() || refused.is_repository_not_found_exception())
}
