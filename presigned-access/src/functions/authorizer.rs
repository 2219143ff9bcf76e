//! The function `authorizer`: decides for API Gateway whether the bearer of a token may call a method.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::audit::{SubjectKey, Trail};
use super::clients::Aws;
use super::configuration::{ConfigurationError, Document, Live, Mistake, Settings, Source, needed};
use super::desk::{Desk, Granted, Turned};
use super::event::Event;
use super::invocation::{Invocation, decide};
use super::keys::{self, Keys, Observer, Roots};
use super::metrics::Metric;
use super::refusal::{Fault, Refusal};
use crate::jwt::{self, Caller, bearer};
use crate::mapping::Person;
use crate::policy::{self, MethodArn};

/// The function.
#[derive(Debug)]
pub struct Authorizer {
    desk: Desk,
    settings: Live<AuthorizerSettings>,
}

/// The sections of the configuration that it goes by.
pub struct AuthorizerSettings {
    keys: Keys,
    subject_key: SubjectKey,
}

/// What API Gateway makes a verdict of.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Stands in access logs, so it is the hash of the person.
    principal_id: String,
    policy_document: policy::Document,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
}

/// What the function behind is told. API Gateway takes texts, numbers and booleans, and never null.
#[derive(Debug, Serialize)]
struct Context {
    issuer: String,
    subject: String,
    expires: i64,
    request: String,
}

impl Authorizer {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The configuration cannot be read, or has mistakes.
    pub async fn start(desk: Desk, aws: &Aws, source: Source) -> Result<Self, ConfigurationError> {
        let settings = Live::open(source, aws.ssm(), &desk).await?;
        Ok(Self { desk, settings })
    }

    /// Answers API Gateway's question.
    ///
    /// # Errors
    /// The token is not believed, or nobody can tell; API Gateway makes 401 or 500 of that.
    pub async fn handle(self: &Arc<Self>, event: Value, invocation: Invocation) -> Result<Verdict, AuthorizerError> {
        let this = Arc::clone(self);
        let work = |event: Event, mut trail: Trail| async move {
            let result = this.verdict(&event, &mut trail).await;
            (trail, result)
        };
        decide(&self.desk, event, &invocation, work).await.or_else(|turned| refused(&turned))
    }

    async fn verdict(&self, event: &Event, trail: &mut Trail) -> Result<Granted<Verdict>, Refusal> {
        let settings = self.settings.get(&self.desk).await?;
        let token = match event.header("authorization").as_slice() {
            [] => return Err(jwt::Refusal::BearerMissing.into()),
            [value] => bearer(value)?,
            _ => return Err(jwt::Refusal::BearerMalformed.into()),
        };
        let Caller { issuer, subject, expires } = settings.keys.caller(token, self.desk.clock.now()).await?;
        let person = Person { issuer, subject };
        trail.person(&person, &settings.subject_key);
        let method: MethodArn = event.method_arn().unwrap_or_default().parse()?;
        let Person { issuer, subject } = person.clone();
        let request = trail.request_id().to_owned();
        let value = Verdict {
            principal_id: settings.subject_key.hash(&person),
            policy_document: policy::authorizer_answer(&method),
            context: Some(Context { issuer, subject, expires: expires.as_second(), request }),
        };
        Ok(Granted { decision: "authorized", metric: Some(Metric::Authorized), value })
    }
}

/// A believed token without the scope is 403, and API Gateway may keep that for as long as the token; any other is 401,
/// which it does not keep. What nobody could decide is 500.
fn refused(turned: &Turned) -> Result<Verdict, AuthorizerError> {
    match &turned.refusal {
        Refusal::Token(jwt::Refusal::ScopeMissing | jwt::Refusal::ScopeOther) => Ok(Verdict {
            principal_id: "refused".to_owned(),
            policy_document: policy::authorizer_refusal(),
            context: None,
        }),
        refusal => match refusal.fault() {
            Fault::Request | Fault::Person => Err(AuthorizerError::Unauthorized),
            Fault::Ours | Fault::Passing => Err(AuthorizerError::Failed { request_id: turned.request_id.clone() }),
        },
    }
}

/// Why API Gateway gets no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizerError {
    /// API Gateway answers 401 to this message and to no other one.
    #[error("Unauthorized")]
    Unauthorized,
    /// API Gateway answers 500.
    #[error("no verdict for request {request_id}")]
    Failed {
        /// For finding the line in the log.
        request_id: String,
    },
}

impl Settings for AuthorizerSettings {
    const SECTIONS: &'static [&'static str] = &["audit", "tokens"];

    fn prepare(mut document: Document, desk: &Desk) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let subject_key = document.subject_key(&mut mistakes);
        let tokens = needed(document.tokens.take(), "tokens", &mut mistakes);
        let keys = tokens.and_then(|tokens| {
            let keys = Keys::new(tokens.issuers, &Roots(tokens.roots), observer(desk.clone()));
            keys.map_err(|error| mistakes.push(Mistake::chain("tokens", &error))).ok()
        });
        match (keys, subject_key) {
            (Some(keys), Some(subject_key)) => Ok(Self { keys, subject_key }),
            _ => Err(mistakes),
        }
    }
}

/// Counts what happens to keys.
fn observer(desk: Desk) -> Observer {
    Arc::new(move |event| match event {
        keys::Event::Fetched { issuer, keys } => desk.note("keys.fetched", &format!("{keys} key(s) of `{issuer}`")),
        keys::Event::Failed { issuer, error } => {
            desk.note(error.code(), &format!("no keys of `{issuer}`: {error}"));
            desk.counted(Metric::KeysFailed { code: error.code() });
        }
        keys::Event::Stale { issuer, age } => {
            desk.note("keys.stale", &format!("keys of `{issuer}` are {} seconds old", age.as_secs()));
            desk.counted(Metric::KeysStale);
        }
    })
}

impl std::fmt::Debug for AuthorizerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizerSettings(..)")
    }
}
