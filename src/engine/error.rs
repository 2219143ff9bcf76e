//! What can go wrong with the engine apart from builds and pushes, which have errors of their own.

use std::io;

use bollard::errors::Error as ApiError;

use super::dial::DialError;
use super::host::Host;
use super::layers::LayerError;
use super::wire::WireError;

/// A failed operation on the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The certificates for the engine cannot be used.
    #[error("cannot prepare the connection to the Docker Engine at {host}")]
    Certificates {
        /// The engine.
        host: Host,
        /// Which file, and why.
        #[source]
        source: DialError,
    },
    /// Nothing answers at the address.
    #[error("no Docker Engine answers at {host}")]
    Unreachable {
        /// The address that was tried.
        host: Host,
        /// What happened instead.
        #[source]
        source: ApiError,
    },
    /// The engine does not describe itself.
    #[error("cannot read the engine's description")]
    Info {
        /// Why.
        #[source]
        source: ApiError,
    },
    /// An image could not be inspected.
    #[error("cannot inspect image `{reference}`")]
    FindImage {
        /// The image.
        reference: String,
        /// Why.
        #[source]
        source: ApiError,
    },
    /// An image could not be tagged.
    #[error("cannot tag image `{id}` as `{name}`")]
    Tag {
        /// The image.
        id: String,
        /// Its new name.
        name: String,
        /// Why.
        #[source]
        source: ApiError,
    },
    /// An image could not be removed.
    #[error("cannot remove image `{reference}`")]
    RemoveImage {
        /// The image.
        reference: String,
        /// Why.
        #[source]
        source: ApiError,
    },
    /// Containers that a killed process left behind could not be removed.
    #[error("cannot remove overdue containers")]
    RemoveOverdue {
        /// Why.
        #[source]
        source: ApiError,
    },
    /// A script is longer than a process's arguments may be.
    #[error("cannot run a script of {bytes} bytes: the limit is {limit}")]
    ScriptTooLong {
        /// Its length.
        bytes: usize,
        /// The most that is accepted.
        limit: usize,
    },
    /// A container for a script could not be made, started, watched or removed.
    #[error("cannot {step} the container that runs a script in image `{image}`")]
    RunScript {
        /// The image.
        image: String,
        /// What was being done, as a verb.
        step: &'static str,
        /// Why.
        #[source]
        source: ApiError,
    },
    /// An image could not be exported.
    #[error("cannot export image `{image}`")]
    Export {
        /// The image.
        image: String,
        /// Why.
        #[source]
        source: WireError,
    },
    /// The exported layers could not be read.
    #[error("cannot read the layers of image `{image}`")]
    Layers {
        /// The image.
        image: String,
        /// Why.
        #[source]
        source: LayerError,
    },
}

impl EngineError {
    pub(super) fn unreachable(host: &Host, source: ApiError) -> Self {
        Self::Unreachable { host: host.clone(), source }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { host, source } => Some(unreachable_hint(host, source)),
            Self::Certificates { .. } => {
                Some("`DOCKER_CERT_PATH` must name a folder with `ca.pem`, `cert.pem` and `key.pem`".to_owned())
            }
            Self::ScriptTooLong { .. } => Some("split the checks over several images or shorten them".to_owned()),
            _ => None,
        }
    }

    /// Whether the same operation may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Info { source }
            | Self::FindImage { source, .. }
            | Self::Tag { source, .. }
            | Self::RemoveImage { source, .. }
            | Self::RemoveOverdue { source }
            | Self::RunScript { source, .. } => api_is_transient(source),
            Self::Export { source, .. } => source.is_transient(),
            Self::Certificates { .. } | Self::Unreachable { .. } | Self::ScriptTooLong { .. } | Self::Layers { .. } => {
                false
            }
        }
    }
}

fn api_is_transient(error: &ApiError) -> bool {
    match error {
        ApiError::DockerResponseServerError { status_code, .. } => matches!(status_code, 429 | 502..=504),
        ApiError::IOError { .. }
        | ApiError::HyperResponseError { .. }
        | ApiError::HyperLegacyError { .. }
        | ApiError::RequestTimeoutError => true,
        _ => false,
    }
}

fn unreachable_hint(host: &Host, error: &ApiError) -> String {
    match (host, io_kind(error)) {
        (Host::Unix(_), Some(io::ErrorKind::PermissionDenied)) => {
            "this user may not use the socket: add it to the `docker` group and log in again, or set `DOCKER_HOST`"
                .into()
        }
        (Host::Unix(path), _) => format!(
            "start it (`systemctl start docker`), install it (`apt-get install docker.io`), \
             or set `DOCKER_HOST` if it listens elsewhere than {}",
            path.display()
        ),
        (Host::Tcp { .. } | Host::Tls { .. }, _) => {
            "check `DOCKER_HOST` and that the engine listens there; a TLS port needs `DOCKER_CERT_PATH`".into()
        }
        (Host::Ssh { host, user, .. }, _) => {
            let place = user.as_ref().map_or_else(|| host.clone(), |user| format!("{user}@{host}"));
            format!("`ssh {place} docker system dial-stdio` must work without asking for a password")
        }
    }
}

/// The operating system's reason at the end of the chain, if it is one.
fn io_kind(error: &ApiError) -> Option<io::ErrorKind> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        cause = error.source();
    }
    None
}
