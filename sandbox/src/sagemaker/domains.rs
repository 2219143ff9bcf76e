//! Domains. The settings are kept as they are sent: the official shapes have already judged their form.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::app_image_configs::AppImageConfig;
use super::apps::{self, App};
use super::domain_rules;
use super::image_versions::ImageVersion;
use super::images::Image;
use super::merge::merge;
use super::tags::{Tag, tag_new};
use super::{Studio, alter};
use crate::aws::{ApiError, Order, Page, page};
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::lifecycle::{Change, Lifecycle, Standing};
use crate::options::{AsyncState, DomainSeed, ForeignEntry};

/// A domain as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Domain {
    pub(super) lifecycle: Lifecycle,
    name: String,
    created_at: Moment,
    modified_at: Moment,
    /// Everything else that `DescribeDomain` shows, by member.
    pub(super) settings: Value,
}

/// ARN of a domain.
pub fn arn(cloud: &Cloud, id: &str) -> String {
    cloud.sagemaker_arn(&format!("domain/{id}"))
}

/// A domain that is not gone.
pub fn find<'a>(studio: &'a Studio, id: &str, now: Moment) -> Result<&'a Domain, ApiError> {
    let domain = studio.domains.get(id).filter(|domain| !domain.lifecycle.is_gone(now));
    domain.ok_or_else(|| ApiError::not_found(format!("Domain [{id}] does not exist")))
}

/// A domain that nothing is being done to.
pub fn find_in_service<'a>(studio: &'a mut Studio, id: &str, now: Moment) -> Result<&'a mut Domain, ApiError> {
    let standing = status(&find(studio, id, now)?.lifecycle, now);
    let busy = || ApiError::in_use(format!("Domain [{id}] is in {standing} status and cannot be changed now"));
    studio.domains.get_mut(id).filter(|domain| domain.lifecycle.at(now) == Standing::Ready).ok_or_else(busy)
}

