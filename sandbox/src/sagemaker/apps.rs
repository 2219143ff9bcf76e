//! Apps: the `RStudio` server of a domain and the sessions of its users. A deleted app stays listed (facts 2.5).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::domains::find_in_service;
use super::listing::SortBy;
use super::tags::{Tag, tag_new};
use super::{Studio, alter, domains, user_profiles};
use crate::aws::{ApiError, Order, Page, page};
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::lifecycle::{Change, Lifecycle, Standing};
use crate::options::AsyncState;

/// The owner of what belongs to the whole domain.
const SHARED: &str = "domain-shared";

/// An app as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct App {
    pub(super) domain: String,
    lifecycle: Lifecycle,
    profile: String,
    kind: String,
    name: String,
    resource_spec: Option<Value>,
    created_at: Moment,
}

impl App {
    /// A domain's `RStudio` server.
    pub(super) fn rstudio_server(domain: &str, resource_spec: Value, now: Moment, lifecycle: Lifecycle) -> Self {
        Self {
            domain: domain.to_owned(),
            lifecycle,
            profile: SHARED.to_owned(),
            kind: "RStudioServerPro".to_owned(),
            name: "default".to_owned(),
            resource_spec: Some(resource_spec),
            created_at: now,
        }
    }

    /// Whether it runs, or is about to, or is being stopped.
    pub(super) fn is_alive(&self, now: Moment) -> bool {
        !self.lifecycle.is_gone(now)
    }

    /// Whether it is an app of this profile.
    pub(super) fn belongs_to(&self, domain: &str, profile: &str) -> bool {
        self.domain == domain && self.profile == profile
    }

    fn status(&self, now: Moment) -> &'static str {
        match self.lifecycle.at(now) {
            Standing::Busy(Change::Create | Change::Update) => "Pending",
            Standing::Busy(Change::Delete) => "Deleting",
            Standing::Ready => "InService",
            Standing::Failed(_) => "Failed",
            Standing::Gone => "Deleted",
        }
    }
}

/// The key of an app in the state.
pub fn key_of(app: &App) -> String {
    format!("{}/{}/{}/{}", app.domain, app.profile, app.kind, app.name)
}

/// ARN of an app; its type is in small letters (facts 2.5).
pub fn arn(cloud: &Cloud, key: &str) -> String {
    cloud.sagemaker_arn(&format!("app/{}", key.to_lowercase()))
}

/// Which app a request means.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AboutApp {
    domain_id: String,
    app_type: String,
    app_name: String,
    user_profile_name: Option<String>,
    space_name: Option<String>,
}

impl AboutApp {
    fn owner(&self) -> Result<&str, ApiError> {
        match (&self.user_profile_name, &self.space_name) {
            (Some(profile), None) => Ok(profile),
            (None, Some(space)) => {
                Err(ApiError::not_found(format!("Space [{}/{space}] does not exist", self.domain_id)))
            }
            _ => Err(ApiError::validation("Exactly one of UserProfileName and SpaceName must be specified")),
        }
    }

