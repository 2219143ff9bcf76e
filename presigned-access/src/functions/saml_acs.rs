//! The function `saml-acs`: signs people in by SAML and sends them into Studio.
//!
//! * `POST /saml`: the assertion consumer service.
//! * `GET /login`: starts a login at an identity provider; `?provider=ENTITY-ID` where several have a sign-in address.
//! * `GET /metadata`: what an identity provider's administrator imports.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::answer::Answer;
use super::audit::{SubjectKey, Trail};
use super::clients::Aws;
use super::configuration::{
    AttributesPeople, ConfigurationError, Document, Live, Minting, Mistake, SamlPeople, SamlSettings, Settings, Source,
    needed,
};
use super::desk::{Desk, Granted};
use super::event::Event;
use super::invocation::{Invocation, decide};
use super::metrics::Metric;
use super::mint::mint;
use super::people::People;
use super::refusal::{Refusal, RouteError};
use super::replay;
use crate::mapping::{self, Access, Person};
use crate::names::DomainId;
use crate::saml::cookie::{self, CookieKey};
use crate::saml::{self, Login, Provider, RequestId, Trust, form, request};

/// The function.
#[derive(Debug)]
pub struct SamlAcs {
    desk: Desk,
    settings: Live<SamlAcsSettings>,
    region: String,
    dynamodb: aws_sdk_dynamodb::Client,
    sagemaker: aws_sdk_sagemaker::Client,
}

/// The sections of the configuration that it goes by.
#[derive(Debug)]
pub struct SamlAcsSettings {
    trust: Trust,
    metadata: String,
    subject_key: SubjectKey,
    cookie_key: Option<CookieKey>,
    domains: Vec<DomainId>,
    mapping: Mapping,
    replay_table: String,
    minting: Minting,
}

/// What says which profile a person has.
#[derive(Debug)]
enum Mapping {
    Attributes(AttributesPeople),
    People(People),
}

impl SamlAcs {
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
        let now = self.desk.clock.now();
        match (event.method(), event.route()) {
            ("POST", "/saml") => self.accept(&settings, event, trail, now).await,
            ("GET", "/login") => login(&settings, event, now),
            ("GET", "/metadata") => {
                let value = Answer::metadata(settings.metadata.clone());
                Ok(Granted { decision: "metadata.sent", metric: None, value })
            }
            _ => Err(RouteError::Unknown.into()),
        }
    }

    /// The straight line from a posted form to Studio.
    async fn accept(
        &self,
        settings: &SamlAcsSettings,
        event: &Event,
        trail: &mut Trail,
        now: Timestamp,
    ) -> Result<Granted<Answer>, Refusal> {
        let posted = form::response(event.body(), event.is_base64())?;
        let pending = pending(settings, event, trail, now);
        let login = saml::verify(&settings.trust, &posted.xml, pending.as_ref(), now)?;
        let person = Person { issuer: login.issuer.clone(), subject: login.username.clone() };
        trail.person(&person, &settings.subject_key);
        let access = self.access(settings, &login, &person, now).await?;
        trail.access(&access);
        replay::claim(&self.dynamodb, &settings.replay_table, &login).await?;
        let url = mint(&self.sagemaker, &self.region, &access, settings.minting.url_seconds).await?;
        let value = Answer::studio(&url);
        let value = if pending.is_some() { value.with("Set-Cookie", cookie::clear()) } else { value };
        Ok(Granted { decision: "minted", metric: Some(Metric::Minted), value })
    }

    async fn access(
        &self,
        settings: &SamlAcsSettings,
        login: &Login,
        person: &Person,
        now: Timestamp,
    ) -> Result<Access, Refusal> {
        let found = match &settings.mapping {
            Mapping::Attributes(AttributesPeople { landing, session_seconds }) => {
                Some(mapping::direct(&login.username, login.domain.clone(), *landing, *session_seconds)?)
            }
            Mapping::People(people) => people.find(&self.dynamodb, person).await?,
        };
        let mut access = mapping::decide(found, &settings.domains)?.within(&login.domain)?;
        if let Some(ends) = login.session_ends {
            access = access.capped_at(ends.duration_since(now).as_secs())?;
        }
        Ok(settings.minting.capped(access)?)
    }
}

