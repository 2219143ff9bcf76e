//! ECR: the operations that a pipeline calls, and their counterparts.

mod authorization;
mod images;
mod layers;
mod policies;
mod repositories;
mod repository;
mod scans;
mod tags;

pub use repository::{ManifestRecord, Repositories, Repository};

use serde::Deserialize;
use serde_json::Value;

use crate::aws::{ApiError, run};
use crate::cloud::Cloud;

/// Serves an operation whose input passed the shapes.
pub fn call(cloud: &Cloud, operation: &str, input: Value) -> Result<Value, ApiError> {
    if let Some(registry) = input.get("registryId").and_then(Value::as_str).filter(|id| *id != cloud.account) {
        let words = format!("The registry with id '{registry}' is not served here");
        return Err(ApiError::client("RepositoryNotFoundException", words));
    }
    match operation {
        "GetAuthorizationToken" => Ok(authorization::token(cloud)),
        "CreateRepository" => run(input, |input| repositories::create(cloud, input)),
        "DescribeRepositories" => run(input, |input| repositories::describe(cloud, &input)),
        "DeleteRepository" => run(input, |input| repositories::delete(cloud, &input)),
        "PutImageTagMutability" => run(input, |input| repositories::put_mutability(cloud, input)),
        "PutImageScanningConfiguration" => run(input, |input| repositories::put_scanning(cloud, &input)),
        "DescribeImages" => run(input, |input| images::describe(cloud, &input)),
        "ListImages" => run(input, |input| images::list(cloud, &input)),
        "BatchGetImage" => run(input, |input| images::batch_get(cloud, &input)),
        "BatchDeleteImage" => run(input, |input| images::batch_delete(cloud, &input)),
        "PutImage" => run(input, |input| images::put(cloud, &input)),
        "BatchCheckLayerAvailability" => run(input, |input| layers::check(cloud, &input)),
        "PutLifecyclePolicy" => run(input, |input| policies::put_lifecycle(cloud, input)),
        "GetLifecyclePolicy" => run(input, |input| policies::get_lifecycle(cloud, &input)),
        "SetRepositoryPolicy" => run(input, |input| policies::set(cloud, input)),
        "GetRepositoryPolicy" => run(input, |input| policies::get(cloud, &input)),
        "TagResource" => run(input, |input| tags::add(cloud, input)),
        "ListTagsForResource" => run(input, |input| tags::list(cloud, &input)),
        "StartImageScan" => run(input, |input| scans::start(cloud, &input)),
        "DescribeImageScanFindings" => run(input, |input| scans::findings(cloud, &input)),
        _ => Err(ApiError::unknown_operation(operation)),
    }
}

/// A request about one repository and nothing else.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AboutRepository {
    repository_name: String,
}

fn find<'a>(cloud: &Cloud, repositories: &'a Repositories, name: &str) -> Result<&'a Repository, ApiError> {
    repositories.get(name).ok_or_else(|| unknown(cloud, name))
}

fn find_mut<'a>(cloud: &Cloud, repositories: &'a mut Repositories, name: &str) -> Result<&'a mut Repository, ApiError> {
    repositories.get_mut(name).ok_or_else(|| unknown(cloud, name))
}

fn unknown(cloud: &Cloud, name: &str) -> ApiError {
    let words = format!("The repository with name '{name}' does not exist in the registry with id '{}'", cloud.account);
    ApiError::client("RepositoryNotFoundException", words)
}

fn invalid(member: &str, constraint: &str) -> ApiError {
    let words = format!("Invalid parameter at '{member}' failed to satisfy constraint: '{constraint}'");
    ApiError::client("InvalidParameterException", words)
}
