//! `BatchCheckLayerAvailability`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find;
use crate::aws::ApiError;
use crate::cloud::Cloud;
use crate::registry::Digest;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    repository_name: String,
    layer_digests: Vec<String>,
}

/// Which of these layers the repository has.
pub fn check(cloud: &Cloud, input: &Check) -> Result<Value, ApiError> {
    let state = cloud.repositories.read();
    let repository = find(cloud, &state, &input.repository_name)?;
    let (mut layers, mut failures) = (Vec::new(), Vec::new());
    for text in &input.layer_digests {
        match text.parse::<Digest>().map(|digest| repository.blobs.get(&digest)) {
            Ok(Some(size)) => layers.push(json!({
                "layerDigest": text, "layerSize": size, "layerAvailability": "AVAILABLE",
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
            })),
            Ok(None) => layers.push(json!({ "layerDigest": text, "layerAvailability": "UNAVAILABLE" })),
            Err(error) => failures.push(json!({
                "layerDigest": text, "failureCode": "InvalidLayerDigest", "failureReason": error.to_string(),
            })),
        }
    }
    Ok(json!({ "layers": layers, "failures": failures }))
}
