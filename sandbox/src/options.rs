//! What a sandbox is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder that holds everything; made if missing. One process at a time serves it.
    pub state: PathBuf,
    /// Address to listen on; port 0 lets the system choose.
    pub address: SocketAddr,
    /// Twelve digits; the account that every ARN names.
    pub account: String,
    /// The Region that every ARN names.
    pub region: String,
    /// How long asynchronous states last.
    pub pace: Pace,
    /// Faults in force from the start.
    pub faults: Vec<Fault>,
    /// Domains that exist from the start; one that exists already is left as it is.
    pub seeds: Vec<DomainSeed>,
}

impl Options {
    /// A sandbox on a free loopback port, with account 123456789012 in eu-west-1 and nothing in it.
    pub fn new(state: impl Into<PathBuf>) -> Self {
        Self {
            state: state.into(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            account: "123456789012".to_owned(),
            region: "eu-west-1".to_owned(),
            pace: Pace::default(),
            faults: Vec::new(),
            seeds: Vec::new(),
        }
    }
}

/// A kind of resource whose changes take time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsyncState {
    /// A `SageMaker` image.
    Image,
    /// A version of an image.
    ImageVersion,
    /// A domain.
    Domain,
    /// A user profile.
    UserProfile,
    /// An app.
    App,
    /// An ECR image scan.
    Scan,
}

/// How long each asynchronous state lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Images, user profiles, apps and scans.
    pub quick: Duration,
    /// Image versions (80 to 90 seconds in reality, facts 2.2).
    pub image_version: Duration,
    /// Domains.
    pub domain: Duration,
}

impl Pace {
    /// Nothing takes any time.
    pub const INSTANT: Self = Self { quick: Duration::ZERO, image_version: Duration::ZERO, domain: Duration::ZERO };

    /// How long a change of `state` lasts.
    pub fn of(&self, state: AsyncState) -> Duration {
        match state {
            AsyncState::Image | AsyncState::UserProfile | AsyncState::App | AsyncState::Scan => self.quick,
            AsyncState::ImageVersion => self.image_version,
            AsyncState::Domain => self.domain,
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            quick: Duration::from_millis(200),
            image_version: Duration::from_secs(1),
            domain: Duration::from_millis(500),
        }
    }
}

/// A domain with `RStudio` enabled, as a platform team would have made it long ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct DomainSeed {
    /// Such as `d-abcdef123456`.
    pub id: String,
    /// The domain's name.
    pub name: String,
    /// Tail of the Workbench image's ARN, such as `rstudio-workbench-2026.08-sagemaker-1.0` (facts 1.3).
    pub workbench_image: String,
    /// Entries that another team attached; their images and app image configs are made too.
    #[serde(default)]
    pub foreign: Vec<ForeignEntry>,
}

/// An entry of a domain's list of `RSession` images that is not ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ForeignEntry {
    /// Name of the `SageMaker` image.
    pub image: String,
    /// Pinned version; none means "the latest".
    #[serde(default)]
    pub version: Option<u32>,
    /// Name of the app image config.
    pub app_image_config: String,
}
