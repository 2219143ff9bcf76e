//! `POST /`: the AWS protocols. JSON 1.1 with an `X-Amz-Target` goes to ECR or `SageMaker`, a form to STS.

mod error;
mod model;
mod paging;
mod pattern;
mod validate;
mod words;

pub use error::ApiError;
pub use paging::{Order, Page, page};

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::cloud::Cloud;
use crate::fault::Refusal;
use crate::identity::{self, Stranger};
use crate::{ecr, sagemaker, sts};
use model::Model;

/// A manifest of 4 MiB (facts 4.1) as a JSON string, with room for its escapes.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// Errors of AWS itself, which SDKs retry: 500, unlike all others.
const SERVER_ERRORS: [&str; 4] = ["InternalFailure", "InternalServerError", "ServerException", "ServiceUnavailable"];

/// A service that speaks JSON 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// `SageMaker`.
    SageMaker,
    /// ECR.
    Ecr,
}

impl Service {
    fn from_target(prefix: &str) -> Option<Self> {
        [Self::SageMaker, Self::Ecr].into_iter().find(|service| service.model().target_prefix() == prefix)
    }

    /// The name in [`crate::Fault`] patterns and counters.
    fn label(self) -> &'static str {
        match self {
            Self::SageMaker => "SageMaker",
            Self::Ecr => "ECR",
        }
    }

    fn model(self) -> &'static Model {
        match self {
            Self::SageMaker => model::sagemaker(),
            Self::Ecr => model::ecr(),
        }
    }
}

/// Serves `POST /`.
pub async fn serve(State(cloud): State<Arc<Cloud>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let id = Uuid::new_v4().to_string();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return ApiError::too_large(MAX_BODY).into_json(None, &id);
    };
    let Some(target) = parts.headers.get("x-amz-target") else {
        return sts::serve(&cloud, &parts.headers, &body, &id);
    };
    let (service, operation) = match target.to_str().ok().and_then(|target| target.rsplit_once('.')) {
        Some((prefix, operation)) => (Service::from_target(prefix), operation),
        None => (None, ""),
    };
    let Some(service) = service else { return ApiError::unknown_operation(operation).into_json(None, &id) };
    match call(&cloud, service, operation, &parts.headers, &body) {
        Ok(answer) => error::json_answer(&without_nulls(answer), &id),
        Err(error) => error.into_json(Some(service.model()), &id),
    }
}

fn call(
    cloud: &Cloud,
    service: Service,
    operation: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Value, ApiError> {
    let shapes = service.model().operation(operation).ok_or_else(|| ApiError::unknown_operation(operation))?;
    let name = format!("{}.{operation}", service.label());
    identity::caller(headers).map_err(stranger)?;
    cloud.admit(&name).map_err(refused)?;
    let input = if body.is_empty() { Value::Object(serde_json::Map::new()) } else { parse(body)? };
    validate::input(service.model(), shapes, &input).map_err(|refused| words::refusal(service, &refused))?;
    let answer = match service {
        Service::SageMaker => sagemaker::call(cloud, operation, input),
        Service::Ecr => ecr::call(cloud, operation, input),
    }?;
    debug_assert_eq!(validate::output(service.model(), shapes, &without_nulls(answer.clone())), Ok(()), "{name}");
    cloud.done(&name);
    Ok(answer)
}

/// The error that a fault asks for.
pub fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Throttled => ApiError::client("ThrottlingException", "Rate exceeded"),
        Refusal::Failed { error, message } if SERVER_ERRORS.contains(&error.as_str()) => {
            ApiError::server(error, message)
        }
        Refusal::Failed { error, message } => ApiError::client(error, message),
    }
}

/// Gives a request that passed the shapes to the function that serves it.
pub fn run<I: DeserializeOwned>(
    input: Value,
    act: impl FnOnce(I) -> Result<Value, ApiError>,
) -> Result<Value, ApiError> {
    act(serde_json::from_value(input).map_err(|error| ApiError::serialization(error.to_string()))?)
}

fn parse(body: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::serialization(error.to_string()))
}

/// What AWS says to a request that is not signed by one of its users.
pub fn stranger(stranger: Stranger) -> ApiError {
    let (code, message) = match stranger {
        Stranger::Unsigned => ("MissingAuthenticationTokenException", "Missing Authentication Token"),
        Stranger::UnknownKey => {
            ("UnrecognizedClientException", "The security token included in the request is invalid.")
        }
        Stranger::Expired => ("ExpiredTokenException", "The security token included in the request is expired"),
    };
    ApiError::client(code, message)
}

/// AWS leaves absent members out; `json!` writes them as null.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name, without_nulls(member)))
            .collect(),
        Value::Array(elements) => elements.into_iter().map(without_nulls).collect(),
        scalar => scalar,
    }
}
