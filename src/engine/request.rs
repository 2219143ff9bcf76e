//! What is to be built, and with which secrets.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;

/// One build.
#[derive(Debug, Clone)]
pub struct BuildRequest {
    /// The context as a tar archive; the same bytes are recognised and not sent through the steps again.
    pub context: Bytes,
    /// Path of the Dockerfile in the context.
    pub dockerfile: String,
    /// Labels for the image's configuration; they do not take part in the cache.
    pub labels: BTreeMap<String, String>,
    /// Values of `ARG`s.
    pub build_args: BTreeMap<String, String>,
    /// What `RUN` steps may reach.
    pub network: Network,
    /// Secrets that `RUN --mount=type=secret` may read.
    pub secrets: Vec<Secret>,
    /// Credentials for the registries of base images and caches.
    pub credentials: Vec<RegistryCredentials>,
    /// Name of the result.
    pub tag: Option<String>,
    /// Images whose inline cache may be used.
    pub cache_from: Vec<String>,
    /// Whether earlier results may be used.
    pub cache: Cache,
    /// Such as `linux/amd64`.
    pub platform: String,
}

impl BuildRequest {
    /// A build of `context` for `linux/amd64` with nothing else asked for.
    pub fn new(context: impl Into<Bytes>, dockerfile: impl Into<String>) -> Self {
        Self {
            context: context.into(),
            dockerfile: dockerfile.into(),
            labels: BTreeMap::new(),
            build_args: BTreeMap::new(),
            network: Network::Default,
            secrets: Vec::new(),
            credentials: Vec::new(),
            tag: None,
            cache_from: Vec::new(),
            cache: Cache::Use,
            platform: "linux/amd64".to_owned(),
        }
    }
}

/// What `RUN` steps may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// The engine's bridge.
    Default,
    /// Everything that the engine's machine reaches, its loopback included.
    Host,
}

impl Network {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Host => "host",
        }
    }
}

/// Whether results of earlier builds may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// They may.
    Use,
    /// Every step runs again; on Engine 20.10 cache mounts are emptied too.
    Ignore,
}

/// A build secret.
#[derive(Clone)]
pub struct Secret {
    /// The id that the Dockerfile asks for.
    pub id: String,
    /// Its content.
    pub value: Vec<u8>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A login at one registry.
#[derive(Clone)]
pub struct RegistryCredentials {
    /// The registry's host, with its port where it has one.
    pub host: String,
    /// Login name.
    pub username: String,
    /// Password or token.
    pub password: String,
}

impl fmt::Debug for RegistryCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryCredentials")
            .field("host", &self.host)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}
