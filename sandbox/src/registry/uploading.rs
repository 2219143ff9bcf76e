//! The requests of a blob upload: start (or mount, or all in one), pieces, end, status, cancel.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::error::{Code, RegistryError};
use super::uploads::{self, AppendError, Upload};
use super::{Cut, Digest, bare, query_value};
use crate::cloud::Cloud;
use crate::stats::BlobArrival;

/// `POST /v2/NAME/blobs/uploads/`, also with `?mount=DIGEST&from=NAME` or `?digest=DIGEST`.
pub async fn start(cloud: &Arc<Cloud>, name: &str, request: Request) -> Result<Response, RegistryError> {
    let query = request.uri().query().map(str::to_owned);
    if let Some(digest) = query_value(query.as_deref(), "mount") {
        let digest = parse(&digest)?;
        if let Some(from) = query_value(query.as_deref(), "from")
            && mount(cloud, name, &from, &digest)?
        {
            return Ok(created(name, &digest));
        }
    }
    let upload = cloud.uploads.start(name).map_err(|error| RegistryError::disk("beginning an upload", &error))?;
    match query_value(query.as_deref(), "digest") {
        Some(digest) => {
            let digest = parse(&digest)?;
            let (cut, body) = (cut_of(&request), request.into_body());
            complete(cloud, &upload, None, body, cut, &digest).await
        }
        None => Ok(accepted(&upload, 0, StatusCode::ACCEPTED)),
    }
}

/// `PATCH`: a piece, or the whole as a stream.
pub async fn patch(cloud: &Arc<Cloud>, name: &str, id: &str, request: Request) -> Result<Response, RegistryError> {
    let upload = find(cloud, name, id)?;
    let at = begins_at(request.headers())?;
    let (cut, body) = (cut_of(&request), request.into_body());
    let received = append(cloud, &upload, at, body, cut).await?;
    Ok(accepted(&upload, received, StatusCode::ACCEPTED))
}

/// `PUT ?digest=DIGEST`: the last piece, or none.
pub async fn finish(cloud: &Arc<Cloud>, name: &str, id: &str, request: Request) -> Result<Response, RegistryError> {
    let upload = find(cloud, name, id)?;
    let digest = query_value(request.uri().query(), "digest")
        .ok_or_else(|| RegistryError::new(Code::DigestInvalid, "the digest of the upload is missing"))?;
    let digest = parse(&digest)?;
    let at = begins_at(request.headers())?;
    let (cut, body) = (cut_of(&request), request.into_body());
    complete(cloud, &upload, at, body, cut, &digest).await
}

/// `GET`: how far is it?
pub async fn status(cloud: &Cloud, name: &str, id: &str) -> Result<Response, RegistryError> {
    let upload = find(cloud, name, id)?;
    Ok(accepted(&upload, upload.received().await, StatusCode::NO_CONTENT))
}

/// `DELETE`: never mind.
pub fn cancel(cloud: &Cloud, name: &str, id: &str) -> Result<Response, RegistryError> {
    forget(cloud, &*find(cloud, name, id)?)?;
    Ok(bare(StatusCode::NO_CONTENT, &[]))
}

async fn complete(
    cloud: &Arc<Cloud>,
    upload: &Arc<Upload>,
    at: Option<u64>,
    body: Body,
    cut: Cut,
    digest: &Digest,
) -> Result<Response, RegistryError> {
    append(cloud, upload, at, body, cut).await?;
    let finished = upload.finish(cloud, digest).await;
    let finished = finished.map_err(|error| RegistryError::disk("finishing an upload", &error));
    forget(cloud, upload)?;
    let size = finished?.map_err(|found| {
        let detail = serde_json::json!({ "sent": digest, "found": found });
        RegistryError::new(Code::DigestInvalid, "the content has another digest").with_detail(detail)
    })?;
    hold(cloud, &upload.repository, digest, size)?;
    cloud.stats.blob(BlobArrival::Uploaded);
    Ok(created(&upload.repository, digest))
}

