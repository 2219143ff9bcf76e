//! The app image config that an entry of a domain's list has to name.
//!
//! For sessions it has no content (facts 2.3); one per image, under the image's name, is what AWS's own guide makes.

use super::error::{is_in_use, is_missing};
use super::images::sagemaker_tags;
use super::{Change, SageMaker, SageMakerError};
use crate::aws::{Failure, Tags};
use crate::spec::name::ImageName;

impl SageMaker {
    /// Whether there is an app image config of this name.
    pub async fn has_app_image_config(&self, name: &ImageName) -> Result<bool, SageMakerError> {
        let request = self.client.describe_app_image_config().app_image_config_name(name.as_str());
        match request.send().await.map_err(Failure::from) {
            Ok(_) => Ok(true),
            Err(failure) if is_missing(&failure) => Ok(false),
            Err(source) => Err(SageMakerError::DescribeAppImageConfig { name: name.clone(), source }),
        }
    }

    /// Makes the app image config of this name exist. One that exists is left alone, tags included.
    pub async fn ensure_app_image_config(&self, name: &ImageName, tags: &Tags) -> Result<Change, SageMakerError> {
        if self.has_app_image_config(name).await? {
            return Ok(Change::Kept);
        }
        let request = self.client.create_app_image_config().app_image_config_name(name.as_str());
        match request.set_tags(sagemaker_tags(tags)).send().await.map_err(Failure::from) {
            Ok(_) => Ok(Change::Created),
            Err(failure) if is_in_use(&failure) => Ok(Change::Kept),
            Err(source) => Err(SageMakerError::CreateAppImageConfig { name: name.clone(), source }),
        }
    }
}
