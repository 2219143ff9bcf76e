//! Pushes an image to a registry through the engine.

mod progress;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use hyper::Method;

use super::DockerEngine;
use super::wire::{JsonLines, WireError, query};
use crate::progress::{Outcome, Reporter, Stage};
use progress::{Line, Progress};

/// The name under which an image is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushReference {
    /// Registry host and repository, such as `127.0.0.1:5000/team/image`.
    pub repository: String,
    /// Tag.
    pub tag: String,
}

impl PushReference {
    /// The registry's host with its port.
    pub fn registry(&self) -> &str {
        self.repository.split('/').next().unwrap_or_default()
    }
}

impl fmt::Display for PushReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.repository, self.tag)
    }
}

/// How to log in at the registry.
#[derive(Clone)]
pub enum Credentials {
    /// Not at all.
    Anonymous,
    /// With a name and a password or token.
    Basic {
        /// Login name.
        username: String,
        /// Password or token.
        password: String,
    },
}

impl Credentials {
    /// The engine wants the URL-safe alphabet; the standard one fails for some passwords.
    fn header(&self, registry: &str) -> String {
        let login = match self {
            Self::Anonymous => serde_json::json!({}),
            Self::Basic { username, password } => {
                serde_json::json!({"username": username, "password": password, "serveraddress": registry})
            }
        };
        URL_SAFE.encode(login.to_string())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Basic { username, .. } => f.debug_struct("Basic").field("username", username).finish_non_exhaustive(),
        }
    }
}

/// What a push did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Digest of the manifest, as the engine reports it; confirm it at the registry.
    pub digest: String,
    /// Bytes of the manifest.
    pub manifest_size: u64,
    /// The layers, in the order in which the engine named them.
    pub layers: Vec<PushedLayer>,
    /// Sum over the layers as far as it is known; see [`PushedLayer::bytes`].
    pub bytes_sent: u64,
}

/// What happened to one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedLayer {
    /// The engine's short id.
    pub id: String,
    /// Bytes read from the layer for sending, nothing if the engine did not say: containerd's store does not for what
    /// is sent at once. A graph driver counts before compression.
    pub bytes: Option<u64>,
    /// What happened.
    pub outcome: LayerOutcome,
}

/// What happened to a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerOutcome {
    /// It was sent.
    Pushed,
    /// The registry had it in this repository.
    Exists,
    /// The registry had it in another repository and linked it.
    Mounted,
}

impl DockerEngine {
    /// Pushes the image that has the name `reference`. The engine itself retries a registry that does not answer.
    pub async fn push(
        &self,
        reference: &PushReference,
        credentials: &Credentials,
        reporter: &Reporter,
    ) -> Result<Pushed, PushError> {
        let task = reporter.start(Stage::Push, reference.to_string());
        let mut push = Progress::default();
        let ended = self.follow_push(reference, credentials, |line| push.accept(line, reporter, &task)).await;
        match ended.and_then(|()| push.result(reference)) {
            Ok(pushed) => {
                task.finish_with(Outcome::Done, pushed.digest.clone());
                Ok(pushed)
            }
            Err(error) => {
                task.finish(Outcome::Failed);
                Err(error)
            }
        }
    }

    async fn follow_push(
        &self,
        reference: &PushReference,
        credentials: &Credentials,
        mut accept: impl FnMut(Line),
    ) -> Result<(), PushError> {
        let auth = credentials.header(reference.registry());
        let path = format!("/images/{}/push{}", reference.repository, query(&[("tag", &reference.tag)]));
        let failed = |source| PushError::from_wire(reference, source);
        let response =
            self.http.send(Method::POST, &path, &[("X-Registry-Auth", auth.as_str())]).await.map_err(failed)?;
        let mut lines = JsonLines::new(response);
        while let Some(mut line) = lines.next::<Line>().await.map_err(failed)? {
            if let Some(message) = line.error.take() {
                return Err(PushError::from_message(reference, message));
            }
            accept(line);
        }
        Ok(())
    }
}

