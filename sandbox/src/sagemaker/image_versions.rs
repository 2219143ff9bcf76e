//! Image versions: a container image under a number that is given once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::images::{self, Image, find, find_settled, status};
use super::listing::{SortBy, Times};
use super::{Studio, alter, base_image};
use crate::aws::{ApiError, Order, Page, page, run};
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::lifecycle::{Change, Lifecycle, Standing};
use crate::options::AsyncState;

/// A version as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImageVersion {
    pub(super) lifecycle: Lifecycle,
    pub(super) aliases: BTreeSet<String>,
    base_image: String,
    /// The base image by digest, as it was when the version was made; none if there was no such image.
    container_image: Option<String>,
    /// `JobType`, `Processor`, `ReleaseNotes` and their like.
    properties: Map<String, Value>,
    /// The request that made it, token and all: what a repetition is compared with.
    request: Value,
    created_at: Moment,
    modified_at: Moment,
}

impl ImageVersion {
    /// A version that exists from `now` on, whatever its base image is.
    pub(super) fn seeded(base_image: String, now: Moment) -> Self {
        Self {
            lifecycle: Lifecycle::new(Change::Create, now),
            aliases: BTreeSet::new(),
            container_image: Some(base_image.clone()),
            base_image,
            properties: Map::new(),
            request: Value::Null,
            created_at: now,
            modified_at: now,
        }
    }
}

/// ARN of a version; its tail is the number.
pub fn arn(cloud: &Cloud, image: &str, number: u32) -> String {
    cloud.sagemaker_arn(&format!("image-version/{}/{number}", image.to_lowercase()))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    image_name: String,
    base_image: String,
    client_token: String,
    #[serde(default)]
    aliases: BTreeSet<String>,
    #[serde(flatten)]
    properties: Map<String, Value>,
}

/// `CreateImageVersion`. A repeated request (same token, same parameters) is answered with the version it made, also
/// when that failed; the same token with other parameters is `ResourceInUse` (AWS's reaction is not known, facts 8.8).
pub fn create(cloud: &Cloud, input: Value) -> Result<Value, ApiError> {
    let request = input.clone();
    run(input, |input: Create| {
        // The registry is looked at before the state is locked: the answer belongs to this moment either way.
        let resolved = base_image::resolve(cloud, &input.base_image);
        alter(cloud, |studio, now| add(cloud, studio, now, input, request, resolved))
    })
}

fn add(
    cloud: &Cloud,
    studio: &mut Studio,
    now: Moment,
    input: Create,
    request: Value,
    resolved: Result<String, String>,
) -> Result<Value, ApiError> {
    let name = input.image_name;
    let image = find_settled(cloud, studio, &name, now)?;
    let same_token = |version: &ImageVersion| version.request["ClientToken"] == json!(input.client_token);
    if let Some((number, version)) = image.versions.iter().find(|(_, version)| same_token(version)) {
        if version.request == request {
            return Ok(json!({ "ImageVersionArn": arn(cloud, &name, *number) }));
        }
        let words = format!("ClientToken {} was used with other parameters", input.client_token);
        return Err(ApiError::in_use(words));
    }
    check_aliases(image, &input.aliases, None)?;
    image.last_version += 1;
    let number = image.last_version;
    let until = cloud.ready_at(AsyncState::ImageVersion);
    let failure = cloud.faults.version_failure().or(resolved.as_ref().err().cloned());
    let version = ImageVersion {
        lifecycle: failure.map_or(Lifecycle::new(Change::Create, until), |reason| Lifecycle::failing(until, reason)),
        aliases: input.aliases,
        base_image: input.base_image,
        container_image: resolved.ok(),
        properties: input.properties,
        request,
        created_at: now,
        modified_at: now,
    };
    image.versions.insert(number, version);
    Ok(json!({ "ImageVersionArn": arn(cloud, &name, number) }))
}

/// An alias names one version of an image (how AWS reacts to a second one is not known).
fn check_aliases(image: &Image, aliases: &BTreeSet<String>, except: Option<u32>) -> Result<(), ApiError> {
    let others = image.versions.iter().filter(|(number, _)| except != Some(**number));
    let taken = others.flat_map(|(_, version)| &version.aliases).find(|alias| aliases.contains(*alias));
    taken.map_or(Ok(()), |alias| Err(ApiError::in_use(format!("Alias {alias} already names another version"))))
}

/// Which version a request means.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AboutVersion {
    pub(super) image_name: String,
    version: Option<u32>,
    alias: Option<String>,
}

impl AboutVersion {
    /// Whether a version is named at all.
    pub(super) fn names_one(&self) -> bool {
        self.version.is_some() || self.alias.is_some()
    }

    /// Its number. Nothing named means the latest.
    pub(super) fn number(&self, image: &Image, now: Moment) -> Result<u32, ApiError> {
        let present = || image.versions.iter().filter(|(_, version)| !version.lifecycle.is_gone(now));
        let found = match (self.version, &self.alias) {
            (Some(number), _) => present().find(|(found, _)| **found == number),
            (None, Some(alias)) => present().find(|(_, version)| version.aliases.contains(alias)),
            (None, None) => present().next_back(),
        };
        found.map(|(number, _)| *number).ok_or_else(|| {
            let name = &self.image_name;
            ApiError::not_found(match (self.version, &self.alias) {
                (Some(number), _) => format!("ImageVersion {name}/{number} does not exist"),
                (None, Some(alias)) => format!("ImageVersion of {name} with alias {alias} does not exist"),
                (None, None) => format!("ImageVersion of {name} does not exist"),
            })
        })
    }
}

