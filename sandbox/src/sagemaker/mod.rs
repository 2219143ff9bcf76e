//! The part of `SageMaker` that concerns images and domains.
//!
//! Where AWS's behaviour is not known (facts 8) the sandbox takes the stricter of the likely ones, so that what passes
//! here has a fair chance there; each such choice is written where it is made.

mod aliases;
mod app_image_configs;
mod apps;
mod base_image;
mod domain_rules;
mod domains;
mod image_versions;
mod images;
mod listing;
mod merge;
mod presigned;
mod tags;
mod user_profiles;

pub use domains::{Seeded, occupy, seed};
pub use images::Image;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::{ApiError, run};
use crate::clock::Moment;
use crate::cloud::Cloud;
use app_image_configs::AppImageConfig;
use apps::App;
use domains::Domain;
use user_profiles::UserProfile;

/// Everything there is, by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Studio {
    images: BTreeMap<String, Image>,
    app_image_configs: BTreeMap<String, AppImageConfig>,
    domains: BTreeMap<String, Domain>,
    /// By `DOMAIN/PROFILE`.
    user_profiles: BTreeMap<String, UserProfile>,
    /// By `DOMAIN/OWNER/TYPE/NAME`.
    apps: BTreeMap<String, App>,
    /// By ARN.
    tags: BTreeMap<String, BTreeMap<String, String>>,
}

/// Serves an operation whose input passed the shapes.
pub fn call(cloud: &Cloud, operation: &str, input: Value) -> Result<Value, ApiError> {
    match operation {
        "CreateImage" => run(input, |input| images::create(cloud, input)),
        "DescribeImage" => run(input, |input| images::describe(cloud, &input)),
        "UpdateImage" => run(input, |input| images::update(cloud, input)),
        "DeleteImage" => run(input, |input| images::delete(cloud, &input)),
        "ListImages" => run(input, |input| images::list(cloud, &input)),
        "CreateImageVersion" => image_versions::create(cloud, input),
        "DescribeImageVersion" => run(input, |input| image_versions::describe(cloud, &input)),
        "UpdateImageVersion" => run(input, |input| image_versions::update(cloud, input)),
        "DeleteImageVersion" => run(input, |input| image_versions::delete(cloud, &input)),
        "ListImageVersions" => run(input, |input| image_versions::list(cloud, &input)),
        "ListAliases" => run(input, |input| aliases::list(cloud, &input)),
        "CreateAppImageConfig" => run(input, |input| app_image_configs::create(cloud, input)),
        "DescribeAppImageConfig" => run(input, |input| app_image_configs::describe(cloud, &input)),
        "UpdateAppImageConfig" => run(input, |input| app_image_configs::update(cloud, input)),
        "DeleteAppImageConfig" => run(input, |input| app_image_configs::delete(cloud, &input)),
        "ListAppImageConfigs" => run(input, |input| app_image_configs::list(cloud, &input)),
        "CreateDomain" => run(input, |input| domains::create(cloud, input)),
        "DescribeDomain" => run(input, |input| domains::describe(cloud, &input)),
        "UpdateDomain" => run(input, |input| domains::update(cloud, input)),
        "DeleteDomain" => run(input, |input| domains::delete(cloud, &input)),
        "ListDomains" => run(input, |input| domains::list(cloud, &input)),
        "CreateUserProfile" => run(input, |input| user_profiles::create(cloud, input)),
        "DescribeUserProfile" => run(input, |input| user_profiles::describe(cloud, &input)),
        "UpdateUserProfile" => run(input, |input| user_profiles::update(cloud, input)),
        "DeleteUserProfile" => run(input, |input| user_profiles::delete(cloud, &input)),
        "ListUserProfiles" => run(input, |input| user_profiles::list(cloud, &input)),
        "CreateApp" => run(input, |input| apps::create(cloud, input)),
        "DescribeApp" => run(input, |input| apps::describe(cloud, &input)),
        "DeleteApp" => run(input, |input| apps::delete(cloud, &input)),
        "ListApps" => run(input, |input| apps::list(cloud, &input)),
        "CreatePresignedDomainUrl" => run(input, |input| presigned::create(cloud, &input)),
        "AddTags" => run(input, |input| tags::add(cloud, input)),
        "ListTags" => run(input, |input| tags::list(cloud, &input)),
        "DeleteTags" => run(input, |input| tags::delete(cloud, &input)),
        _ => Err(ApiError::unknown_operation(operation)),
    }
}

/// Changes the state, after what was deleted in the meantime has been cleared away.
fn alter<T>(cloud: &Cloud, change: impl FnOnce(&mut Studio, Moment) -> Result<T, ApiError>) -> Result<T, ApiError> {
    cloud.studio.change(|studio| {
        let now = Moment::now();
        studio.clear_away(cloud, now);
        change(studio, now)
    })
}

impl Studio {
    fn clear_away(&mut self, cloud: &Cloud, now: Moment) {
        self.images.retain(|_, image| !image.lifecycle.is_gone(now));
        for image in self.images.values_mut() {
            image.versions.retain(|_, version| !version.lifecycle.is_gone(now));
        }
        self.domains.retain(|_, domain| !domain.lifecycle.is_gone(now));
        self.user_profiles.retain(|_, profile| !profile.lifecycle.is_gone(now));
        let domains = &self.domains;
        self.apps.retain(|_, app| domains.contains_key(&app.domain));
        if !self.tags.is_empty() {
            let arns = tags::all_arns(cloud, self);
            self.tags.retain(|arn, _| arns.contains(arn));
        }
    }
}
