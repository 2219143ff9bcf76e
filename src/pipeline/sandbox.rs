//! Finds a sandbox that serves a target, or starts one in this process.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use slipway_sandbox::{DomainSeed, ForeignEntry, Options, Sandbox, StartError};

use crate::spec::Target;
use crate::spec::name::DomainId;

/// How long a process on the sandbox's port may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// It cannot be started.
    #[error("cannot start the sandbox on port {port}")]
    Start {
        /// The port.
        port: u16,
        /// Why.
        #[source]
        source: StartError,
    },
    /// Something else listens on the port.
    #[error("port {port} is taken by something that is not a sandbox of account {account} in {region}")]
    Taken {
        /// The port.
        port: u16,
        /// The target's account.
        account: String,
        /// The target's Region.
        region: String,
    },
    /// A sandbox that serves does not take a domain.
    #[error("the sandbox on port {port} did not take domain `{domain}`: {reason}")]
    Seed {
        /// The port.
        port: u16,
        /// The domain.
        domain: DomainId,
        /// What it said.
        reason: String,
    },
}

impl SandboxError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Start { .. } => Some("another `slipway` may serve the same state; wait for it, or end it".to_owned()),
            Self::Taken { .. } => Some("set another `port` in `[target.sandbox]`".to_owned()),
            Self::Seed { .. } => None,
        }
    }
}

/// A sandbox that answers.
pub struct Reached {
    /// Its URL.
    pub endpoint: String,
    /// The sandbox, where this process serves it.
    pub started: Option<Sandbox>,
}

/// How a target's sandbox is started.
pub fn sandbox_options(target: &Target, port: u16, state: &Path, domains: &[DomainId]) -> Options {
    let mut options = Options::new(state);
    options.address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    options.account = target.account.to_string();
    options.region = target.region.to_string();
    options.seeds = domains.iter().map(seed).collect();
    options
}

/// Finds a sandbox on the target's port, or starts one in this process; either has the named domains afterwards.
pub async fn reach(target: &Target, port: u16, state: &Path, domains: &[DomainId]) -> Result<Reached, SandboxError> {
    let endpoint = format!("http://127.0.0.1:{port}");
    if tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        let options = sandbox_options(target, port, state, domains);
        let started = slipway_sandbox::start(options).await.map_err(|source| SandboxError::Start { port, source })?;
        return Ok(Reached { endpoint, started: Some(started) });
    }
    if !is_sandbox_of(target, &endpoint).await {
        let (account, region) = (target.account.to_string(), target.region.to_string());
        return Err(SandboxError::Taken { port, account, region });
    }
    for domain in domains {
        let body = serde_json::to_vec(&seed(domain)).expect("a seed should be JSON");
        let answer = ask(Method::POST, &format!("{endpoint}/_sandbox/seed"), body).await;
        let reason = match answer {
            Some((status, _)) if status.is_success() => continue,
            Some((status, body)) => format!("{status} {body}"),
            None => "it does not answer".to_owned(),
        };
        return Err(SandboxError::Seed { port, domain: domain.clone(), reason });
    }
    Ok(Reached { endpoint, started: None })
}

async fn is_sandbox_of(target: &Target, endpoint: &str) -> bool {
    let answer = ask(Method::GET, &format!("{endpoint}/_sandbox/health"), Vec::new()).await;
    let about = answer.filter(|(status, _)| status.is_success()).map(|(_, about)| about).unwrap_or_default();
    about["name"] == "slipway-sandbox"
        && about["account"] == target.account.as_str()
        && about["region"] == target.region.as_str()
}

/// One request on loopback; `None` where nobody answers it in HTTP and JSON.
async fn ask(method: Method, url: &str, body: Vec<u8>) -> Option<(StatusCode, Value)> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::builder().method(method).uri(url).header("content-type", "application/json");
    let request = request.body(Full::new(Bytes::from(body))).expect("the URL should be well-formed");
    let answer = tokio::time::timeout(PATIENCE, client.request(request)).await.ok()?.ok()?;
    let status = answer.status();
    let body = tokio::time::timeout(PATIENCE, answer.into_body().collect()).await.ok()?.ok()?.to_bytes();
    Some((status, serde_json::from_slice(&body).ok()?))
}

/// A domain as a platform team would have it: with RStudio, and with an image that another team attached.
fn seed(domain: &DomainId) -> DomainSeed {
    DomainSeed {
        id: domain.to_string(),
        name: domain.as_str().trim_start_matches("d-").to_owned(),
        workbench_image: "rstudio-workbench-2026.08-sagemaker-1.0".to_owned(),
        foreign: vec![ForeignEntry {
            image: "another-team".to_owned(),
            version: Some(3),
            app_image_config: "another-team".to_owned(),
        }],
    }
}
