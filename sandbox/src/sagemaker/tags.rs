//! Resource tags, by ARN.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Studio, alter, app_image_configs, apps, domains, images, user_profiles};
use crate::aws::{ApiError, Order, Page, page};
use crate::cloud::Cloud;

/// Most tags of one resource (facts 2.1).
const MAX_TAGS: usize = 50;

/// A key and a value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    key: String,
    value: String,
}

/// ARNs of everything that can have tags.
pub fn all_arns(cloud: &Cloud, studio: &Studio) -> BTreeSet<String> {
    let images = studio.images.keys().map(|name| images::arn(cloud, name));
    let configs = studio.app_image_configs.keys().map(|name| app_image_configs::arn(cloud, name));
    let domains = studio.domains.keys().map(|id| domains::arn(cloud, id));
    let profiles = studio.user_profiles.keys().map(|key| user_profiles::arn(cloud, key));
    let apps = studio.apps.keys().map(|key| apps::arn(cloud, key));
    images.chain(configs).chain(domains).chain(profiles).chain(apps).collect()
}

/// Gives a resource that was just made its tags.
pub fn tag_new(studio: &mut Studio, arn: &str, tags: Vec<Tag>) -> Result<(), ApiError> {
    if tags.is_empty() {
        return Ok(());
    }
    let held = studio.tags.entry(arn.to_owned()).or_default();
    held.extend(tags.into_iter().map(|tag| (tag.key, tag.value)));
    if held.len() > MAX_TAGS {
        return Err(ApiError::validation(format!("The number of tags exceeds {MAX_TAGS}")));
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Add {
    resource_arn: String,
    tags: Vec<Tag>,
}

/// `AddTags`.
pub fn add(cloud: &Cloud, input: Add) -> Result<Value, ApiError> {
    alter(cloud, |studio, _| {
        known(cloud, studio, &input.resource_arn)?;
        tag_new(studio, &input.resource_arn, input.tags)?;
        Ok(json!({ "Tags": shown(studio, &input.resource_arn) }))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct List {
    resource_arn: String,
    #[serde(flatten)]
    page: Page,
}

/// `ListTags`.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let studio = cloud.studio.read();
    known(cloud, &studio, &input.resource_arn)?;
    let tags = shown(&studio, &input.resource_arn);
    let keyed = tags.into_iter().map(|tag| (tag["Key"].to_string(), tag)).collect();
    let whole = Page { max_results: Some(input.page.max_results.unwrap_or(MAX_TAGS)), ..input.page.clone() };
    let (tags, next) = page(keyed, Order::Ascending, &whole)?;
    Ok(json!({ "Tags": tags, "NextToken": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delete {
    resource_arn: String,
    tag_keys: Vec<String>,
}

/// `DeleteTags`.
pub fn delete(cloud: &Cloud, input: &Delete) -> Result<Value, ApiError> {
    alter(cloud, |studio, _| {
        known(cloud, studio, &input.resource_arn)?;
        if let Some(held) = studio.tags.get_mut(&input.resource_arn) {
            held.retain(|key, _| !input.tag_keys.contains(key));
        }
        Ok(json!({}))
    })
}

fn known(cloud: &Cloud, studio: &Studio, arn: &str) -> Result<(), ApiError> {
    if all_arns(cloud, studio).contains(arn) {
        return Ok(());
    }
    Err(ApiError::validation(format!("The resource {arn} does not exist")))
}

fn shown(studio: &Studio, arn: &str) -> Vec<Value> {
    let held = studio.tags.get(arn).into_iter().flatten();
    held.map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}
