//! What happens to the keys of an issuer, for logs and metrics.

use std::sync::Arc;

use jiff::SignedDuration;

use super::FetchError;

/// Something worth counting.
#[derive(Debug)]
pub enum Event<'a> {
    /// A set of keys arrived and replaced the one before.
    Fetched {
        /// Whose.
        issuer: &'a str,
        /// How many keys verify.
        keys: usize,
    },
    /// Nothing usable arrived.
    Failed {
        /// Whose.
        issuer: &'a str,
        /// Why.
        error: &'a FetchError,
    },
    /// A token is judged with keys that should have been replaced.
    Stale {
        /// Whose.
        issuer: &'a str,
        /// Since they were fetched.
        age: SignedDuration,
    },
}

/// Is told of events as they happen, possibly by several tasks at once.
pub type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;
