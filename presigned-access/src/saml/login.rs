//! What a verified response says.

use jiff::Timestamp;

use crate::names::DomainId;

/// A person whom a trusted identity provider signed in. Only [`verify`](super::verify) makes one, and every field was
/// covered by a signature that verified.
///
/// It is not proof against replay: the caller still has to claim (`issuer`, `assertion_id`) until `expires`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Login {
    /// The entity id of the provider.
    pub issuer: String,
    /// The assertion's id, unique for its issuer.
    pub assertion_id: String,
    /// From when on the assertion is refused in any case, with a margin: how long its id has to be remembered.
    pub expires: Timestamp,
    /// The person's name in the mapping.
    pub username: String,
    /// The Studio domain the provider sends the person to. Whether that is allowed is up to the mapping.
    pub domain: DomainId,
    /// The subject.
    pub name_id: String,
    /// The provider's session, if it has a name.
    pub session_index: Option<String>,
    /// When the person signed in at the provider.
    pub authenticated: Timestamp,
    /// When the Studio session must be over: the provider's own limit or the configured cap, whichever is earlier.
    pub session_ends: Option<Timestamp>,
    /// Who started the login.
    pub initiation: Initiation,
    /// What was signed.
    pub coverage: Coverage,
}

/// Who started a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiation {
    /// The provider's portal.
    IdentityProvider,
    /// A request of ours.
    ServiceProvider,
}

/// Which signatures a response carried. All of them verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// The assertion.
    Assertion,
    /// The response, and the assertion with it.
    Response,
    /// Each its own.
    Both,
}
