//! Reading blobs: whole, in part, or only whether they are there.

use std::io::SeekFrom;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::error::{Code, RegistryError};
use super::{Digest, bare};
use crate::cloud::Cloud;
use crate::stats::BlobArrival;

/// Bytes read from disk at once.
const PIECE: usize = 128 * 1024;

/// What a `Range` header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    /// From the first to the last byte, both included.
    Part(u64, u64),
    Nothing,
}

/// `HEAD /v2/NAME/blobs/DIGEST`: what a client asks before it uploads.
pub fn head(cloud: &Cloud, name: &str, digest: &str) -> Result<Response, RegistryError> {
    let (digest, size) = find(cloud, name, digest)?;
    cloud.stats.blob(BlobArrival::Existing);
    let mut response = described(Body::empty(), &digest, size);
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

/// `GET /v2/NAME/blobs/DIGEST`, also with `Range`.
pub async fn get(cloud: &Cloud, name: &str, digest: &str, headers: &HeaderMap) -> Result<Response, RegistryError> {
    let (digest, size) = find(cloud, name, digest)?;
    let failed = |error| RegistryError::disk("reading a blob", &error);
    let mut file = File::open(cloud.blobs.path(&digest)).await.map_err(failed)?;
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    match range.map_or(Wanted::All, |range| wanted(range, size)) {
        Wanted::All => Ok(described(Body::from_stream(ReaderStream::with_capacity(file, PIECE)), &digest, size)),
        Wanted::Part(first, last) => {
            file.seek(SeekFrom::Start(first)).await.map_err(failed)?;
            let length = last - first + 1;
            let body = Body::from_stream(ReaderStream::with_capacity(file.take(length), PIECE));
            let mut response = described(body, &digest, length);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            if let Ok(range) = HeaderValue::from_str(&format!("bytes {first}-{last}/{size}")) {
                response.headers_mut().insert(header::CONTENT_RANGE, range);
            }
            Ok(response)
        }
        Wanted::Nothing => Err(RegistryError::new(Code::SizeInvalid, "the blob is shorter than that")
            .with_status(StatusCode::RANGE_NOT_SATISFIABLE)
            .with_header(header::CONTENT_RANGE, format!("bytes */{size}"))),
    }
}

/// `DELETE /v2/NAME/blobs/DIGEST`: the repository lets go of it.
pub fn delete(cloud: &Cloud, name: &str, digest: &str) -> Result<Response, RegistryError> {
    let (digest, _) = find(cloud, name, digest)?;
    cloud.repositories.change::<_, RegistryError>(|repositories| {
        repositories.get_mut(name).map(|repository| repository.blobs.remove(&digest));
        Ok(())
    })?;
    Ok(bare(StatusCode::ACCEPTED, &[]))
}

fn find(cloud: &Cloud, name: &str, digest: &str) -> Result<(Digest, u64), RegistryError> {
    let unknown = || RegistryError::new(Code::BlobUnknown, format!("no blob '{digest}' in '{name}'"));
    let parsed =
        digest.parse::<Digest>().map_err(|error| RegistryError::new(Code::DigestInvalid, error.to_string()))?;
    let size = cloud.repositories.read().get(name).and_then(|repository| repository.blobs.get(&parsed).copied());
    Ok((parsed, size.ok_or_else(unknown)?))
}

fn described(body: Body, digest: &Digest, length: u64) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if let Ok(digest) = HeaderValue::from_str(digest.as_str()) {
        headers.insert("docker-content-digest", digest);
    }
    response
}

/// Reads one byte range (RFC 9110, 14.1.2); several ranges, or what is no range, mean the whole.
fn wanted(range: &str, size: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::All;
    };
    let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        (Ok(first), Err(_)) if last.is_empty() => (first, u64::MAX),
        (Err(_), Ok(length)) if first.is_empty() => {
            (size.saturating_sub(length), if length == 0 { 0 } else { u64::MAX })
        }
        _ => return Wanted::All,
    };
    if first >= size || last < first { Wanted::Nothing } else { Wanted::Part(first, last.min(size - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_defines_them() {
        let table = [
            ("bytes=0-9", Wanted::Part(0, 9)),
            ("bytes=5-", Wanted::Part(5, 99)),
            ("bytes=-10", Wanted::Part(90, 99)),
            ("bytes=-1000", Wanted::Part(0, 99)),
            ("bytes=90-1000", Wanted::Part(90, 99)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=0-1,5-6", Wanted::All),
            ("lines=1-2", Wanted::All),
            ("bytes=9-5", Wanted::All),
        ];
        for (range, expected) in table {
            assert_eq!(wanted(range, 100), expected, "{range}");
        }
    }
}
