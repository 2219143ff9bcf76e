//! User profiles of a domain.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::domains::{find_in_service, status};
use super::listing::SortBy;
use super::merge::merge;
use super::tags::{Tag, tag_new};
use super::{Studio, alter, domains};
use crate::aws::{ApiError, Order, Page, page};
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::lifecycle::{Change, Lifecycle, Standing};
use crate::options::AsyncState;

/// A profile as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserProfile {
    pub(super) lifecycle: Lifecycle,
    domain: String,
    name: String,
    created_at: Moment,
    modified_at: Moment,
    settings: Value,
}

/// ARN of a profile.
pub fn arn(cloud: &Cloud, key: &str) -> String {
    cloud.sagemaker_arn(&format!("user-profile/{}", key.to_lowercase()))
}

/// A profile that is not gone.
pub fn find<'a>(studio: &'a Studio, domain: &str, name: &str, now: Moment) -> Result<&'a UserProfile, ApiError> {
    domains::find(studio, domain, now)?;
    let profile = studio.user_profiles.get(&key(domain, name)).filter(|profile| !profile.lifecycle.is_gone(now));
    profile.ok_or_else(|| ApiError::not_found(format!("UserProfile [{domain}/{name}] does not exist")))
}

fn key(domain: &str, name: &str) -> String {
    format!("{domain}/{name}")
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Write {
    domain_id: String,
    user_profile_name: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

/// `CreateUserProfile`.
pub fn create(cloud: &Cloud, input: Write) -> Result<Value, ApiError> {
    let key = key(&input.domain_id, &input.user_profile_name);
    let arn = arn(cloud, &key);
    alter(cloud, |studio, now| {
        find_in_service(studio, &input.domain_id, now)?;
        if studio.user_profiles.contains_key(&key) {
            return Err(ApiError::in_use(format!("UserProfile [{key}] already exists")));
        }
        let profile = UserProfile {
            lifecycle: Lifecycle::new(Change::Create, cloud.ready_at(AsyncState::UserProfile)),
            domain: input.domain_id,
            name: input.user_profile_name,
            created_at: now,
            modified_at: now,
            settings: Value::Object(input.settings),
        };
        studio.user_profiles.insert(key, profile);
        tag_new(studio, &arn, input.tags)?;
        Ok(json!({ "UserProfileArn": arn }))
    })
}

/// `UpdateUserProfile`: as with domains, what is left out stays and lists are replaced whole.
pub fn update(cloud: &Cloud, input: Write) -> Result<Value, ApiError> {
    let key = key(&input.domain_id, &input.user_profile_name);
    alter(cloud, |studio, now| {
        let profile = settled(studio, &input.domain_id, &input.user_profile_name, now)?;
        merge(&mut profile.settings, Value::Object(input.settings));
        profile.modified_at = now;
        profile.lifecycle = Lifecycle::new(Change::Update, cloud.ready_at(AsyncState::UserProfile));
        Ok(json!({ "UserProfileArn": arn(cloud, &key) }))
    })
}

fn settled<'a>(studio: &'a mut Studio, domain: &str, name: &str, now: Moment) -> Result<&'a mut UserProfile, ApiError> {
    find(studio, domain, name, now)?;
    let busy = || ApiError::in_use(format!("UserProfile [{domain}/{name}] is being changed"));
    let profile = studio.user_profiles.get_mut(&key(domain, name));
    profile.filter(|profile| profile.lifecycle.at(now) == Standing::Ready).ok_or_else(busy)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AboutProfile {
    domain_id: String,
    user_profile_name: String,
}

/// `DescribeUserProfile`.
pub fn describe(cloud: &Cloud, input: &AboutProfile) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let profile = find(&studio, &input.domain_id, &input.user_profile_name, now)?;
    let mut shown = summary(profile, now);
    shown["UserProfileArn"] = json!(arn(cloud, &key(&profile.domain, &profile.name)));
    for (name, value) in profile.settings.as_object().into_iter().flatten() {
        shown[name] = value.clone();
    }
    Ok(shown)
}

fn summary(profile: &UserProfile, now: Moment) -> Value {
    json!({
        "DomainId": profile.domain,
        "UserProfileName": profile.name,
        "Status": status(&profile.lifecycle, now),
        "CreationTime": profile.created_at.wire(),
        "LastModifiedTime": profile.modified_at.wire(),
    })
}

/// `DeleteUserProfile`: not while it has apps.
pub fn delete(cloud: &Cloud, input: &AboutProfile) -> Result<Value, ApiError> {
    let AboutProfile { domain_id, user_profile_name } = input;
    alter(cloud, |studio, now| {
        let owned = studio.apps.values().any(|app| app.belongs_to(domain_id, user_profile_name) && app.is_alive(now));
        if owned {
            let words = format!("Unable to delete UserProfile [{domain_id}/{user_profile_name}]: it still has apps");
            return Err(ApiError::in_use(words));
        }
        let profile = settled(studio, domain_id, user_profile_name, now)?;
        profile.lifecycle = Lifecycle::new(Change::Delete, cloud.ready_at(AsyncState::UserProfile));
        Ok(json!({}))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct List {
    domain_id_equals: Option<String>,
    user_profile_name_contains: Option<String>,
    #[serde(default)]
    sort_by: SortBy,
    sort_order: Option<Order>,
    #[serde(flatten)]
    page: Page,
}

/// `ListUserProfiles`.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let wanted = studio.user_profiles.iter().filter(|(_, profile)| {
        !profile.lifecycle.is_gone(now)
            && input.domain_id_equals.as_ref().is_none_or(|domain| *domain == profile.domain)
            && input.user_profile_name_contains.as_ref().is_none_or(|part| profile.name.contains(part.as_str()))
    });
    let keyed = wanted
        .map(|(key, profile)| (input.sort_by.key(profile.created_at, profile.modified_at, key), summary(profile, now)));
    let (profiles, next) = page(keyed.collect(), input.sort_order.unwrap_or(Order::Ascending), &input.page)?;
    Ok(json!({ "UserProfiles": profiles, "NextToken": next }))
}
