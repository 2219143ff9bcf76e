//! Errors as AWS's JSON protocols send them.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::model::Model;
use crate::document::DocumentError;

/// An answer that is an error: its type, its words, its HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    code: Cow<'static, str>,
    message: String,
    status: StatusCode,
}

impl ApiError {
    /// The caller's mistake: 400, as JSON 1.1 has it for everything.
    pub fn client(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: StatusCode::BAD_REQUEST }
    }

    /// A failure of the service: 500.
    pub fn server(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: StatusCode::INTERNAL_SERVER_ERROR }
    }

    /// A `ValidationException` with these words.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::client("ValidationException", message)
    }

    /// `SageMaker`'s answer for a thing that does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::client("ResourceNotFound", message)
    }

    /// `SageMaker`'s answer for a thing that exists already or is being changed.
    pub fn in_use(message: impl Into<String>) -> Self {
        Self::client("ResourceInUse", message)
    }

    /// A body that is not what the protocol says.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::client("SerializationException", message)
    }

    /// An operation that AWS, or the sandbox, does not have.
    pub fn unknown_operation(operation: &str) -> Self {
        Self::client("UnknownOperationException", format!("The operation {operation} is not known here"))
    }

    /// A body over the limit.
    pub fn too_large(limit: usize) -> Self {
        Self {
            code: "RequestEntityTooLargeException".into(),
            message: format!("Request size exceeded {limit} bytes"),
            status: StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The disk failed.
    pub fn disk(error: &std::io::Error) -> Self {
        tracing::error!(%error, "the sandbox's disk failed");
        Self::server("InternalFailure", error.to_string())
    }

    /// The error type.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The words.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The answer; the model says how the member with the words is spelt.
    pub fn into_json(self, model: Option<&Model>, request_id: &str) -> Response {
        let member = model.map_or("message", |model| model.message_member(&self.code));
        let body = json!({ "__type": self.code, member: self.message });
        let mut response = json_answer(&body, request_id);
        *response.status_mut() = self.status;
        if let Ok(code) = HeaderValue::from_str(&self.code) {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        response
    }
}

impl From<DocumentError> for ApiError {
    fn from(error: DocumentError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the state could not be stored");
        Self::server("InternalFailure", error.to_string())
    }
}

/// A JSON 1.1 answer.
pub fn json_answer(body: &Value, request_id: &str) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
