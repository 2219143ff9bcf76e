//! The keys of trusted issuers, and the one question that they are there for: who is the bearer of this token?
//!
//! `jwt` decides about tokens and about when to fetch; this module does the fetching. Addresses come from the
//! configuration and never from a token.

mod cache;
mod event;
mod fetch;

use std::sync::Arc;

use jiff::Timestamp;

pub use event::{Event, Observer};
pub use fetch::{FetchError, LARGEST_ANSWER, Roots, TIMEOUT};

use crate::jwt::{Caller, Issuer, KeySource, Refusal, Unverified};
use cache::{Cache, Remote};
use fetch::Fetcher;

/// Trusted issuers with their keys.
pub struct Keys {
    issuers: Vec<(Issuer, Cache)>,
}

impl Keys {
    /// Trusts `issuers`; fetches no keys yet. Servers of keys are trusted by the system's roots and by `roots`.
    ///
    /// # Errors
    /// [`KeysError`] if there is no issuer, one stands twice, or no client can be made.
    #[expect(clippy::needless_pass_by_value, reason = "every issuer keeps the observer")]
    pub fn new(issuers: Vec<Issuer>, roots: &Roots, observer: Observer) -> Result<Self, KeysError> {
        if issuers.is_empty() {
            return Err(KeysError::NoIssuer);
        }
        // A client reads the system's roots, which takes milliseconds that a configuration of snapshots can save.
        let mut fetcher: Option<Fetcher> = None;
        let mut trusted: Vec<(Issuer, Cache)> = Vec::new();
        for issuer in issuers {
            if trusted.iter().any(|(other, _)| other.name() == issuer.name()) {
                return Err(KeysError::Twice { issuer: issuer.name().to_owned() });
            }
            let cache = match issuer.keys() {
                KeySource::Snapshot(keys) => Cache::Snapshot(Arc::new(keys.clone())),
                KeySource::Url(url) => {
                    let fetcher = match &fetcher {
                        Some(shared) => shared.clone(),
                        None => fetcher.insert(Fetcher::new(roots).map_err(KeysError::Client)?).clone(),
                    };
                    Cache::Remote(Remote::new(&issuer, url, fetcher, Arc::clone(&observer)))
                }
            };
            trusted.push((issuer, cache));
        }
        Ok(Self { issuers: trusted })
    }

    /// Who bears `token` at `now`; fetches keys if that takes some.
    ///
    /// # Errors
    /// The [`Refusal`] of the first check that fails. What went wrong with fetching goes to the observer.
    pub async fn caller(&self, token: &str, now: Timestamp) -> Result<Caller, Refusal> {
        let token = Unverified::read(token)?;
        let named = self.issuers.iter().find(|(issuer, _)| issuer.name() == token.issuer());
        let (issuer, cache) = named.ok_or(Refusal::IssuerUnknown)?;
        let keys = cache.keys(token.key_id(), now).await?;
        token.verify(issuer, &keys, now)
    }
}

/// Why issuers cannot be trusted as configured.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The configuration names none.
    #[error("no issuer of tokens is configured")]
    NoIssuer,
    /// One name, two configurations.
    #[error("the issuer `{issuer}` is configured twice")]
    Twice {
        /// The name.
        issuer: String,
    },
    /// No client for fetching.
    #[error("preparing the client that fetches keys")]
    Client(#[source] FetchError),
}
