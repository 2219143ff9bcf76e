//! Errors as the OCI distribution specification writes them.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::document::DocumentError;
use crate::fault::Refusal;

/// The specification's error codes (and ECR's use of `TAG_INVALID`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// No such blob in this repository.
    BlobUnknown,
    /// An upload that went wrong.
    BlobUploadInvalid,
    /// No such upload.
    BlobUploadUnknown,
    /// Content and digest disagree, or the digest is none.
    DigestInvalid,
    /// A manifest that names content which is not there.
    ManifestBlobUnknown,
    /// A manifest that is none.
    ManifestInvalid,
    /// No such manifest or tag.
    ManifestUnknown,
    /// A name outside the grammar.
    NameInvalid,
    /// No such repository.
    NameUnknown,
    /// Content of another length than was announced.
    SizeInvalid,
    /// A tag that may not be set.
    TagInvalid,
    /// No password, or none that is good.
    Unauthorized,
    /// Not offered.
    Unsupported,
    /// Slow down.
    TooManyRequests,
    /// The registry failed.
    Unknown,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Self::BlobUnknown => "BLOB_UNKNOWN",
            Self::BlobUploadInvalid => "BLOB_UPLOAD_INVALID",
            Self::BlobUploadUnknown => "BLOB_UPLOAD_UNKNOWN",
            Self::DigestInvalid => "DIGEST_INVALID",
            Self::ManifestBlobUnknown => "MANIFEST_BLOB_UNKNOWN",
            Self::ManifestInvalid => "MANIFEST_INVALID",
            Self::ManifestUnknown => "MANIFEST_UNKNOWN",
            Self::NameInvalid => "NAME_INVALID",
            Self::NameUnknown => "NAME_UNKNOWN",
            Self::SizeInvalid => "SIZE_INVALID",
            Self::TagInvalid => "TAG_INVALID",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Unsupported => "UNSUPPORTED",
            Self::TooManyRequests => "TOOMANYREQUESTS",
            Self::Unknown => "UNKNOWN",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::BlobUnknown | Self::BlobUploadUnknown | Self::ManifestUnknown | Self::NameUnknown => {
                StatusCode::NOT_FOUND
            }
            Self::BlobUploadInvalid
            | Self::DigestInvalid
            | Self::ManifestBlobUnknown
            | Self::ManifestInvalid
            | Self::NameInvalid
            | Self::SizeInvalid
            | Self::TagInvalid => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Unsupported => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// An answer that is an error.
#[derive(Debug)]
pub struct RegistryError {
    code: Code,
    status: StatusCode,
    message: String,
    detail: Option<Value>,
    headers: Vec<(header::HeaderName, String)>,
}

impl RegistryError {
    /// An error with the status that its code has.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, status: code.status(), message: message.into(), detail: None, headers: Vec::new() }
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with a detail for machines.
    pub fn with_detail(self, detail: Value) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// The same with a header.
    pub fn with_header(mut self, name: header::HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The challenge for a password, in ECR's form.
    pub fn unauthorized(endpoint: &str) -> Self {
        Self::new(Code::Unauthorized, "authentication required")
            .with_header(header::WWW_AUTHENTICATE, format!("Basic realm=\"{endpoint}/\",service=\"ecr.amazonaws.com\""))
    }

    /// ECR's words for a repository that nobody made.
    pub fn name_unknown(cloud: &Cloud, name: &str) -> Self {
        let message =
            format!("The repository with name '{name}' does not exist in the registry with id '{}'", cloud.account);
        Self::new(Code::NameUnknown, message).with_detail(json!({ "name": name }))
    }

    /// The error that a fault asks for.
    pub fn refused(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Throttled => Self::new(Code::TooManyRequests, "Rate exceeded"),
            Refusal::Failed { error, message } => Self::new(Code::Unknown, format!("{error}: {message}")),
        }
    }

    /// The disk failed: the client is told so, the one who runs the sandbox is told why.
    pub fn disk(doing: &str, error: &std::io::Error) -> Self {
        tracing::error!(%error, doing, "the registry's disk failed");
        Self::new(Code::Unknown, format!("{doing}: {error}"))
    }
}

impl From<DocumentError> for RegistryError {
    fn from(error: DocumentError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the state could not be stored");
        Self::new(Code::Unknown, error.to_string())
    }
}

impl IntoResponse for RegistryError {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.code.name(), "message": self.message });
        if let Some(detail) = self.detail {
            error["detail"] = detail;
        }
        let mut response = (self.status, Json(json!({ "errors": [error] }))).into_response();
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
