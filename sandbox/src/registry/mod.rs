//! The OCI registry behind ECR, after the OCI distribution specification 1.1. A layer is never held in memory: it is
//! hashed while it is written to disk, and read back as a stream.
//!
//! As with ECR, every request needs a password from `GetAuthorizationToken`, and repositories are made by
//! `CreateRepository`, not by a push. Unlike ECR it offers referrers and deletes, for clients that follow the standard.

mod blobs;
mod cut;
mod digest;
mod error;
mod manifest;
mod manifests;
mod pulls;
mod referrers;
mod route;
mod tags;
mod uploading;
mod uploads;

pub use blobs::BlobStore;
pub use cut::Cut;
pub use digest::Digest;
pub use manifest::is_index;
pub use manifests::{NewManifest, PutError, put as put_manifest};
pub use uploads::Uploads;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::cloud::Cloud;
use error::{Code, RegistryError};
use route::Route;

/// Serves `/v2/...`.
pub async fn serve(State(cloud): State<Arc<Cloud>>, request: Request) -> Response {
    let mut response = match dispatch(&cloud, request).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    let version = HeaderValue::from_static("registry/2.0");
    response.headers_mut().insert("docker-distribution-api-version", version);
    response
}

async fn dispatch(cloud: &Arc<Cloud>, request: Request) -> Result<Response, RegistryError> {
    if !cloud.passwords.admits(request.headers()) {
        return Err(RegistryError::unauthorized(&cloud.endpoint()));
    }
    let route =
        Route::parse(request.uri().path()).ok_or_else(|| RegistryError::new(Code::NameInvalid, "no such page"))?;
    let operation = route.operation(request.method());
    cloud.admit(operation).map_err(RegistryError::refused)?;
    if let Some(name) = route.repository() {
        known(cloud, name)?;
    }
    let response = answer(cloud, route, request).await?;
    cloud.done(operation);
    Ok(response)
}

async fn answer(cloud: &Arc<Cloud>, route: Route, request: Request) -> Result<Response, RegistryError> {
    match (route, request.method().clone()) {
        (Route::Base, Method::GET | Method::HEAD) => Ok(Body::from("{}").into_response()),
        (Route::Blob { name, digest }, Method::HEAD) => pulls::head(cloud, &name, &digest),
        (Route::Blob { name, digest }, Method::GET) => pulls::get(cloud, &name, &digest, request.headers()).await,
        (Route::Blob { name, digest }, Method::DELETE) => pulls::delete(cloud, &name, &digest),
        (Route::Uploads { name }, Method::POST) => uploading::start(cloud, &name, request).await,
        (Route::Upload { name, id }, Method::PATCH) => uploading::patch(cloud, &name, &id, request).await,
        (Route::Upload { name, id }, Method::PUT) => uploading::finish(cloud, &name, &id, request).await,
        (Route::Upload { name, id }, Method::GET) => uploading::status(cloud, &name, &id).await,
        (Route::Upload { name, id }, Method::DELETE) => uploading::cancel(cloud, &name, &id),
        (Route::Manifest { name, reference }, Method::PUT) => manifests::push(cloud, &name, &reference, request).await,
        (Route::Manifest { name, reference }, Method::GET | Method::HEAD) => {
            manifests::pull(cloud, &name, &reference, request.method())
        }
        (Route::Manifest { name, reference }, Method::DELETE) => manifests::delete(cloud, &name, &reference),
        (Route::Tags { name }, Method::GET) => tags::list(cloud, &name, request.uri().query()),
        (Route::Referrers { name, digest }, Method::GET) => {
            referrers::list(cloud, &name, &digest, request.uri().query())
        }
        (_, method) => Err(RegistryError::new(Code::Unsupported, format!("{method} is not supported here"))),
    }
}

fn known(cloud: &Cloud, name: &str) -> Result<(), RegistryError> {
    if !route::is_name(name) {
        return Err(RegistryError::new(Code::NameInvalid, format!("invalid repository name '{name}'")));
    }
    if cloud.repositories.read().contains_key(name) { Ok(()) } else { Err(RegistryError::name_unknown(cloud, name)) }
}

/// A value of the query string.
fn query_value(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// An answer without a body.
fn bare(status: StatusCode, headers: &[(&'static str, String)]) -> Response {
    let mut response = status.into_response();
    for (name, value) in headers {
        // Only our own ids, digests and names, all of them ASCII, end up here.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    response
}
