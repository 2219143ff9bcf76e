//! Builds an image with the engine's `BuildKit`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bollard_buildkit_proto::moby::buildkit::v1::StatusResponse;
use hyper::Method;
use prost::Message as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::DockerEngine;
use super::redact::Redactor;
use super::request::{BuildRequest, Cache};
use super::session::{Session, SessionError};
use super::trace::{StepTiming, Trace};
use super::vertex::FailedStep;
use super::wire::{JsonLines, WireError, query};
use crate::progress::Reporter;

/// What a build made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltImage {
    /// `sha256:...`.
    pub id: String,
    /// How long each instruction took, in the order in which they began.
    pub steps: Vec<StepTiming>,
}

impl DockerEngine {
    /// Builds an image. Dropping the future cancels the build: the engine stops the running steps because both
    /// connections close.
    pub async fn build(&self, request: &BuildRequest, reporter: &Reporter) -> Result<BuiltImage, BuildError> {
        let session = Session::open(&self.http, request).await.map_err(|source| BuildError::Session { source })?;
        let path = format!("/build{}", build_query(request, &session));
        let trace = Trace::new(reporter, Redactor::new(&request.secrets));
        let mut solve = std::pin::pin!(self.solve(&path, trace));
        tokio::select! {
            built = &mut solve => built,
            ended = session.serve() => blame(solve.await, ended),
        }
    }

    async fn solve(&self, path: &str, mut trace: Trace) -> Result<BuiltImage, BuildError> {
        let headers = [("Content-Type", "application/x-tar")];
        let response = self
            .http
            .send(Method::POST, path, &headers)
            .await
            .map_err(|source| BuildError::Engine { action: "start", source })?;
        let mut lines = JsonLines::new(response);
        let mut image = None;
        while let Some(line) =
            lines.next::<Line>().await.map_err(|source| BuildError::Engine { action: "follow", source })?
        {
            match line.id.as_str() {
                "moby.buildkit.trace" => trace.accept(decode(&line.aux)?),
                "moby.image.id" => image = line.aux.get("ID").and_then(Value::as_str).map(str::to_owned),
                _ => {}
            }
            if let Some(reason) = line.error {
                return Err(explain(&trace, reason));
            }
        }
        let id = image.ok_or(BuildError::NoImage)?;
        Ok(BuiltImage { id, steps: trace.timings() })
    }
}

/// The session ended before the build told its result. That is ordinary when the engine closes it a moment before it
/// sends its last line; when the build failed for want of a session, the session's error is the one to show.
fn blame(build: Result<BuiltImage, BuildError>, session: Result<(), SessionError>) -> Result<BuiltImage, BuildError> {
    match (build, session) {
        (Err(BuildError::Refused { .. } | BuildError::Cancelled | BuildError::Engine { .. }), Err(source)) => {
            Err(BuildError::Session { source })
        }
        (build, _) => build,
    }
}

/// One line of the engine's answer.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: String,
    #[serde(default)]
    aux: Value,
    error: Option<String>,
}

fn decode(aux: &Value) -> Result<StatusResponse, BuildError> {
    let bytes = aux.as_str().and_then(|text| STANDARD.decode(text).ok()).ok_or(BuildError::Events)?;
    StatusResponse::decode(bytes.as_slice()).map_err(|_| BuildError::Events)
}

fn explain(trace: &Trace, reason: String) -> BuildError {
    if Trace::was_cancelled(&reason) {
        return BuildError::Cancelled;
    }
    let message = trace.clean(reason);
    trace.failure(&message).map_or(BuildError::Refused { message }, |step| BuildError::Step(Box::new(step)))
}

fn build_query(request: &BuildRequest, session: &Session) -> String {
    let labels = json(&request.labels);
    let arguments = json(&request.build_args);
    let context = session.context_url();
    let cache_from = json(&request.cache_from);
    let mut pairs = vec![
        ("version", "2"),
        ("session", session.id()),
        ("remote", &context),
        ("dockerfile", request.dockerfile.as_str()),
        ("labels", &labels),
        ("buildargs", &arguments),
        ("cachefrom", &cache_from),
        ("networkmode", request.network.as_str()),
        ("platform", &request.platform),
    ];
    pairs.extend(request.tag.as_deref().map(|tag| ("t", tag)));
    match request.cache {
        Cache::Use => {}
        Cache::Ignore => pairs.push(("nocache", "1")),
    }
    query(&pairs)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("maps and lists of strings should always be JSON")
}

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The session with the engine failed.
    #[error("cannot serve the build")]
    Session {
        /// How.
        #[source]
        source: SessionError,
    },
    /// The engine could not be asked, or did not answer to the end.
    #[error("cannot {action} the build")]
    Engine {
        /// What was being done, as a verb.
        action: &'static str,
        /// Why not.
        #[source]
        source: WireError,
    },
    /// A step failed.
    #[error("{0}")]
    Step(Box<FailedStep>),
    /// The engine refused the build before any step, as it does with a Dockerfile that it cannot parse.
    #[error("the engine refused the build: {message}")]
    Refused {
        /// The engine's words.
        message: String,
    },
    /// Somebody else told the engine to stop.
    #[error("the build was cancelled")]
    Cancelled,
    /// The engine's events are not of the expected form.
    #[error("the engine sent build events that cannot be read")]
    Events,
    /// The engine ended without an error and without an image.
    #[error("the engine ended the build without naming an image")]
    NoImage,
}

impl BuildError {
    /// Whether the same build may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Session { source: SessionError::Open { source } } | Self::Engine { source, .. } => {
                source.is_transient()
            }
            Self::Session { source: SessionError::Upgrade { .. } | SessionError::Serve { .. } } => true,
            Self::Step(step) => step.is_transient(),
            Self::Session { source: SessionError::Random }
            | Self::Refused { .. }
            | Self::Cancelled
            | Self::Events
            | Self::NoImage => false,
        }
    }
}
