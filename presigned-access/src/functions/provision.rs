//! The function `provision-profile`: makes the user profile of a mapped person, with `RStudio` enabled.
//!
//! Invoked directly with `{"issuer": ..., "subject": ...}`, under a role of its own; it opens no session. Without the
//! section `provisioning` in the configuration it makes nothing.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::types::{
    RStudioServerProAccessStatus, RStudioServerProAppSettings, RStudioServerProUserGroup, UserProfileStatus,
    UserSettings,
};
use serde::Serialize;
use serde_json::Value;

use super::audit::{SubjectKey, Trail};
use super::clients::Aws;
use super::configuration::{
    ConfigurationError, Document, Live, Mistake, Provisioning, RStudioGroup, Settings, Source, needed,
};
use super::desk::{Desk, Granted, Turned};
use super::event::Network;
use super::failure::Failure;
use super::invocation::Invocation;
use super::metrics::Metric;
use super::people::People;
use super::refusal::{Fault, Refusal};
use crate::mapping::{self, Access, Person};
use crate::names::DomainId;

/// Between two questions whether a profile is ready.
const PAUSE: Duration = Duration::from_millis(500);

/// The function.
#[derive(Debug)]
pub struct ProvisionProfile {
    desk: Desk,
    settings: Live<ProvisionSettings>,
    dynamodb: aws_sdk_dynamodb::Client,
    sagemaker: Client,
}

/// The sections of the configuration that it goes by.
#[derive(Debug)]
pub struct ProvisionSettings {
    subject_key: SubjectKey,
    domains: Vec<DomainId>,
    people: People,
    provisioning: Option<Provisioning>,
}

/// What the function answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Provisioned {
    /// The domain.
    pub domain: String,
    /// The profile, which is in service.
    pub profile: String,
    /// Whether it had to be made.
    pub outcome: Outcome,
}

/// Whether a profile had to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was made.
    Created,
    /// It was there.
    Existed,
}

impl ProvisionProfile {
    /// Reads the configuration and prepares clients.
    ///
    /// # Errors
    /// The configuration cannot be read, or has mistakes.
    pub async fn start(desk: Desk, aws: &Aws, source: Source) -> Result<Self, ConfigurationError> {
        let settings = Live::open(source, aws.ssm(), &desk).await?;
        Ok(Self { desk, settings, dynamodb: aws.dynamodb(), sagemaker: aws.sagemaker() })
    }

    /// Makes the profile of the person in `event`.
    ///
    /// # Errors
    /// The refusal; the caller is an administrator and may be told its code.
    pub async fn handle(self: &Arc<Self>, event: Value, invocation: Invocation) -> Result<Provisioned, Turned> {
        let trail = Trail::new(&invocation.request_id, Network::default());
        let this = Arc::clone(self);
        let mut learned = trail.clone();
        let work = Box::pin(async move {
            let result = this.provision(event, &mut learned).await;
            (learned, result)
        });
        self.desk.decide(trail, invocation.limit, work).await
    }

    async fn provision(&self, event: Value, trail: &mut Trail) -> Result<Granted<Provisioned>, Refusal> {
        let settings = self.settings.get(&self.desk).await?;
        let provisioning = settings.provisioning.as_ref().ok_or(ProvisionError::Off)?;
        let person: Person = serde_json::from_value(event).map_err(|_| ProvisionError::Event)?;
        trail.person(&person, &settings.subject_key);
        let access = mapping::decide(settings.people.find(&self.dynamodb, &person).await?, &settings.domains)?;
        trail.access(&access);
        let outcome = ensure(&self.sagemaker, &access, provisioning).await?;
        let (decision, metric) = match outcome {
            Outcome::Created => ("provisioned", Some(Metric::Provisioned)),
            Outcome::Existed => ("provision.existed", None),
        };
        let (domain, profile) = (access.domain.as_str().to_owned(), access.profile.as_str().to_owned());
        Ok(Granted { decision, metric, value: Provisioned { domain, profile, outcome } })
    }
}

/// Looks, makes the profile if it is not there, and waits until it is in service.
async fn ensure(client: &Client, access: &Access, provisioning: &Provisioning) -> Result<Outcome, ProvisionError> {
    let outcome = match status(client, access).await? {
        Some(UserProfileStatus::InService) => return Ok(Outcome::Existed),
        Some(_) => Outcome::Existed,
        None => create(client, access, provisioning).await?,
    };
    let limit = Duration::from_secs(provisioning.wait_seconds.into());
    let waited = tokio::time::timeout(limit, in_service(client, access)).await;
    waited.map_err(|_| ProvisionError::Late)?.map(|()| outcome)
}