    fn key(&self) -> Result<String, ApiError> {
        Ok(format!("{}/{}/{}/{}", self.domain_id, self.owner()?, self.app_type, self.app_name))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Create {
    #[serde(flatten)]
    about: AboutApp,
    resource_spec: Option<Value>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// `CreateApp`.
pub fn create(cloud: &Cloud, input: Create) -> Result<Value, ApiError> {
    let key = input.about.key()?;
    let arn = arn(cloud, &key);
    alter(cloud, |studio, now| {
        check_owner(studio, &input.about, now)?;
        if studio.apps.get(&key).is_some_and(|app| app.is_alive(now)) {
            return Err(ApiError::in_use(format!("App [{key}] already exists")));
        }
        let profile = input.about.owner()?.to_owned();
        let app = App {
            lifecycle: Lifecycle::new(Change::Create, cloud.ready_at(AsyncState::App)),
            domain: input.about.domain_id,
            profile,
            kind: input.about.app_type,
            name: input.about.app_name,
            resource_spec: input.resource_spec,
            created_at: now,
        };
        studio.apps.insert(key, app);
        tag_new(studio, &arn, input.tags)?;
        Ok(json!({ "AppArn": arn }))
    })
}

fn check_owner(studio: &mut Studio, about: &AboutApp, now: Moment) -> Result<(), ApiError> {
    let settings = &find_in_service(studio, &about.domain_id, now)?.settings;
    let has_rstudio = settings.pointer("/DomainSettings/RStudioServerProDomainSettings").is_some();
    let owner = about.owner()?;
    match (about.app_type.as_str(), owner) {
        ("RStudioServerPro" | "RSessionGateway", _) if !has_rstudio => {
            Err(ApiError::validation(format!("RStudio is not enabled for Domain [{}]", about.domain_id)))
        }
        ("RStudioServerPro", SHARED) if about.app_name == "default" => Ok(()),
        ("RStudioServerPro", _) => {
            Err(ApiError::validation("RStudioServerPro is an app of domain-shared with the name default"))
        }
        _ => user_profiles::find(studio, &about.domain_id, owner, now).map(drop),
    }
}

/// `DescribeApp`.
pub fn describe(cloud: &Cloud, input: &AboutApp) -> Result<Value, ApiError> {
    let now = Moment::now();
    let key = input.key()?;
    let studio = cloud.studio.read();
    let app = find(&studio, &key)?;
    let mut shown = summary(app, now);
    shown["AppArn"] = json!(arn(cloud, &key));
    Ok(shown)
}

fn find<'a>(studio: &'a Studio, key: &str) -> Result<&'a App, ApiError> {
    studio.apps.get(key).ok_or_else(|| ApiError::not_found(format!("App [{key}] does not exist")))
}

fn summary(app: &App, now: Moment) -> Value {
    json!({
        "DomainId": app.domain,
        "UserProfileName": app.profile,
        "AppType": app.kind,
        "AppName": app.name,
        "Status": app.status(now),
        "ResourceSpec": app.resource_spec,
        "CreationTime": app.created_at.wire(),
    })
}

/// `DeleteApp`.
pub fn delete(cloud: &Cloud, input: &AboutApp) -> Result<Value, ApiError> {
    let key = input.key()?;
    alter(cloud, |studio, now| {
        domains::find(studio, &input.domain_id, now)?;
        match find(studio, &key)?.lifecycle.at(now) {
            Standing::Gone => return Err(ApiError::validation(format!("App [{key}] has already been deleted"))),
            Standing::Busy(_) => return Err(ApiError::in_use(format!("App [{key}] is being changed"))),
            Standing::Ready | Standing::Failed(_) => {}
        }
        if let Some(app) = studio.apps.get_mut(&key) {
            app.lifecycle = Lifecycle::new(Change::Delete, cloud.ready_at(AsyncState::App));
        }
        Ok(json!({}))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct List {
    domain_id_equals: Option<String>,
    user_profile_name_equals: Option<String>,
    space_name_equals: Option<String>,
    sort_order: Option<Order>,
    #[serde(flatten)]
    page: Page,
}

/// `ListApps`.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let wanted = studio.apps.iter().filter(|(_, app)| {
        input.domain_id_equals.as_ref().is_none_or(|domain| *domain == app.domain)
            && input.user_profile_name_equals.as_ref().is_none_or(|profile| *profile == app.profile)
            && input.space_name_equals.is_none()
    });
    let keyed = wanted.map(|(key, app)| (SortBy::Created.key(app.created_at, app.created_at, key), summary(app, now)));
    let (apps, next) = page(keyed.collect(), input.sort_order.unwrap_or(Order::Ascending), &input.page)?;
    Ok(json!({ "Apps": apps, "NextToken": next }))
}