/// `DescribeImageVersion`.
pub fn describe(cloud: &Cloud, input: &AboutVersion) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let image = find(cloud, &studio, &input.image_name, now)?;
    let number = input.number(image, now)?;
    let version = &image.versions[&number];
    let mut shown = summary(cloud, &input.image_name, number, version, now);
    shown["BaseImage"] = json!(version.base_image);
    shown["ContainerImage"] = json!(version.container_image);
    for (name, value) in &version.properties {
        shown[name] = value.clone();
    }
    Ok(shown)
}

fn summary(cloud: &Cloud, image: &str, number: u32, version: &ImageVersion, now: Moment) -> Value {
    let failure = if let Standing::Failed(reason) = version.lifecycle.at(now) { Some(reason) } else { None };
    json!({
        "ImageArn": images::arn(cloud, image),
        "ImageVersionArn": arn(cloud, image, number),
        "ImageVersionStatus": status(&version.lifecycle, now),
        "Version": number,
        "FailureReason": failure,
        "CreationTime": version.created_at.wire(),
        "LastModifiedTime": version.modified_at.wire(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Update {
    #[serde(flatten)]
    about: AboutVersion,
    #[serde(default)]
    aliases_to_add: BTreeSet<String>,
    #[serde(default)]
    aliases_to_delete: BTreeSet<String>,
    #[serde(flatten)]
    properties: Map<String, Value>,
}

/// `UpdateImageVersion`: aliases and descriptive properties; the image in it never changes.
pub fn update(cloud: &Cloud, input: Update) -> Result<Value, ApiError> {
    let name = &input.about.image_name;
    alter(cloud, |studio, now| {
        let image = find_settled(cloud, studio, name, now)?;
        let number = input.about.number(image, now)?;
        check_aliases(image, &input.aliases_to_add, Some(number))?;
        let version = settled(image, name, number, now)?;
        version.aliases.retain(|alias| !input.aliases_to_delete.contains(alias));
        version.aliases.extend(input.aliases_to_add);
        let named = ["ImageName", "Version", "Alias"];
        let properties = input.properties.into_iter().filter(|(name, _)| !named.contains(&name.as_str()));
        version.properties.extend(properties);
        version.modified_at = now;
        Ok(json!({ "ImageVersionArn": arn(cloud, name, number) }))
    })
}

/// `DeleteImageVersion`. Unlike a description, a deletion must name its version.
pub fn delete(cloud: &Cloud, input: &AboutVersion) -> Result<Value, ApiError> {
    if !input.names_one() {
        return Err(ApiError::validation("Either Version or Alias must be specified"));
    }
    alter(cloud, |studio, now| {
        let image = find_settled(cloud, studio, &input.image_name, now)?;
        let number = input.number(image, now)?;
        let version = settled(image, &input.image_name, number, now)?;
        version.modified_at = now;
        version.lifecycle = Lifecycle::new(Change::Delete, cloud.ready_at(AsyncState::ImageVersion));
        Ok(json!({}))
    })
}

fn settled<'a>(image: &'a mut Image, name: &str, number: u32, now: Moment) -> Result<&'a mut ImageVersion, ApiError> {
    let busy = || ApiError::in_use(format!("ImageVersion {name}/{number} is being created or deleted"));
    let version = image.versions.get_mut(&number);
    version.filter(|version| !matches!(version.lifecycle.at(now), Standing::Busy(_))).ok_or_else(busy)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct List {
    image_name: String,
    #[serde(default)]
    sort_by: SortBy,
    sort_order: Option<Order>,
    #[serde(flatten)]
    times: Times,
    #[serde(flatten)]
    page: Page,
}

/// `ListImageVersions`, newest first where nothing else is asked for.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let image = find(cloud, &studio, &input.image_name, now)?;
    let wanted = image.versions.iter().filter(|(_, version)| {
        !version.lifecycle.is_gone(now) && input.times.admit(version.created_at, version.modified_at)
    });
    let keyed = wanted.map(|(number, version)| {
        // Zero-padded, so that version 10 comes after version 9.
        let key = input.sort_by.key(version.created_at, version.modified_at, &format!("{number:010}"));
        (key, summary(cloud, &input.image_name, *number, version, now))
    });
    let (versions, next) = page(keyed.collect(), input.sort_order.unwrap_or(Order::Descending), &input.page)?;
    Ok(json!({ "ImageVersions": versions, "NextToken": next }))
}

/// Whether a domain's list may begin to name this version; `None` means the latest.
pub fn is_usable(studio: &Studio, image: &str, number: Option<u32>, now: Moment) -> bool {
    let Some(image) = studio.images.get(image) else { return false };
    let ready = |version: &ImageVersion| version.lifecycle.at(now) == Standing::Ready;
    match number {
        Some(number) => image.versions.get(&number).is_some_and(ready),
        None => image.versions.values().any(ready),
    }
}
