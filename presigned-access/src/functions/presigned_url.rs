//! The function `presigned-url`: mints for the person whom the authorizer vouches for. Neither path, query, header nor
//! body says who that is.
//!
//! The answer is a redirect or JSON, as `presigned-url.answer` in the configuration says. Scripts of another web origin can
//! read it only if the origin is listed.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer;
use super::audit::{SubjectKey, Trail};
use super::clients::Aws;
use super::configuration::{
    AnswerForm, ConfigurationError, Document, Live, Minting, Mistake, PresignedUrlSettings, Settings, Source, needed,
};
use super::desk::{Desk, Granted};
use super::event::Event;
use super::invocation::{Invocation, decide};
use super::metrics::Metric;
use super::mint::{StudioUrl, mint};
use super::people::People;
use super::refusal::{Refusal, RouteError};
use crate::mapping::{self, Person};
use crate::names::DomainId;

/// The function.
#[derive(Debug)]
pub struct PresignedUrl {
    desk: Desk,
    settings: Live<MintSettings>,
    region: String,
    dynamodb: aws_sdk_dynamodb::Client,
    sagemaker: aws_sdk_sagemaker::Client,
}

/// The sections of the configuration that it goes by.
#[derive(Debug)]
pub struct MintSettings {
    subject_key: SubjectKey,
    domains: Vec<DomainId>,
    people: People,
    minting: Minting,
    answers: PresignedUrlSettings,
}

impl PresignedUrl {
    /// Reads the configuration and prepares clients.
    ///
    /// # Errors
    /// The configuration cannot be read, or has mistakes.
    pub async fn start(desk: Desk, aws: &Aws, source: Source) -> Result<Self, ConfigurationError> {
        let settings = Live::open(source, aws.ssm(), &desk).await?;
        let region = aws.region().to_owned();
        Ok(Self { desk, settings, region, dynamodb: aws.dynamodb(), sagemaker: aws.sagemaker() })
    }

    /// Answers a request of API Gateway.
    pub async fn handle(self: &Arc<Self>, event: Value, invocation: Invocation) -> Answer {
        let this = Arc::clone(self);
        let work = |event: Event, mut trail: Trail| async move {
            let result = this.answer(&event, &mut trail).await;
            (trail, result)
        };
        let decided = decide(&self.desk, event, &invocation, work).await;
        decided.unwrap_or_else(|turned| Answer::page(turned.refusal.fault(), &turned.request_id))
    }

    async fn answer(&self, event: &Event, trail: &mut Trail) -> Result<Granted<Answer>, Refusal> {
        let settings = self.settings.get(&self.desk).await?;
        let person = authorized(event, self.desk.clock.now())?;
        trail.person(&person, &settings.subject_key);
        let found = settings.people.find(&self.dynamodb, &person).await?;
        let access = settings.minting.capped(mapping::decide(found, &settings.domains)?)?;
        trail.access(&access);
        let url = mint(&self.sagemaker, &self.region, &access, settings.minting.url_seconds).await?;
        let value = handed_over(&settings, event, &url);
        Ok(Granted { decision: "minted", metric: Some(Metric::Minted), value })
    }
}

/// The person in the authorizer's context. API Gateway keeps verdicts for a while, so the token's end is looked at again.
fn authorized(event: &Event, now: Timestamp) -> Result<Person, RouteError> {
    let text = |name| event.authorized(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(issuer), Some(subject)) = (text("issuer"), text("subject")) else {
        return Err(RouteError::Unauthorized);
    };
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let expires = event.authorized("expires").and_then(number).ok_or(RouteError::Unauthorized)?;
    if now.as_second() >= expires {
        return Err(RouteError::Over);
    }
    Ok(Person { issuer: issuer.to_owned(), subject: subject.to_owned() })
}

fn handed_over(settings: &MintSettings, event: &Event, url: &StudioUrl) -> Answer {
    let as_json = match settings.answers.answer {
        AnswerForm::Redirect => false,
        AnswerForm::Json => true,
        AnswerForm::Accepted => accepts_json(event),
    };
    let seconds = settings.minting.url_seconds.seconds();
    let answer = if as_json {
        Answer::json(&json!({ "url": url.expose(), "expires-in-seconds": seconds }))
    } else {
        Answer::studio(url)
    };
    let answer = answer.with("Vary", "Accept, Origin".to_owned());
    match event.header("origin").as_slice() {
        [origin] if settings.answers.origins.iter().any(|allowed| allowed.as_str() == *origin) => {
            answer.with("Access-Control-Allow-Origin", (*origin).to_owned())
        }
        _ => answer,
    }
}

/// Whether JSON is listed by name; `*/*`, which browsers send, does not count.
fn accepts_json(event: &Event) -> bool {
    let named =
        |range: &str| range.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("application/json"));
    event.header("accept").iter().any(|value| value.split(',').any(named))
}

impl Settings for MintSettings {
    const SECTIONS: &'static [&'static str] = &["audit", "domains", "people", "minting", "presigned-url"];

    fn prepare(mut document: Document, _desk: &Desk) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let subject_key = document.subject_key(&mut mistakes);
        let domains = document.domains(&mut mistakes);
        let people = needed(document.people.take(), "people", &mut mistakes);
        match (subject_key, domains, people) {
            (Some(subject_key), Some(domains), Some(people)) if mistakes.is_empty() => {
                let (minting, answers) = (document.minting, document.presigned_url);
                Ok(Self { subject_key, domains, people, minting, answers })
            }
            _ => Err(mistakes),
        }
    }
}
