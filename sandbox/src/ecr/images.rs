//! Images of a repository: describe, list, get, put, delete.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::repository::{ManifestRecord, Repository};
use super::{find, find_mut, invalid};
use crate::aws::{ApiError, Order, Page, page};
use crate::cloud::Cloud;
use crate::registry::{Digest, NewManifest, PutError, put_manifest};

/// A tag, a digest, or both.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageId {
    #[serde(skip_serializing_if = "Option::is_none")]
    image_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_tag: Option<String>,
}

/// Why an id names no image, as ECR's failure codes say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    MissingDigestAndTag,
    InvalidImageDigest,
    ImageTagDoesNotMatchDigest,
    ImageNotFound,
    ImageReferencedByManifestList,
}

impl Failure {
    fn shown(self, id: &ImageId) -> Value {
        let (code, reason) = match self {
            Self::MissingDigestAndTag => {
                ("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null")
            }
            Self::InvalidImageDigest => ("InvalidImageDigest", "Invalid request parameters: image digest is invalid"),
            Self::ImageTagDoesNotMatchDigest => {
                ("ImageTagDoesNotMatchDigest", "The image tag does not match the image digest")
            }
            Self::ImageNotFound => ("ImageNotFound", "Requested image not found"),
            Self::ImageReferencedByManifestList => {
                ("ImageReferencedByManifestList", "Requested image referenced by manifest list")
            }
        };
        json!({ "imageId": id, "failureCode": code, "failureReason": reason })
    }
}

impl ImageId {
    fn resolve<'a>(&self, repository: &'a Repository) -> Result<(&'a Digest, &'a ManifestRecord), Failure> {
        let by_tag = self.image_tag.as_ref().map(|tag| repository.find(tag).ok_or(Failure::ImageNotFound));
        let by_digest = self.image_digest.as_ref().map(|digest| {
            digest.parse::<Digest>().map_err(|_| Failure::InvalidImageDigest)?;
            repository.find(digest).ok_or(Failure::ImageNotFound)
        });
        match (by_tag.transpose()?, by_digest.transpose()?) {
            (Some((tagged, _)), Some((digest, _))) if tagged != digest => Err(Failure::ImageTagDoesNotMatchDigest),
            (Some(found), _) | (None, Some(found)) => Ok(found),
            (None, None) => Err(Failure::MissingDigestAndTag),
        }
    }
}

