//! `GET /v2/NAME/tags/list`, in pages.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::error::{Code, RegistryError};
use super::query_value;
use crate::cloud::Cloud;

/// Lists tags in the order of their letters: at most `n`, those after `last`.
pub fn list(cloud: &Cloud, name: &str, query: Option<&str>) -> Result<Response, RegistryError> {
    let repositories = cloud.repositories.read();
    let repository = repositories.get(name).ok_or_else(|| RegistryError::name_unknown(cloud, name))?;
    let last = query_value(query, "last").unwrap_or_default();
    let length = match query_value(query, "n") {
        None => usize::MAX,
        Some(n) => n.parse().map_err(|_| RegistryError::new(Code::Unsupported, format!("'{n}' is not a number")))?,
    };
    let mut tags: Vec<&String> = repository.image_tags.keys().filter(|tag| **tag > last).collect();
    let more = tags.len() > length;
    tags.truncate(length);
    let mut response = Json(json!({ "name": name, "tags": tags })).into_response();
    if let Some(last) = tags.last().filter(|_| more) {
        let link = format!("</v2/{name}/tags/list?n={length}&last={last}>; rel=\"next\"");
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}
