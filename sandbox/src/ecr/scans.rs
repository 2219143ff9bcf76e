//! Basic image scans, which take a while and find nothing.

use serde::Deserialize;
use serde_json::{Value, json};

use super::images::{ImageId, resolve};
use super::{find, find_mut};
use crate::aws::ApiError;
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::options::AsyncState;
use crate::registry::is_index;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AboutImage {
    repository_name: String,
    image_id: ImageId,
}

/// `StartImageScan`.
pub fn start(cloud: &Cloud, input: &AboutImage) -> Result<Value, ApiError> {
    let name = &input.repository_name;
    let done_at = cloud.ready_at(AsyncState::Scan);
    cloud.repositories.change(|repositories| {
        let repository = find_mut(cloud, repositories, name)?;
        let (digest, record) = resolve(cloud, name, repository, &input.image_id)?;
        if is_index(&record.media_type) {
            return Err(ApiError::client("UnsupportedImageTypeException", "The image type is not supported"));
        }
        let digest = digest.clone();
        if let Some(record) = repository.manifests.get_mut(&digest) {
            record.scanned_at = Some(done_at);
        }
        Ok(json!({
            "registryId": cloud.account,
            "repositoryName": name,
            "imageId": { "imageDigest": digest },
            "imageScanStatus": { "status": "IN_PROGRESS" },
        }))
    })
}

/// `DescribeImageScanFindings`.
pub fn findings(cloud: &Cloud, input: &AboutImage) -> Result<Value, ApiError> {
    let name = &input.repository_name;
    let state = cloud.repositories.read();
    let (digest, record) = resolve(cloud, name, find(cloud, &state, name)?, &input.image_id)?;
    let Some(done_at) = record.scanned_at else {
        let words = format!("Image scan does not exist for the image with '{digest}' in '{name}'");
        return Err(ApiError::client("ScanNotFoundException", words));
    };
    let done = done_at <= Moment::now();
    let found = json!({
        "findings": [], "findingSeverityCounts": {},
        "imageScanCompletedAt": done_at.wire(), "vulnerabilitySourceUpdatedAt": done_at.wire(),
    });
    Ok(json!({
        "registryId": cloud.account,
        "repositoryName": name,
        "imageId": { "imageDigest": digest },
        "imageScanStatus": { "status": if done { "COMPLETE" } else { "IN_PROGRESS" } },
        "imageScanFindings": done.then_some(found),
    }))
}
