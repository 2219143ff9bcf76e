//! What kind of engine this is.

use std::fmt;

use super::{DockerEngine, EngineError};

/// The engine's description of itself.
#[derive(Debug, Clone)]
pub struct EngineInfo {
    /// Release, such as `20.10.24`.
    pub version: String,
    /// Newest API it speaks, such as `1.41`.
    pub api_version: String,
    /// Operating system in Go's words, such as `linux`.
    pub os: String,
    /// Architecture in Go's words, such as `amd64`.
    pub architecture: String,
    /// How it stores images.
    pub store: Store,
    /// Its data folder, on its own machine.
    pub root_dir: String,
    /// Processors it may use.
    pub cpus: u64,
    /// Memory of its machine in bytes.
    pub memory: u64,
}

/// How an engine stores images; it decides the form of exported images and what an image id means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// Docker's own, with this driver; an image's id is the digest of its configuration.
    GraphDriver(String),
    /// Containerd's, with this snapshotter; an image's id is the digest of its manifest.
    Containerd(String),
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GraphDriver(driver) => f.write_str(driver),
            Self::Containerd(snapshotter) => write!(f, "containerd ({snapshotter})"),
        }
    }
}

impl DockerEngine {
    /// Asks the engine what it is.
    pub async fn info(&self) -> Result<EngineInfo, EngineError> {
        let (version, info) = tokio::try_join!(self.docker.version(), self.docker.info())
            .map_err(|source| EngineError::Info { source })?;
        let driver = info.driver.unwrap_or_default();
        let containerd =
            info.driver_status.iter().flatten().flatten().any(|word| word == "io.containerd.snapshotter.v1");
        Ok(EngineInfo {
            version: version.version.unwrap_or_default(),
            api_version: version.api_version.unwrap_or_default(),
            os: version.os.unwrap_or_default(),
            architecture: version.arch.unwrap_or_default(),
            store: if containerd { Store::Containerd(driver) } else { Store::GraphDriver(driver) },
            root_dir: info.docker_root_dir.unwrap_or_default(),
            cpus: info.ncpu.and_then(|count| u64::try_from(count).ok()).unwrap_or_default(),
            memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
        })
    }
}