async fn in_service(client: &Client, access: &Access) -> Result<(), ProvisionError> {
    loop {
        match status(client, access).await? {
            Some(UserProfileStatus::InService) => return Ok(()),
            Some(UserProfileStatus::Pending | UserProfileStatus::Updating) => tokio::time::sleep(PAUSE).await,
            Some(status) => return Err(ProvisionError::Status { status: status.as_str().to_owned() }),
            None => return Err(ProvisionError::Gone),
        }
    }
}

/// The state of the profile, if there is one.
async fn status(client: &Client, access: &Access) -> Result<Option<UserProfileStatus>, ProvisionError> {
    let question = client.describe_user_profile().domain_id(access.domain.as_str());
    let answer = question.user_profile_name(access.profile.as_str()).send().await;
    match answer.map_err(Failure::from) {
        Ok(profile) => profile.status.map(Some).ok_or(ProvisionError::Call(Failure::Answer)),
        Err(failure) if failure.is("ResourceNotFound") => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

async fn create(client: &Client, access: &Access, provisioning: &Provisioning) -> Result<Outcome, ProvisionError> {
    let group = match provisioning.rstudio_group {
        RStudioGroup::User => RStudioServerProUserGroup::User,
        RStudioGroup::Admin => RStudioServerProUserGroup::Admin,
    };
    let rstudio = RStudioServerProAppSettings::builder()
        .access_status(RStudioServerProAccessStatus::Enabled)
        .user_group(group)
        .build();
    let settings = UserSettings::builder()
        .r_studio_server_pro_app_settings(rstudio)
        .set_execution_role(provisioning.execution_role.clone())
        .build();
    let question = client.create_user_profile().domain_id(access.domain.as_str()).user_settings(settings);
    match question.user_profile_name(access.profile.as_str()).send().await.map_err(Failure::from) {
        Ok(_) => Ok(Outcome::Created),
        // Somebody else was faster.
        Err(failure) if failure.is("ResourceInUse") => Ok(Outcome::Existed),
        Err(failure) => Err(failure.into()),
    }
}

/// Why there is no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProvisionError {
    /// The configuration does not ask for profiles.
    #[error("provisioning is off")]
    Off,
    /// The event is not `{"issuer": ..., "subject": ...}`.
    #[error("the event names no person")]
    Event,
    /// SageMaker does not answer, or refuses.
    #[error("SageMaker made no profile")]
    Call(#[from] Failure),
    /// It takes too long.
    #[error("the profile was not in service in time")]
    Late,
    /// It is being deleted, or could not be made.
    #[error("the profile is in state `{status}`")]
    Status {
        /// The state.
        status: String,
    },
    /// It was deleted meanwhile.
    #[error("the profile is gone again")]
    Gone,
}

impl ProvisionError {
    /// The stable code for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Off => "provision.off",
            Self::Event => "provision.event",
            Self::Call(failure) if failure.passes() => "provision.unavailable",
            Self::Call(_) => "provision.refused",
            Self::Late => "provision.late",
            Self::Status { .. } => "provision.status",
            Self::Gone => "provision.gone",
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Off | Self::Event => Fault::Request,
            Self::Late => Fault::Passing,
            Self::Call(failure) if failure.passes() => Fault::Passing,
            Self::Call(_) | Self::Status { .. } | Self::Gone => Fault::Ours,
        }
    }

    /// What is wrong, for the log.
    pub fn failure(&self) -> Option<&dyn std::error::Error> {
        match self {
            Self::Call(failure) => Some(failure),
            Self::Status { .. } => Some(self),
            Self::Off | Self::Event | Self::Late | Self::Gone => None,
        }
    }
}

impl Settings for ProvisionSettings {
    const SECTIONS: &'static [&'static str] = &["audit", "domains", "people", "provisioning"];

    fn prepare(mut document: Document, _desk: &Desk) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let subject_key = document.subject_key(&mut mistakes);
        let domains = document.domains(&mut mistakes);
        let people = needed(document.people.take(), "people", &mut mistakes);
        let provisioning = document.provisioning.take();
        if provisioning.as_ref().is_some_and(|settings| !(1..=600).contains(&settings.wait_seconds)) {
            mistakes.push(Mistake::new("provisioning.wait-seconds", "it has to be 1 to 600"));
        }
        match (subject_key, domains, people) {
            (Some(subject_key), Some(domains), Some(people)) if mistakes.is_empty() => {
                Ok(Self { subject_key, domains, people, provisioning })
            }
            _ => Err(mistakes),
        }
    }
}
