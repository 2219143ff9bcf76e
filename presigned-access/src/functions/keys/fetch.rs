//! One question to an identity provider, with a limit on everything.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, StatusCode};

use crate::jwt::{KeySet, KeySetError, KeysUrl};

/// How long a fetch may take, from the name look-up to the last byte.
pub const TIMEOUT: Duration = Duration::from_secs(2);

/// The largest answer that is read, in bytes.
pub const LARGEST_ANSWER: usize = 64 * 1024;

/// Certificates that are trusted beside the system's own, each text one or several in PEM: for identity providers of a
/// private certificate authority.
#[derive(Debug, Clone, Default)]
pub struct Roots(pub Vec<String>);

/// Asks for key sets. Clones share their connections.
#[derive(Clone)]
pub(super) struct Fetcher {
    client: Client,
}

impl Fetcher {
    pub(super) fn new(roots: &Roots) -> Result<Self, FetchError> {
        install_provider();
        let mut trusted = Vec::new();
        for (index, pem) in roots.0.iter().enumerate() {
            let certificates = Certificate::from_pem_bundle(pem.as_bytes())
                .map_err(|source| FetchError::Root { index, source: Some(source) })?;
            if certificates.is_empty() {
                return Err(FetchError::Root { index, source: None });
            }
            trusted.extend(certificates);
        }
        let client = Client::builder()
            .tls_certs_merge(trusted)
            .https_only(true)
            .http1_only()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // The environment of a function is not where its trust is configured.
            .no_proxy()
            // A function is frozen between requests; a connection that was kept is usually dead.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(FetchError::Client)?;
        Ok(Self { client })
    }

    /// The keys at `url`. The content type of the answer is not looked at: sets are known by parsing them.
    pub(super) async fn fetch(&self, url: &KeysUrl) -> Result<KeySet, FetchError> {
        let body = tokio::time::timeout(TIMEOUT, self.body(url)).await.map_err(|_| FetchError::Timeout)??;
        KeySet::parse(&body).map_err(FetchError::KeySet)
    }

    async fn body(&self, url: &KeysUrl) -> Result<Vec<u8>, FetchError> {
        let mut answer = self.client.get(url.as_str()).send().await.map_err(FetchError::request)?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status { status: answer.status().as_u16() });
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(FetchError::request)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Makes AWS-LC the provider of the process, unless it has one.
fn install_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error says that another thread was faster, which is as good.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    }
}

/// Why no keys arrived.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A configured root certificate cannot be read.
    #[error("reading root certificate number {index}")]
    Root {
        /// Its place in the configuration, from 0.
        index: usize,
        /// None if the text holds no certificate at all.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// The client cannot be made.
    #[error("making a client")]
    Client(#[source] reqwest::Error),
    /// No answer in time.
    #[error("no answer within {} seconds", TIMEOUT.as_secs())]
    Timeout,
    /// No connection, no trust, or a broken answer.
    #[error("asking for keys")]
    Request(#[source] reqwest::Error),
    /// Another status than 200; redirects are not followed.
    #[error("asking for keys was answered with status {status}")]
    Status {
        /// The status.
        status: u16,
    },
    /// More than [`LARGEST_ANSWER`].
    #[error("the answer is larger than {LARGEST_ANSWER} bytes")]
    TooLarge,
    /// The answer is no key set that can be used.
    #[error("reading the answer as a key set")]
    KeySet(#[source] KeySetError),
}

impl FetchError {
    fn request(error: reqwest::Error) -> Self {
        Self::Request(error.without_url())
    }

    /// A stable name, for logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Root { .. } => "keys.root",
            Self::Client(_) => "keys.client",
            Self::Timeout => "keys.timeout",
            Self::Request(_) => "keys.request",
            Self::Status { .. } => "keys.status",
            Self::TooLarge => "keys.too-large",
            Self::KeySet(error) => error.code(),
        }
    }
}
