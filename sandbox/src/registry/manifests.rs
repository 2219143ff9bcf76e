//! Manifests: stored as they were sent, byte by byte, after everything they name was found.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::json;
use thiserror::Error;

use super::error::{Code, RegistryError};
use super::manifest::{DOCKER_LIST, DOCKER_MANIFEST, Manifest, OCI_INDEX, OCI_MANIFEST};
use super::{Digest, bare, route};
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::document::DocumentError;
use crate::ecr::{ManifestRecord, Repository};

/// Largest manifest (facts 4.1).
const MAX_MANIFEST: usize = 4 * 1024 * 1024;

/// A manifest to be stored.
#[derive(Debug)]
pub struct NewManifest<'a> {
    /// Exactly as sent.
    pub bytes: &'a [u8],
    /// As the request says; the manifest's own word is taken where it does not.
    pub media_type: Option<&'a str>,
    /// Tag to set.
    pub tag: Option<&'a str>,
    /// Digest that the sender computed.
    pub digest: Option<Digest>,
}

/// What came of storing a manifest.
#[derive(Debug)]
pub struct Stored {
    /// Its digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// What it refers to.
    pub subject: Option<Digest>,
    /// Whether manifest and tag were there already.
    pub was_there: bool,
}

/// Why a manifest is refused.
#[derive(Debug, Error)]
pub enum PutError {
    /// Nobody made the repository.
    #[error("no such repository")]
    RepositoryUnknown,
    /// It is no manifest.
    #[error("{0}")]
    Invalid(String),
    /// It has another digest than the sender says.
    #[error("the manifest has the digest {found}")]
    DigestMismatch {
        /// The digest it has.
        found: Digest,
    },
    /// It names blobs that were not pushed.
    #[error("the manifest names content that is not in the repository")]
    BlobsUnknown(Vec<Digest>),
    /// It names manifests that were not pushed.
    #[error("the index names manifests that are not in the repository")]
    ManifestsUnknown(Vec<Digest>),
    /// The tag may not move.
    #[error("the tag is immutable")]
    TagImmutable {
        /// The tag.
        tag: String,
        /// What it names now.
        digest: Digest,
    },
    /// The manifest cannot be written.
    #[error("cannot store a manifest")]
    Disk(#[source] std::io::Error),
    /// The state cannot be written.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Stores a manifest and sets its tag, for `PUT .../manifests/` and ECR's `PutImage` alike.
pub fn put(cloud: &Cloud, name: &str, new: &NewManifest<'_>) -> Result<Stored, PutError> {
    let manifest: Manifest =
        serde_json::from_slice(new.bytes).map_err(|error| PutError::Invalid(format!("not a manifest: {error}")))?;
    let media_type = media_type(&manifest, new.media_type)?;
    let digest = Digest::of(new.bytes);
    if new.digest.as_ref().is_some_and(|sent| *sent != digest) {
        return Err(PutError::DigestMismatch { found: digest });
    }
    cloud.repositories.change(|repositories| {
        let repository = repositories.get_mut(name).ok_or(PutError::RepositoryUnknown)?;
        check_content(repository, &manifest)?;
        let tagged = new.tag.map(|tag| check_tag(repository, tag, &digest)).transpose()?;
        let known = repository.manifests.contains_key(&digest);
        cloud.blobs.put(new.bytes, &digest).map_err(PutError::Disk)?;
        let record = || record(&manifest, media_type.clone(), new.bytes.len());
        repository.manifests.entry(digest.clone()).or_insert_with(record);
        if let Some(tag) = new.tag {
            repository.image_tags.insert(tag.to_owned(), digest.clone());
        }
        let was_there = known && tagged.unwrap_or(true);
        Ok(Stored { subject: manifest.subject.map(|subject| subject.digest), digest, media_type, was_there })
    })
}

fn record(manifest: &Manifest, media_type: String, size: usize) -> ManifestRecord {
    ManifestRecord {
        media_type,
        size: size as u64,
        image_size: manifest.image_size(),
        config: manifest.config.as_ref().map(|config| config.digest.clone()),
        members: manifest.manifests.iter().map(|entry| entry.digest.clone()).collect(),
        subject: manifest.subject.as_ref().map(|subject| subject.digest.clone()),
        artifact_type: manifest.referrer_type().map(str::to_owned),
        annotations: manifest.annotations.clone(),
        pushed_at: Moment::now(),
        scanned_at: None,
    }
}

fn media_type(manifest: &Manifest, sent: Option<&str>) -> Result<String, PutError> {
    let invalid = |words: &str| Err(PutError::Invalid(words.to_owned()));
    if manifest.schema_version != 2 {
        return invalid("only schema version 2 is supported");
    }
    let media_type = match (sent, manifest.media_type.as_deref()) {
        (Some(sent), Some(own)) if sent != own => return invalid("the media types of header and manifest differ"),
        (Some(media_type), _) | (None, Some(media_type)) => media_type,
        (None, None) => return invalid("the media type of the manifest is missing"),
    };
    match media_type {
        DOCKER_MANIFEST | OCI_MANIFEST if manifest.config.is_none() => invalid("an image manifest needs a config"),
        DOCKER_MANIFEST | OCI_MANIFEST | DOCKER_LIST | OCI_INDEX => Ok(media_type.to_owned()),
        other => Err(PutError::Invalid(format!("unsupported manifest media type '{other}'"))),
    }
}

fn check_content(repository: &Repository, manifest: &Manifest) -> Result<(), PutError> {
    let missing = |descriptor: &&super::manifest::Descriptor| !repository.blobs.contains_key(&descriptor.digest);
    let blobs: Vec<Digest> = manifest.blobs().filter(missing).map(|blob| blob.digest.clone()).collect();
    if !blobs.is_empty() {
        return Err(PutError::BlobsUnknown(blobs));
    }
    if let Some(wrong) = manifest.blobs().find(|blob| repository.blobs.get(&blob.digest) != Some(&blob.size)) {
        return Err(PutError::Invalid(format!("the size of {} is not {}", wrong.digest, wrong.size)));
    }
    let digests = manifest.manifests.iter().map(|entry| &entry.digest);
    let manifests: Vec<Digest> = digests.filter(|digest| !repository.manifests.contains_key(digest)).cloned().collect();
    if manifests.is_empty() { Ok(()) } else { Err(PutError::ManifestsUnknown(manifests)) }
}

/// Whether the tag names this digest already; an error if it may not name it.
fn check_tag(repository: &Repository, tag: &str, digest: &Digest) -> Result<bool, PutError> {
    if !route::is_tag(tag) {
        return Err(PutError::Invalid(format!("invalid tag '{tag}'")));
    }
    match repository.image_tags.get(tag) {
        Some(current) if current == digest => Ok(true),
        Some(current) if repository.mutability.is_immutable(tag) => {
            Err(PutError::TagImmutable { tag: tag.to_owned(), digest: current.clone() })
        }
        _ => Ok(false),
    }
}

/// `PUT /v2/NAME/manifests/REFERENCE`.
pub async fn push(cloud: &Cloud, name: &str, reference: &str, request: Request) -> Result<Response, RegistryError> {
    let (parts, body) = request.into_parts();
    let too_large = |_| {
        RegistryError::new(Code::ManifestInvalid, format!("a manifest has at most {MAX_MANIFEST} bytes"))
            .with_status(StatusCode::PAYLOAD_TOO_LARGE)
    };
    let bytes = to_bytes(body, MAX_MANIFEST).await.map_err(too_large)?;
    let media_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let (tag, digest) = if reference.contains(':') {
        let digest = reference.parse::<Digest>();
        (None, Some(digest.map_err(|error| RegistryError::new(Code::DigestInvalid, error.to_string()))?))
    } else {
        (Some(reference), None)
    };
    let new = NewManifest { bytes: &bytes, media_type, tag, digest };
    let stored = put(cloud, name, &new).map_err(|error| refused(cloud, name, error))?;
    let mut headers = vec![
        ("location", format!("/v2/{name}/manifests/{}", stored.digest)),
        ("docker-content-digest", stored.digest.to_string()),
    ];
    headers.extend(stored.subject.map(|subject| ("oci-subject", subject.to_string())));
    Ok(bare(StatusCode::CREATED, &headers))
}

fn refused(cloud: &Cloud, name: &str, error: PutError) -> RegistryError {
    match error {
        PutError::RepositoryUnknown => RegistryError::name_unknown(cloud, name),
        PutError::Invalid(words) => RegistryError::new(Code::ManifestInvalid, words),
        PutError::DigestMismatch { .. } => RegistryError::new(Code::DigestInvalid, error.to_string()),
        PutError::BlobsUnknown(ref digests) | PutError::ManifestsUnknown(ref digests) => {
            RegistryError::new(Code::ManifestBlobUnknown, error.to_string()).with_detail(json!({ "digests": digests }))
        }
        PutError::TagImmutable { tag, .. } => {
            let words = format!(
                "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because \
                 the repository is immutable."
            );
            RegistryError::new(Code::TagInvalid, words)
        }
        PutError::Disk(error) => RegistryError::disk("storing a manifest", &error),
        PutError::Document(error) => error.into(),
    }
}

/// `GET` and `HEAD /v2/NAME/manifests/REFERENCE`.
pub fn pull(cloud: &Cloud, name: &str, reference: &str, method: &Method) -> Result<Response, RegistryError> {
    let repositories = cloud.repositories.read();
    let found = repositories.get(name).and_then(|repository| repository.find(reference));
    let (digest, record) = found.ok_or_else(|| unknown(name, reference))?;
    let body = match *method {
        Method::HEAD => Body::empty(),
        _ => Body::from(cloud.blobs.get(digest).map_err(|error| RegistryError::disk("reading a manifest", &error))?),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(record.size));
    for (name, value) in [("content-type", record.media_type.as_str()), ("docker-content-digest", digest.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

/// `DELETE /v2/NAME/manifests/REFERENCE`: a digest takes its tags with it, a tag goes alone.
pub fn delete(cloud: &Cloud, name: &str, reference: &str) -> Result<Response, RegistryError> {
    cloud.repositories.change(|repositories| {
        let repository = repositories.get_mut(name).ok_or_else(|| RegistryError::name_unknown(cloud, name))?;
        let removed = match reference.parse::<Digest>() {
            Ok(digest) => repository.remove_manifest(&digest),
            Err(_) => repository.image_tags.remove(reference).is_some(),
        };
        if removed { Ok(bare(StatusCode::ACCEPTED, &[])) } else { Err(unknown(name, reference)) }
    })
}

fn unknown(name: &str, reference: &str) -> RegistryError {
    RegistryError::new(Code::ManifestUnknown, format!("Requested image not found: {name}:{reference}"))
        .with_detail(json!({ "name": name, "reference": reference }))
}