/// Why an image was not pushed.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The registry does not accept the credentials, or not for this repository.
    #[error("the registry denies `{reference}`: {message}")]
    Denied {
        /// The image.
        reference: String,
        /// The registry's words.
        message: String,
    },
    /// The registry or the engine failed otherwise.
    #[error("cannot push `{reference}`: {message}")]
    Refused {
        /// The image.
        reference: String,
        /// The engine's or the registry's words.
        message: String,
    },
    /// The engine could not be asked, or did not answer to the end.
    #[error("cannot push `{reference}`")]
    Engine {
        /// The image.
        reference: String,
        /// Why.
        #[source]
        source: WireError,
    },
    /// The engine ended without an error and without a digest.
    #[error("the engine pushed `{reference}` without telling its digest")]
    NoDigest {
        /// The image.
        reference: String,
    },
}

impl PushError {
    fn from_wire(reference: &PushReference, source: WireError) -> Self {
        match source {
            WireError::Status { message, .. } => Self::from_message(reference, message),
            source => Self::Engine { reference: reference.to_string(), source },
        }
    }

    fn from_message(reference: &PushReference, message: String) -> Self {
        const SIGNS: [&str; 6] = [
            "denied",
            "unauthorized",
            "no basic auth credentials",
            "authentication required",
            "authorization token has expired",
            "403 Forbidden",
        ];
        let reference = reference.to_string();
        if SIGNS.iter().any(|sign| message.contains(sign)) {
            Self::Denied { reference, message }
        } else {
            Self::Refused { reference, message }
        }
    }

    /// Whether the same push may succeed a little later.
    pub fn is_transient(&self) -> bool {
        const SIGNS: [&str; 8] = [
            "connection reset",
            "connection refused",
            "broken pipe",
            "EOF",
            "timeout",
            "toomanyrequests",
            "received unexpected HTTP status: 5",
            "blob upload unknown",
        ];
        match self {
            Self::Engine { source, .. } => source.is_transient(),
            Self::Refused { message, .. } => SIGNS.iter().any(|sign| message.contains(sign)),
            Self::Denied { .. } | Self::NoDigest { .. } => false,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Denied { message, .. } if message.contains("expired") => {
                Some("a registry token of ECR lives 12 hours: ask for a new one".to_owned())
            }
            Self::Denied { .. } => {
                Some("check that the credentials belong to this registry and may push to this repository".to_owned())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> PushReference {
        PushReference { repository: "127.0.0.1:5000/team/image".into(), tag: "one".into() }
    }

    #[test]
    fn encodes_credentials_with_the_url_safe_alphabet() {
        let login = Credentials::Basic { username: "u".into(), password: "?~>?~>?~>".into() };
        let header = login.header("registry");
        assert!(!header.contains(['+', '/']), "{header}");
        let decoded = URL_SAFE.decode(header).expect("base64url");
        let decoded: serde_json::Value = serde_json::from_slice(&decoded).expect("JSON");
        assert_eq!(decoded["password"], "?~>?~>?~>");
    }

    #[test]
    fn a_password_is_never_shown() {
        let login = Credentials::Basic { username: "u".into(), password: "hidden".into() };
        assert!(!format!("{login:?}").contains("hidden"));
    }

    #[test]
    fn recognises_what_registries_say_about_wrong_credentials() {
        let cases = [
            "unauthorized: authentication required",
            "denied: User: arn:aws:iam::1:user/x is not authorized to perform: ecr:InitiateLayerUpload",
            "no basic auth credentials",
        ];
        for message in cases {
            let error = PushError::from_message(&reference(), message.to_owned());
            assert!(matches!(error, PushError::Denied { .. }), "{message}");
            assert!(!error.is_transient());
        }
    }

    #[test]
    fn a_broken_connection_to_the_registry_is_worth_another_try() {
        let message = "write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe".to_owned();
        assert!(PushError::from_message(&reference(), message).is_transient());
        let message = "tag invalid: The image tag 'x' already exists and cannot be overwritten".to_owned();
        assert!(!PushError::from_message(&reference(), message).is_transient());
    }
}
