//! `GET /v2/NAME/referrers/DIGEST`: which manifests are about this one.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::error::{Code, RegistryError};
use super::manifest::OCI_INDEX;
use super::{Digest, query_value};
use crate::cloud::Cloud;
use crate::ecr::ManifestRecord;

/// Lists the referrers of a digest, which need not exist, as an OCI index.
pub fn list(cloud: &Cloud, name: &str, digest: &str, query: Option<&str>) -> Result<Response, RegistryError> {
    let digest =
        digest.parse::<Digest>().map_err(|error| RegistryError::new(Code::DigestInvalid, error.to_string()))?;
    let wanted = query_value(query, "artifactType");
    let repositories = cloud.repositories.read();
    let repository = repositories.get(name).ok_or_else(|| RegistryError::name_unknown(cloud, name))?;
    let referrers: Vec<Value> = repository
        .manifests
        .iter()
        .filter(|(_, record)| record.subject.as_ref() == Some(&digest))
        .filter(|(_, record)| wanted.is_none() || record.artifact_type == wanted)
        .map(|(digest, record)| descriptor(digest, record))
        .collect();
    let index = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": referrers });
    let mut response = Json(index).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(OCI_INDEX));
    if wanted.is_some() {
        response.headers_mut().insert("oci-filters-applied", HeaderValue::from_static("artifactType"));
    }
    Ok(response)
}

fn descriptor(digest: &Digest, record: &ManifestRecord) -> Value {
    let mut descriptor = json!({ "mediaType": record.media_type, "digest": digest, "size": record.size });
    if let Some(artifact_type) = &record.artifact_type {
        descriptor["artifactType"] = json!(artifact_type);
    }
    if !record.annotations.is_empty() {
        descriptor["annotations"] = json!(record.annotations);
    }
    descriptor
}
