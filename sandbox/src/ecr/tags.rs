//! Resource tags of repositories.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{find, find_mut, invalid};
use crate::aws::ApiError;
use crate::cloud::Cloud;

/// Most tags of one resource (facts 2.1).
const MAX_TAGS: usize = 50;

/// A key and a value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Add {
    resource_arn: String,
    tags: Vec<Tag>,
}

/// `TagResource`.
pub fn add(cloud: &Cloud, input: Add) -> Result<Value, ApiError> {
    let name = repository_of(cloud, &input.resource_arn)?;
    cloud.repositories.change(|repositories| {
        let tags = &mut find_mut(cloud, repositories, &name)?.resource_tags;
        tags.extend(input.tags.into_iter().map(|tag| (tag.key, tag.value)));
        if tags.len() > MAX_TAGS {
            let words = format!("The number of tags on the repository exceeds {MAX_TAGS}");
            return Err(ApiError::client("TooManyTagsException", words));
        }
        Ok(json!({}))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    resource_arn: String,
}

/// `ListTagsForResource`.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let name = repository_of(cloud, &input.resource_arn)?;
    let state = cloud.repositories.read();
    let tags = &find(cloud, &state, &name)?.resource_tags;
    let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "tags": tags }))
}

fn repository_of(cloud: &Cloud, arn: &str) -> Result<String, ApiError> {
    let name = arn.strip_prefix(&cloud.repository_arn(""));
    name.map(str::to_owned).ok_or_else(|| invalid("resourceArn", "must be the ARN of a repository of this registry"))
}