/// The image that an id names, or ECR's error for there being none.
pub fn resolve<'a>(
    cloud: &Cloud,
    name: &str,
    repository: &'a Repository,
    id: &ImageId,
) -> Result<(&'a Digest, &'a ManifestRecord), ApiError> {
    id.resolve(repository).map_err(|_| {
        let quoted = |text: &Option<String>| text.as_ref().map_or("null".to_owned(), |text| format!("'{text}'"));
        let words = format!(
            "The image with imageId {{imageDigest:{}, imageTag:{}}} does not exist within the repository with name \
             '{name}' in the registry with id '{}'",
            quoted(&id.image_digest),
            quoted(&id.image_tag),
            cloud.account
        );
        ApiError::client("ImageNotFoundException", words)
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    tag_status: Option<String>,
}

impl Filter {
    fn takes(&self, tagged: bool) -> bool {
        match self.tag_status.as_deref() {
            Some("TAGGED") => tagged,
            Some("UNTAGGED") => !tagged,
            _ => true,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    repository_name: String,
    image_ids: Option<Vec<ImageId>>,
    #[serde(default)]
    filter: Filter,
    #[serde(flatten)]
    page: Page,
}

/// `DescribeImages`.
pub fn describe(cloud: &Cloud, input: &Listing) -> Result<Value, ApiError> {
    let name = &input.repository_name;
    let state = cloud.repositories.read();
    let repository = find(cloud, &state, name)?;
    let (details, next) = if let Some(ids) = &input.image_ids {
        let found = ids.iter().map(|id| {
            let (digest, record) = resolve(cloud, name, repository, id)?;
            Ok(detail(cloud, name, repository, digest, record))
        });
        (found.collect::<Result<Vec<_>, ApiError>>()?, None)
    } else {
        let tagged = |digest| !repository.tags_of(digest).is_empty();
        let all = repository.manifests.iter().filter(|(digest, _)| input.filter.takes(tagged(digest)));
        let all = all.map(|(digest, record)| (digest.to_string(), detail(cloud, name, repository, digest, record)));
        page(all.collect(), Order::Ascending, &input.page)?
    };
    Ok(json!({ "imageDetails": details, "nextToken": next }))
}

fn detail(cloud: &Cloud, name: &str, repository: &Repository, digest: &Digest, record: &ManifestRecord) -> Value {
    let tags = repository.tags_of(digest);
    json!({
        "registryId": cloud.account,
        "repositoryName": name,
        "imageDigest": digest,
        "imageTags": (!tags.is_empty()).then_some(tags),
        "imageSizeInBytes": record.image_size,
        "imagePushedAt": record.pushed_at.wire(),
        "imageManifestMediaType": record.media_type,
        "artifactMediaType": record.artifact_type,
        "subjectManifestDigest": record.subject,
        "imageStatus": "ACTIVE",
    })
}

/// `ListImages`.
pub fn list(cloud: &Cloud, input: &Listing) -> Result<Value, ApiError> {
    let state = cloud.repositories.read();
    let repository = find(cloud, &state, &input.repository_name)?;
    let mut all = Vec::new();
    for digest in repository.manifests.keys() {
        let tags = repository.tags_of(digest);
        if input.filter.takes(!tags.is_empty()) {
            let untagged = tags.is_empty().then_some(None);
            for tag in tags.into_iter().map(Some).chain(untagged) {
                let key = format!("{digest} {}", tag.unwrap_or_default());
                all.push((key, json!({ "imageDigest": digest, "imageTag": tag })));
            }
        }
    }
    let (ids, next) = page(all, Order::Ascending, &input.page)?;
    Ok(json!({ "imageIds": ids, "nextToken": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    repository_name: String,
    image_ids: Vec<ImageId>,
}

/// `BatchGetImage`.
pub fn batch_get(cloud: &Cloud, input: &Batch) -> Result<Value, ApiError> {
    let name = &input.repository_name;
    let state = cloud.repositories.read();
    let repository = find(cloud, &state, name)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in &input.image_ids {
        match id.resolve(repository) {
            Ok((digest, record)) => {
                let manifest = cloud.blobs.get(digest).map_err(|error| ApiError::disk(&error))?;
                let id = json!({ "imageDigest": digest, "imageTag": id.image_tag });
                let manifest = String::from_utf8_lossy(&manifest);
                images.push(image(cloud, name, &id, &manifest, &record.media_type));
            }
            Err(failure) => failures.push(failure.shown(id)),
        }
    }
    Ok(json!({ "images": images, "failures": failures }))
}

fn image(cloud: &Cloud, name: &str, id: &Value, manifest: &str, media_type: &str) -> Value {
    json!({
        "registryId": cloud.account,
        "repositoryName": name,
        "imageId": id,
        "imageManifest": manifest,
        "imageManifestMediaType": media_type,
    })
}

/// `BatchDeleteImage`: by digest the image with all its tags; by tag the tag, and with its last tag the image.
pub fn batch_delete(cloud: &Cloud, input: &Batch) -> Result<Value, ApiError> {
    cloud.repositories.change(|repositories| {
        let repository = find_mut(cloud, repositories, &input.repository_name)?;
        let (mut deleted, mut failures) = (Vec::new(), Vec::new());
        for id in &input.image_ids {
            match remove(repository, id) {
                Ok(removed) => deleted.extend(removed),
                Err(failure) => failures.push(failure.shown(id)),
            }
        }
        Ok(json!({ "imageIds": deleted, "failures": failures }))
    })
}

fn remove(repository: &mut Repository, id: &ImageId) -> Result<Vec<Value>, Failure> {
    let digest = id.resolve(repository)?.0.clone();
    let tags: Vec<String> = repository.tags_of(&digest).into_iter().map(str::to_owned).collect();
    let removed: Vec<String> = match &id.image_tag {
        Some(tag) => vec![tag.clone()],
        None => tags.clone(),
    };
    if removed.len() == tags.len() {
        if repository.manifests.values().any(|record| record.members.contains(&digest)) {
            return Err(Failure::ImageReferencedByManifestList);
        }
        repository.remove_manifest(&digest);
    }
    for tag in &removed {
        repository.image_tags.remove(tag);
    }
    if removed.is_empty() {
        return Ok(vec![json!({ "imageDigest": digest })]);
    }
    Ok(removed.iter().map(|tag| json!({ "imageDigest": digest, "imageTag": tag })).collect())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Put {
    repository_name: String,
    image_manifest: String,
    image_manifest_media_type: Option<String>,
    image_tag: Option<String>,
    image_digest: Option<String>,
}

/// `PutImage`.
pub fn put(cloud: &Cloud, input: &Put) -> Result<Value, ApiError> {
    let name = &input.repository_name;
    let digest = input.image_digest.as_ref().map(|digest| digest.parse::<Digest>()).transpose();
    let new = NewManifest {
        bytes: input.image_manifest.as_bytes(),
        media_type: input.image_manifest_media_type.as_deref(),
        tag: input.image_tag.as_deref(),
        digest: digest.map_err(|error| invalid("imageDigest", &error.to_string()))?,
    };
    let stored = put_manifest(cloud, name, &new).map_err(|error| put_refused(cloud, name, error))?;
    if stored.was_there {
        let tag = input.image_tag.as_ref().map(|tag| format!(" and tag '{tag}'")).unwrap_or_default();
        let words = format!(
            "Image with digest '{}'{tag} already exists in the repository with name '{name}' in registry with id '{}'",
            stored.digest, cloud.account
        );
        return Err(ApiError::client("ImageAlreadyExistsException", words));
    }
    let id = json!({ "imageDigest": stored.digest, "imageTag": input.image_tag });
    Ok(json!({ "image": image(cloud, name, &id, &input.image_manifest, &stored.media_type) }))
}

fn put_refused(cloud: &Cloud, name: &str, error: PutError) -> ApiError {
    let list = |digests: &[Digest]| digests.iter().map(Digest::as_str).collect::<Vec<_>>().join(", ");
    match error {
        PutError::RepositoryUnknown => super::unknown(cloud, name),
        PutError::Invalid(words) => invalid("imageManifest", &words),
        PutError::DigestMismatch { found } => {
            ApiError::client("ImageDigestDoesNotMatchException", format!("The image has the digest '{found}'"))
        }
        PutError::BlobsUnknown(digests) => ApiError::client(
            "LayersNotFoundException",
            format!("Layers with digests '[{}]' do not exist in the repository '{name}'", list(&digests)),
        ),
        PutError::ManifestsUnknown(digests) => ApiError::client(
            "ReferencedImagesNotFoundException",
            format!(
                "Images with digests '[{}]' required for pushing image into repository with name '{name}' in the \
                     registry with id '{}' do not exist",
                list(&digests),
                cloud.account
            ),
        ),
        PutError::TagImmutable { tag, .. } => ApiError::client(
            "ImageTagAlreadyExistsException",
            format!(
                "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten \
                     because the repository is immutable."
            ),
        ),
        PutError::Disk(error) => ApiError::disk(&error),
        PutError::Document(error) => error.into(),
    }
}
