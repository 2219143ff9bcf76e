//! Images: names under which versions stand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::image_versions::ImageVersion;
use super::listing::{SortBy, Times};
use super::tags::{Tag, tag_new};
use super::{Studio, alter};
use crate::aws::{ApiError, Order, Page, page};
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::lifecycle::{Change, Lifecycle, Standing};
use crate::options::AsyncState;

/// An image as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Image {
    pub(super) lifecycle: Lifecycle,
    pub(super) versions: BTreeMap<u32, ImageVersion>,
    /// Highest number given so far; numbers of deleted versions are not given again.
    pub(super) last_version: u32,
    display_name: Option<String>,
    description: Option<String>,
    role_arn: String,
    created_at: Moment,
    modified_at: Moment,
}

impl Image {
    /// An image that exists from `now` on.
    pub(super) fn new(role_arn: String, now: Moment, lifecycle: Lifecycle) -> Self {
        Self {
            lifecycle,
            versions: BTreeMap::new(),
            last_version: 0,
            display_name: None,
            description: None,
            role_arn,
            created_at: now,
            modified_at: now,
        }
    }
}

/// ARN of an image; AWS writes names in ARNs in small letters.
pub fn arn(cloud: &Cloud, name: &str) -> String {
    cloud.sagemaker_arn(&format!("image/{}", name.to_lowercase()))
}

/// An image that is not gone.
pub fn find<'a>(cloud: &Cloud, studio: &'a Studio, name: &str, now: Moment) -> Result<&'a Image, ApiError> {
    let image = studio.images.get(name).filter(|image| !image.lifecycle.is_gone(now));
    image.ok_or_else(|| ApiError::not_found(format!("No Image with the name {name} in account {}", cloud.account)))
}

/// An image that is not gone, and that nothing is being done to.
pub fn find_settled<'a>(
    cloud: &Cloud,
    studio: &'a mut Studio,
    name: &str,
    now: Moment,
) -> Result<&'a mut Image, ApiError> {
    let standing = status(&find(cloud, studio, name, now)?.lifecycle, now);
    let busy = || ApiError::in_use(format!("Image {name} is in {standing} status"));
    let settled = |image: &&mut Image| !matches!(image.lifecycle.at(now), Standing::Busy(_));
    studio.images.get_mut(name).filter(settled).ok_or_else(busy)
}

/// AWS's word for where an image or a version stands.
pub fn status(lifecycle: &Lifecycle, now: Moment) -> &'static str {
    match lifecycle.at(now) {
        Standing::Busy(Change::Create) => "CREATING",
        Standing::Busy(Change::Update) => "UPDATING",
        Standing::Busy(Change::Delete) | Standing::Gone => "DELETING",
        Standing::Ready => "CREATED",
        Standing::Failed(_) => "CREATE_FAILED",
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Create {
    image_name: String,
    role_arn: String,
    display_name: Option<String>,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// `CreateImage`.
pub fn create(cloud: &Cloud, input: Create) -> Result<Value, ApiError> {
    let name = input.image_name;
    let arn = arn(cloud, &name);
    alter(cloud, |studio, now| {
        if studio.images.contains_key(&name) {
            return Err(ApiError::in_use(format!("Image {arn} already exists")));
        }
        let lifecycle = Lifecycle::new(Change::Create, cloud.ready_at(AsyncState::Image));
        let image = Image {
            display_name: input.display_name,
            description: input.description,
            ..Image::new(input.role_arn, now, lifecycle)
        };
        studio.images.insert(name, image);
        tag_new(studio, &arn, input.tags)?;
        Ok(json!({ "ImageArn": arn }))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AboutImage {
    image_name: String,
}

/// `DescribeImage`.
pub fn describe(cloud: &Cloud, input: &AboutImage) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let image = find(cloud, &studio, &input.image_name, now)?;
    let mut shown = summary(cloud, &input.image_name, image, now);
    shown["RoleArn"] = json!(image.role_arn);
    Ok(shown)
}

fn summary(cloud: &Cloud, name: &str, image: &Image, now: Moment) -> Value {
    let failure = if let Standing::Failed(reason) = image.lifecycle.at(now) { Some(reason) } else { None };
    json!({
        "ImageName": name,
        "ImageArn": arn(cloud, name),
        "ImageStatus": status(&image.lifecycle, now),
        "FailureReason": failure,
        "DisplayName": image.display_name,
        "Description": image.description,
        "CreationTime": image.created_at.wire(),
        "LastModifiedTime": image.modified_at.wire(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Update {
    image_name: String,
    display_name: Option<String>,
    description: Option<String>,
    role_arn: Option<String>,
    #[serde(default)]
    delete_properties: Vec<String>,
}

/// `UpdateImage`.
pub fn update(cloud: &Cloud, input: Update) -> Result<Value, ApiError> {
    let name = input.image_name;
    alter(cloud, |studio, now| {
        let image = find_settled(cloud, studio, &name, now)?;
        for property in &input.delete_properties {
            match property.as_str() {
                "DisplayName" => image.display_name = None,
                _ => image.description = None,
            }
        }
        image.display_name = input.display_name.or(image.display_name.take());
        image.description = input.description.or(image.description.take());
        if let Some(role) = input.role_arn {
            image.role_arn = role;
        }
        image.modified_at = now;
        image.lifecycle = Lifecycle::new(Change::Update, cloud.ready_at(AsyncState::Image));
        Ok(json!({ "ImageArn": arn(cloud, &name) }))
    })
}

/// `DeleteImage`: its versions go with it. A domain's list may still name it afterwards (facts 2.2).
pub fn delete(cloud: &Cloud, input: &AboutImage) -> Result<Value, ApiError> {
    alter(cloud, |studio, now| {
        let image = find_settled(cloud, studio, &input.image_name, now)?;
        image.modified_at = now;
        image.lifecycle = Lifecycle::new(Change::Delete, cloud.ready_at(AsyncState::Image));
        Ok(json!({}))
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

/// `ListImages`, newest first where nothing else is asked for.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let wanted = studio.images.iter().filter(|(name, image)| {
        !image.lifecycle.is_gone(now)
            && input.name_contains.as_ref().is_none_or(|part| name.contains(part.as_str()))
            && input.times.admit(image.created_at, image.modified_at)
    });
    let keyed = wanted.map(|(name, image)| {
        (input.sort_by.key(image.created_at, image.modified_at, name), summary(cloud, name, image, now))
    });
    let (images, next) = page(keyed.collect(), input.sort_order.unwrap_or(Order::Descending), &input.page)?;
    Ok(json!({ "Images": images, "NextToken": next }))
}
