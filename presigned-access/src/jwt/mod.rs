//! JSON web tokens: who a bearer token speaks for, decided without a network and without a clock.
//!
//! A token is read once, strictly, into [`Unverified`]; its issuer and key id select the configuration and the key, and
//! nothing else of it is believed before its signature verifies. Every check has a [`Refusal`] with a stable code.
//! `jsonwebtoken` verifies signatures (AWS-LC underneath) and nothing more: its own validation ignores `crit` and
//! `b64`, ignores a key's `use` and `alg`, accepts a list as `iss`, and skips `nbf`, `iss` and `aud` that are absent.

mod algorithm;
mod bearer;
mod claims;
mod header;
mod issuer;
mod json;
mod key_set;
mod kind;
mod refusal;
pub mod schedule;
mod token;
mod written;

pub use algorithm::{Algorithm, KeyType};
pub use bearer::bearer;
pub use issuer::{Issuer, IssuerError, KeySource, KeysUrl, Leeway};
pub use key_set::{KeySet, KeySetError};
pub use kind::{Kind, OktaSubject};
pub use refusal::Refusal;
pub use token::{Caller, Unverified};

use jiff::Timestamp;

/// The longest token that is looked at, in bytes.
pub const LONGEST_TOKEN: usize = 8 * 1024;

/// The longest key id, in bytes, of a token and of a key in a set.
pub const LONGEST_KEY_ID: usize = 128;

/// Verifies `token` as one of `issuer`, signed with one of `keys`, valid at `now`.
///
/// # Errors
/// The first check that fails, as a [`Refusal`].
pub fn verify(token: &str, issuer: &Issuer, keys: &KeySet, now: Timestamp) -> Result<Caller, Refusal> {
    Unverified::read(token)?.verify(issuer, keys, now)
}

/// The issuer that `token` names. Nobody vouches for it: good for choosing among configured issuers, and only that.
///
/// # Errors
/// A [`Refusal`] if the token is not even well formed.
pub fn issuer_of(token: &str) -> Result<String, Refusal> {
    Ok(Unverified::read(token)?.issuer().to_owned())
}