/// Sends the browser to an identity provider, with a cookie that remembers the request.
fn login(settings: &SamlAcsSettings, event: &Event, now: Timestamp) -> Result<Granted<Answer>, Refusal> {
    let provider = chosen(&settings.trust, &event.query("provider"))?;
    let key = settings.cookie_key.as_ref().ok_or(request::RequestError::NoSignIn)?;
    let id = RequestId::from_random(random());
    let url = request::redirect(&settings.trust, provider, &id, None, now)?;
    let value = Answer::sign_in(url).with("Set-Cookie", cookie::issue(key, &id, now));
    Ok(Granted { decision: "login.sent", metric: None, value })
}

/// The provider that the query names, or the only one where logins may start here.
fn chosen<'a>(trust: &'a Trust, named: &[&str]) -> Result<&'a Provider, RouteError> {
    match named {
        [] => {
            let mut open = trust.providers().iter().filter(|provider| provider.sign_in().is_some());
            open.next().filter(|_| open.next().is_none()).ok_or(RouteError::Provider)
        }
        [name] => trust.provider(name).ok_or(RouteError::Provider),
        _ => Err(RouteError::Provider),
    }
}

/// The request that the browser's cookie remembers. A cookie that is not believed remembers none: whether a response may
/// come without a request is up to the provider's settings. The log is told why.
fn pending(settings: &SamlAcsSettings, event: &Event, trail: &mut Trail, now: Timestamp) -> Option<RequestId> {
    let key = settings.cookie_key.as_ref()?;
    // Several headers are one list of cookies (RFC 6265, 5.4, as proxies split it).
    let cookies = event.header("cookie").join("; ");
    match cookie::read(key, &cookies, now) {
        Ok(pending) => pending,
        Err(error) => {
            trail.detail(error.to_string());
            None
        }
    }
}

/// Bytes of the system's generator. A UUID holds 122 random bits; the rest of the id comes from a second one.
fn random() -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    bytes[16..].copy_from_slice(&Uuid::new_v4().as_bytes()[..4]);
    bytes
}

impl Settings for SamlAcsSettings {
    const SECTIONS: &'static [&'static str] = &["audit", "domains", "people", "minting", "saml"];

    fn prepare(mut document: Document, desk: &Desk) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let subject_key = document.subject_key(&mut mistakes);
        let domains = document.domains(&mut mistakes);
        let saml = needed(document.saml.take(), "saml", &mut mistakes);
        let checked = saml.and_then(|saml| check(saml, document.people.take(), &mut mistakes));
        match (subject_key, domains, checked) {
            (Some(subject_key), Some(domains), Some(checked)) if mistakes.is_empty() => {
                let Checked { trust, metadata, cookie_key, mapping, replay_table } = checked;
                warn(&trust, desk);
                let minting = document.minting;
                Ok(Self { trust, metadata, subject_key, cookie_key, domains, mapping, replay_table, minting })
            }
            _ => Err(mistakes),
        }
    }
}

struct Checked {
    trust: Trust,
    metadata: String,
    cookie_key: Option<CookieKey>,
    mapping: Mapping,
    replay_table: String,
}

fn check(saml: SamlSettings, people: Option<People>, mistakes: &mut Vec<Mistake>) -> Option<Checked> {
    let SamlSettings { service_provider, people: way, cookie_key, replay_table } = saml;
    let metadata = saml::metadata(&service_provider);
    let trust = Trust::new(service_provider);
    let trust = trust.map_err(|error| mistakes.push(Mistake::chain("saml.service-provider", &error))).ok();
    let cookie_key = cookie_key.map(|key| CookieKey::new(key.as_bytes())).transpose();
    let cookie_key = cookie_key.map_err(|error| mistakes.push(Mistake::new("saml.cookie-key", error.to_string()))).ok();
    let starts_here = trust.iter().flat_map(Trust::providers).any(|provider| provider.sign_in().is_some());
    if starts_here && matches!(cookie_key, Some(None)) {
        mistakes.push(Mistake::new("saml.cookie-key", "it is missing, and a provider with `sign-in` needs it"));
    }
    let mapping = match way {
        SamlPeople::Attributes(attributes) => Some(Mapping::Attributes(attributes)),
        SamlPeople::Mapping => needed(people, "people", mistakes).map(Mapping::People),
    };
    Some(Checked { trust: trust?, metadata, cookie_key: cookie_key?, mapping: mapping?, replay_table })
}

/// Tells of certificates that need a rotation.
fn warn(trust: &Trust, desk: &Desk) {
    for notice in trust.notices(desk.clock.now()) {
        let detail = format!(
            "certificate {} of `{}` is {:?}; it is valid until {}",
            notice.fingerprint, notice.provider, notice.state, notice.not_after
        );
        desk.note("certificate", &detail);
    }
}