async fn append(
    cloud: &Arc<Cloud>,
    upload: &Arc<Upload>,
    at: Option<u64>,
    body: Body,
    cut: Cut,
) -> Result<u64, RegistryError> {
    match uploads::append(cloud, upload, at, body, cut).await {
        Ok(received) => Ok(received),
        Err(AppendError::Misplaced { received }) => Err(misplaced(upload, received)),
        Err(error @ AppendError::ClientGone(_)) => Err(RegistryError::new(Code::BlobUploadInvalid, error.to_string())),
        Err(AppendError::Disk(error)) => Err(RegistryError::disk("writing an upload", &error)),
        // The connection is about to go, and this request with it: nothing may be answered before.
        Err(AppendError::Cut) => std::future::pending().await,
    }
}

fn mount(cloud: &Cloud, name: &str, from: &str, digest: &Digest) -> Result<bool, RegistryError> {
    let size = cloud.repositories.read().get(from).and_then(|repository| repository.blobs.get(digest).copied());
    let Some(size) = size else { return Ok(false) };
    hold(cloud, name, digest, size)?;
    cloud.stats.blob(BlobArrival::Mounted);
    Ok(true)
}

fn hold(cloud: &Cloud, name: &str, digest: &Digest, size: u64) -> Result<(), RegistryError> {
    cloud.repositories.change(|repositories| {
        let repository = repositories.get_mut(name).ok_or_else(|| RegistryError::name_unknown(cloud, name))?;
        repository.blobs.insert(digest.clone(), size);
        Ok(())
    })
}

fn find(cloud: &Cloud, name: &str, id: &str) -> Result<Arc<Upload>, RegistryError> {
    let unknown = || RegistryError::new(Code::BlobUploadUnknown, format!("no upload '{id}' in '{name}'"));
    cloud.uploads.find(name, id).ok_or_else(unknown)
}

fn forget(cloud: &Cloud, upload: &Upload) -> Result<(), RegistryError> {
    cloud.uploads.forget(upload).map_err(|error| RegistryError::disk("removing an upload", &error))
}

fn parse(digest: &str) -> Result<Digest, RegistryError> {
    digest
        .parse()
        .map_err(|error: super::digest::DigestError| RegistryError::new(Code::DigestInvalid, error.to_string()))
}

fn cut_of(request: &Request) -> Cut {
    request.extensions().get::<Cut>().cloned().unwrap_or_default()
}

/// First byte of `Content-Range: FIRST-LAST`, which is checked against the length of the body.
fn begins_at(headers: &HeaderMap) -> Result<Option<u64>, RegistryError> {
    let Some(range) = headers.get(header::CONTENT_RANGE) else { return Ok(None) };
    let invalid = || RegistryError::new(Code::BlobUploadInvalid, "invalid Content-Range");
    let text = range.to_str().map_err(|_| invalid())?;
    let (first, last) = text.trim_start_matches("bytes ").split_once('-').ok_or_else(invalid)?;
    let (first, last): (u64, u64) = (first.parse().map_err(|_| invalid())?, last.parse().map_err(|_| invalid())?);
    let length = last.checked_sub(first).ok_or_else(invalid)? + 1;
    let sent = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if sent.is_some_and(|sent| sent != length) {
        return Err(RegistryError::new(Code::SizeInvalid, "Content-Range and Content-Length disagree"));
    }
    Ok(Some(first))
}

fn misplaced(upload: &Upload, received: u64) -> RegistryError {
    RegistryError::new(Code::BlobUploadInvalid, format!("the upload has {received} bytes"))
        .with_status(StatusCode::RANGE_NOT_SATISFIABLE)
        .with_header(header::LOCATION, location(upload))
        .with_header(header::RANGE, range(received))
}

fn accepted(upload: &Upload, received: u64, status: StatusCode) -> Response {
    let headers =
        [("location", location(upload)), ("range", range(received)), ("docker-upload-uuid", upload.id.to_string())];
    bare(status, &headers)
}

fn created(name: &str, digest: &Digest) -> Response {
    let headers = [("location", format!("/v2/{name}/blobs/{digest}")), ("docker-content-digest", digest.to_string())];
    bare(StatusCode::CREATED, &headers)
}

fn location(upload: &Upload) -> String {
    format!("/v2/{}/blobs/uploads/{}", upload.repository, upload.id)
}

/// Both ends belong to the range. The specification has no way to write an empty one; `0-0` is what others send.
fn range(received: u64) -> String {
    format!("0-{}", received.saturating_sub(1))
}
