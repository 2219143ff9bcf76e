//! What `CreateImageVersion` finds when it looks for its base image in the registry.

use serde_json::Value;

use crate::cloud::Cloud;
use crate::ecr::Repository;
use crate::registry::is_index;

/// Longest `ContainerImage` (facts 2.1).
const MAX_REFERENCE: usize = 255;

/// The image by digest, or the reason for which the version fails.
pub fn resolve(cloud: &Cloud, base_image: &str) -> Result<String, String> {
    let (host, path) = base_image.split_once('/').ok_or_else(|| format!("{base_image} is not an Amazon ECR image"))?;
    check_host(cloud, host)?;
    let (name, reference) = split(path);
    let state = cloud.repositories.read();
    let repository = state.get(name).ok_or_else(|| {
        format!("The repository with name '{name}' does not exist in the registry with id '{}'", cloud.account)
    })?;
    let digest = check_image(cloud, repository, name, reference)?;
    let resolved = format!("{host}/{name}@{digest}");
    if resolved.len() > MAX_REFERENCE {
        return Err(format!("The image with its digest is named by more than {MAX_REFERENCE} characters"));
    }
    Ok(resolved)
}

/// The sandbox's own address, or the name that its account and Region have in AWS.
fn check_host(cloud: &Cloud, host: &str) -> Result<(), String> {
    let real = format!("{}.dkr.ecr.{}.amazonaws.com", cloud.account, cloud.region);
    let local = format!("localhost:{}", cloud.address.port());
    if host == cloud.registry_host() || host == real || host == local {
        return Ok(());
    }
    Err(format!(
        "The base image must be in the Amazon ECR registry of account {} in {}, and {host} is not",
        cloud.account, cloud.region
    ))
}

/// Name and tag or digest; no tag means `latest`.
fn split(path: &str) -> (&str, &str) {
    if let Some((name, digest)) = path.split_once('@') {
        // A tag beside a digest says nothing more.
        return (name.split_once(':').map_or(name, |(name, _)| name), digest);
    }
    path.split_once(':').unwrap_or((path, "latest"))
}

fn check_image(cloud: &Cloud, repository: &Repository, name: &str, reference: &str) -> Result<String, String> {
    let (digest, record) =
        repository.find(reference).ok_or_else(|| format!("Requested image not found: {name} {reference}"))?;
    if is_index(&record.media_type) {
        return Err(format!("The manifest media type {} is not supported: push a single image", record.media_type));
    }
    let config = record.config.as_ref().and_then(|config| cloud.blobs.get(config).ok());
    let config: Value = config.and_then(|config| serde_json::from_slice(&config).ok()).unwrap_or_default();
    let field = |name: &str| config[name].as_str().unwrap_or("unknown").to_owned();
    match (field("os"), field("architecture")) {
        (os, architecture) if os == "linux" && architecture == "amd64" => Ok(digest.to_string()),
        (os, architecture) => Err(format!("The image is for {os}/{architecture}, and linux/amd64 is needed")),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn references_are_split_as_docker_splits_them() {
        let table = [
            ("a/b:v1", ("a/b", "v1")),
            ("a/b", ("a/b", "latest")),
            ("a/b@sha256:1", ("a/b", "sha256:1")),
            ("a/b:v1@sha256:1", ("a/b", "sha256:1")),
        ];
        for (path, expected) in table {
            assert_eq!(split(path), expected, "{path}");
        }
    }
}
