//! Who may enter which domain as which profile.
//!
//! A person is known by an issuer and a subject, compared exactly. What an identity provider says about the person
//! beyond that opens nothing.

mod decision;
pub mod item;
mod session;
mod stationary;

use serde::{Deserialize, Serialize};

pub use decision::{Refusal, decide, direct};
pub use session::{SessionLength, SessionLengthError};
pub use stationary::{Row, StaticMapping, StaticMappingError};

use crate::landing::Landing;
use crate::names::{DomainId, ProfileName};

/// A person, as an identity provider names them. Compared exactly, without any normalisation: no trimming, no case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The identity provider: the entity id of SAML, the `iss` of a token.
    pub issuer: String,
    /// The person's id there: the `username` attribute of SAML, the `sub` (or Entra's `oid`) of a token.
    pub subject: String,
}

/// What a person may enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The domain.
    pub domain: DomainId,
    /// The profile in it.
    pub profile: ProfileName,
    /// Where the session begins.
    pub landing: Landing,
    /// How long it may last.
    pub session: SessionLength,
    /// Whether the person may come in at present.
    pub enabled: bool,
}
