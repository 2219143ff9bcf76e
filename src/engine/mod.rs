//! Docker Engine over its API: builds with `BuildKit`, pushes, runs one-off containers and reads image layers.
//!
//! All of it goes through one dialer, so that a Unix socket, TCP with and without TLS, and SSH behave alike.

mod build;
mod cleanup;
mod container;
mod dial;
mod error;
mod host;
mod image;
mod info;
mod layers;
mod push;
mod redact;
mod request;
mod scan;
mod script;
mod session;
mod trace;
mod vertex;
mod wire;

use bollard::{API_DEFAULT_VERSION, Docker};

pub use build::{BuildError, BuiltImage};

pub use dial::DialError;
pub use error::EngineError;
pub use host::{Host, HostError};
pub use image::ImageFacts;
pub use info::{EngineInfo, Store};
pub use layers::LayerError;
pub use push::{Credentials, LayerOutcome, PushError, PushReference, Pushed, PushedLayer};
pub use request::{BuildRequest, Cache, Network, RegistryCredentials, Secret};
pub use scan::{EntryKind, LayerScan, Owner, WatchPath, WatchedEntry};
pub use script::{Exit, RunOptions, ScriptOutcome};
pub use session::SessionError;
pub use trace::StepTiming;
pub use vertex::{FailedStep, StepPlace};
pub use wire::WireError;

use cleanup::Cleanups;
use dial::Dialer;
use wire::Http;

/// Seconds that bollard waits for the head of an answer; only short requests go through it.
const ANSWER_TIMEOUT: u64 = 120;

/// A Docker Engine that answered; cheap to clone.
#[derive(Clone)]
pub struct DockerEngine {
    host: Host,
    docker: Docker,
    http: Http,
    cleanups: Cleanups,
}

impl DockerEngine {
    /// Connects to the engine at `host` and makes sure that it answers.
    pub async fn connect(host: &Host) -> Result<Self, EngineError> {
        let dialer = Dialer::new(host).map_err(|source| EngineError::Certificates { host: host.clone(), source })?;
        let http = Http::new(dialer);
        let docker = Docker::connect_with_custom_transport(
            http.transport(),
            Some(wire::ORIGIN),
            ANSWER_TIMEOUT,
            API_DEFAULT_VERSION,
        )
        .map_err(|source| EngineError::unreachable(host, source))?;
        docker.ping().await.map_err(|source| EngineError::unreachable(host, source))?;
        Ok(Self { host: host.clone(), docker, http, cleanups: Cleanups::default() })
    }

    /// Where this engine listens.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Waits until everything that dropped futures left behind is removed; to be called before the process ends.
    pub async fn settle(&self) {
        self.cleanups.settle().await;
    }
}

impl std::fmt::Debug for DockerEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DockerEngine").field("host", &self.host).finish_non_exhaustive()
    }
}
