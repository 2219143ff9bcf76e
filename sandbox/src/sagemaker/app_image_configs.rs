//! App image configs. For `RSession` a config has no payload: it is a name (facts 2.3).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::listing::{SortBy, Times};
use super::tags::{Tag, tag_new};
use super::{Studio, alter};
use crate::aws::{ApiError, Order, Page, page};
use crate::clock::Moment;
use crate::cloud::Cloud;

/// A config as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AppImageConfig {
    created_at: Moment,
    modified_at: Moment,
    /// The configs of other kinds of apps, as they were sent.
    payload: Map<String, Value>,
}

impl AppImageConfig {
    /// A config without payload.
    pub(super) fn new(now: Moment) -> Self {
        Self { created_at: now, modified_at: now, payload: Map::new() }
    }
}

/// ARN of a config.
pub fn arn(cloud: &Cloud, name: &str) -> String {
    cloud.sagemaker_arn(&format!("app-image-config/{}", name.to_lowercase()))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Write {
    app_image_config_name: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(flatten)]
    payload: Map<String, Value>,
}

/// `CreateAppImageConfig`.
pub fn create(cloud: &Cloud, input: Write) -> Result<Value, ApiError> {
    let name = input.app_image_config_name;
    let arn = arn(cloud, &name);
    alter(cloud, |studio, now| {
        if studio.app_image_configs.contains_key(&name) {
            return Err(ApiError::in_use(format!("AppImageConfig {arn} already exists")));
        }
        studio.app_image_configs.insert(name, AppImageConfig { payload: input.payload, ..AppImageConfig::new(now) });
        tag_new(studio, &arn, input.tags)?;
        Ok(json!({ "AppImageConfigArn": arn }))
    })
}

/// `UpdateAppImageConfig`: a kind that is sent replaces that kind.
pub fn update(cloud: &Cloud, input: Write) -> Result<Value, ApiError> {
    let name = input.app_image_config_name;
    alter(cloud, |studio, now| {
        let config = studio.app_image_configs.get_mut(&name).ok_or_else(|| unknown(&name))?;
        config.payload.extend(input.payload);
        config.modified_at = now;
        Ok(json!({ "AppImageConfigArn": arn(cloud, &name) }))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AboutConfig {
    app_image_config_name: String,
}

/// `DescribeAppImageConfig`.
pub fn describe(cloud: &Cloud, input: &AboutConfig) -> Result<Value, ApiError> {
    let name = &input.app_image_config_name;
    let studio = cloud.studio.read();
    let config = studio.app_image_configs.get(name).ok_or_else(|| unknown(name))?;
    Ok(shown(cloud, name, config))
}

/// `DeleteAppImageConfig`: nothing protects a config in use (facts 2.3).
pub fn delete(cloud: &Cloud, input: &AboutConfig) -> Result<Value, ApiError> {
    let name = &input.app_image_config_name;
    alter(cloud, |studio: &mut Studio, _| {
        studio.app_image_configs.remove(name).map(|_| json!({})).ok_or_else(|| unknown(name))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct List {
    name_contains: Option<String>,
    #[serde(default)]
    sort_by: SortBy,
    sort_order: Option<Order>,
    #[serde(flatten)]
    times: Times,
    #[serde(flatten)]
    page: Page,
}

/// `ListAppImageConfigs`.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let studio = cloud.studio.read();
    let wanted = studio.app_image_configs.iter().filter(|(name, config)| {
        input.name_contains.as_ref().is_none_or(|part| name.contains(part.as_str()))
            && input.times.admit(config.created_at, config.modified_at)
    });
    let keyed = wanted.map(|(name, config)| {
        (input.sort_by.key(config.created_at, config.modified_at, name), shown(cloud, name, config))
    });
    let (configs, next) = page(keyed.collect(), input.sort_order.unwrap_or(Order::Descending), &input.page)?;
    Ok(json!({ "AppImageConfigs": configs, "NextToken": next }))
}

fn shown(cloud: &Cloud, name: &str, config: &AppImageConfig) -> Value {
    let mut shown = json!({
        "AppImageConfigArn": arn(cloud, name),
        "AppImageConfigName": name,
        "CreationTime": config.created_at.wire(),
        "LastModifiedTime": config.modified_at.wire(),
    });
    for (kind, value) in &config.payload {
        shown[kind] = value.clone();
    }
    shown
}

fn unknown(name: &str) -> ApiError {
    ApiError::not_found(format!("AppImageConfig {name} does not exist"))
}