/// AWS's word for where a domain or a user profile stands.
pub fn status(lifecycle: &Lifecycle, now: Moment) -> &'static str {
    match lifecycle.at(now) {
        Standing::Busy(Change::Create) => "Pending",
        Standing::Busy(Change::Update) => "Updating",
        Standing::Busy(Change::Delete) | Standing::Gone => "Deleting",
        Standing::Ready => "InService",
        Standing::Failed(_) => "Failed",
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Create {
    domain_name: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

/// `CreateDomain`.
pub fn create(cloud: &Cloud, input: Create) -> Result<Value, ApiError> {
    let id = format!("d-{}", &Uuid::new_v4().simple().to_string()[..12]);
    let arn = arn(cloud, &id);
    let settings = Value::Object(input.settings);
    alter(cloud, |studio, now| {
        if studio.domains.values().any(|domain| domain.name == input.domain_name) {
            return Err(ApiError::in_use(format!("Domain with name {} already exists", input.domain_name)));
        }
        domain_rules::check_new(studio, &settings, now)?;
        let domain = Domain {
            lifecycle: Lifecycle::new(Change::Create, cloud.ready_at(AsyncState::Domain)),
            name: input.domain_name,
            created_at: now,
            modified_at: now,
            settings,
        };
        studio.domains.insert(id.clone(), domain);
        tag_new(studio, &arn, input.tags)?;
        Ok(json!({ "DomainArn": arn, "DomainId": id, "Url": url(cloud, &id) }))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AboutDomain {
    domain_id: String,
}

/// `DescribeDomain`.
pub fn describe(cloud: &Cloud, input: &AboutDomain) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let domain = find(&studio, &input.domain_id, now)?;
    let mut shown = summary(cloud, &input.domain_id, domain, now);
    for (name, value) in domain.settings.as_object().into_iter().flatten() {
        shown[name] = value.clone();
    }
    Ok(shown)
}

fn summary(cloud: &Cloud, id: &str, domain: &Domain, now: Moment) -> Value {
    json!({
        "DomainArn": arn(cloud, id),
        "DomainId": id,
        "DomainName": domain.name,
        "Status": status(&domain.lifecycle, now),
        "CreationTime": domain.created_at.wire(),
        "LastModifiedTime": domain.modified_at.wire(),
        "Url": url(cloud, id),
    })
}

fn url(cloud: &Cloud, id: &str) -> String {
    format!("https://{id}.studio.{}.sagemaker.aws", cloud.region)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Update {
    domain_id: String,
    #[serde(flatten)]
    sent: Map<String, Value>,
}

/// `UpdateDomain`: what is left out stays, lists are replaced whole; not while another change is under way.
pub fn update(cloud: &Cloud, input: Update) -> Result<Value, ApiError> {
    let id = input.domain_id;
    let sent = domain_rules::as_settings(input.sent);
    alter(cloud, |studio, now| {
        domain_rules::check_update(studio, &id, &sent, now)?;
        let domain = find_in_service(studio, &id, now)?;
        let before = domain_rules::custom_images(&domain.settings);
        merge(&mut domain.settings, sent);
        if let Some(adds) = cloud.faults.lost_update() {
            let list: Vec<Value> = before.into_iter().chain(adds.iter().map(entry)).collect();
            merge(&mut domain.settings, domain_rules::with_custom_images(&list));
        }
        domain.modified_at = now;
        domain.lifecycle = Lifecycle::new(Change::Update, cloud.ready_at(AsyncState::Domain));
        Ok(json!({ "DomainArn": arn(cloud, &id) }))
    })
}

/// `DeleteDomain`: only an empty one.
pub fn delete(cloud: &Cloud, input: &AboutDomain) -> Result<Value, ApiError> {
    let id = &input.domain_id;
    alter(cloud, |studio, now| {
        let prefix = format!("{id}/");
        let profiles = studio.user_profiles.keys().any(|key| key.starts_with(&prefix));
        if profiles || studio.apps.values().any(|app| app.domain == *id && app.is_alive(now)) {
            let words = format!("Unable to delete Domain [{id}]: it still has user profiles or apps");
            return Err(ApiError::in_use(words));
        }
        let domain = find_in_service(studio, id, now)?;
        domain.lifecycle = Lifecycle::new(Change::Delete, cloud.ready_at(AsyncState::Domain));
        Ok(json!({}))
    })
}

/// `ListDomains`.
pub fn list(cloud: &Cloud, input: &Page) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let present = studio.domains.iter().filter(|(_, domain)| !domain.lifecycle.is_gone(now));
    let keyed = present.map(|(id, domain)| (id.clone(), summary(cloud, id, domain, now)));
    let (domains, next) = page(keyed.collect(), Order::Ascending, input)?;
    Ok(json!({ "Domains": domains, "NextToken": next }))
}

/// Makes a domain look as if somebody else were updating it until `until`; false if there is no such domain.
pub fn occupy(cloud: &Cloud, id: &str, until: Moment) -> Result<bool, ApiError> {
    alter(cloud, |studio, _| {
        let domain = studio.domains.get_mut(id);
        let found = domain.map(|domain| domain.lifecycle = Lifecycle::new(Change::Update, until));
        Ok(found.is_some())
    })
}

/// Whether a seed was needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeded {
    /// The domain was made.
    Made,
    /// The domain was there, and was left as it is.
    Kept,
}

/// Makes a domain as a platform team would have made it long ago, with its `RStudio` server and other people's images.
pub fn seed(cloud: &Cloud, seed: &DomainSeed) -> Result<Seeded, ApiError> {
    alter(cloud, |studio, now| {
        if studio.domains.contains_key(&seed.id) {
            return Ok(Seeded::Kept);
        }
        let ready = Lifecycle::new(Change::Create, now);
        let role = format!("arn:aws:iam::{}:role/sandbox-studio", cloud.account);
        for foreign in &seed.foreign {
            seed_foreign(cloud, studio, &role, foreign, now);
        }
        let workbench = json!({
            "SageMakerImageArn": cloud.sagemaker_arn(&format!("image/{}", seed.workbench_image)),
            "InstanceType": "system",
        });
        let entries: Vec<Value> = seed.foreign.iter().map(entry).collect();
        let domain = Domain {
            lifecycle: ready.clone(),
            name: seed.name.clone(),
            created_at: now,
            modified_at: now,
            settings: json!({
                "AuthMode": "IAM",
                "AppNetworkAccessType": "VpcOnly",
                "VpcId": "vpc-0123456789abcdef0",
                "SubnetIds": ["subnet-0123456789abcdef0"],
                "DefaultUserSettings": {
                    "ExecutionRole": role,
                    "RStudioServerProAppSettings": { "AccessStatus": "ENABLED", "UserGroup": "R_STUDIO_USER" },
                    "RSessionAppSettings": { "CustomImages": entries },
                },
                "DomainSettings": {
                    "RStudioServerProDomainSettings": {
                        "DomainExecutionRoleArn": role, "DefaultResourceSpec": workbench,
                    },
                },
            }),
        };
        studio.domains.insert(seed.id.clone(), domain);
        let server = App::rstudio_server(&seed.id, workbench, now, ready);
        studio.apps.insert(apps::key_of(&server), server);
        Ok(Seeded::Made)
    })
}

fn seed_foreign(cloud: &Cloud, studio: &mut Studio, role: &str, foreign: &ForeignEntry, now: Moment) {
    let ready = Lifecycle::new(Change::Create, now);
    let image = studio.images.entry(foreign.image.clone()).or_insert_with(|| Image::new(role.to_owned(), now, ready));
    let wanted = foreign.version.unwrap_or(1);
    let base = format!("{}/{}:seeded", cloud.registry_host(), foreign.image.to_lowercase());
    for number in image.last_version + 1..=wanted {
        image.versions.insert(number, ImageVersion::seeded(base.clone(), now));
    }
    image.last_version = image.last_version.max(wanted);
    let config = studio.app_image_configs.entry(foreign.app_image_config.clone());
    config.or_insert_with(|| AppImageConfig::new(now));
}

/// An entry of a list of custom images.
fn entry(foreign: &ForeignEntry) -> Value {
    let mut entry = json!({ "ImageName": foreign.image, "AppImageConfigName": foreign.app_image_config });
    if let Some(version) = foreign.version {
        entry["ImageVersionNumber"] = json!(version);
    }
    entry
}
