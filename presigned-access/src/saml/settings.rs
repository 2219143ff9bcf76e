//! What an administrator writes about this service provider and the identity providers it trusts.

use serde::{Deserialize, Serialize};

/// This service provider, as configured. [`Trust::new`](super::Trust::new) checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceProvider {
    /// Our entity id: the audience that assertions must name.
    pub entity_id: String,
    /// The address of the assertion consumer service, exactly as providers write it: `https://.../prod/saml`.
    pub acs: String,
    /// The identity providers that may sign people in.
    pub providers: Vec<IdentityProvider>,
    /// How far clocks may differ, in seconds; at most 300.
    #[serde(default = "default_clock_skew")]
    pub clock_skew_seconds: u32,
    /// How old a response may be, in seconds; 30 to 3,600.
    #[serde(default = "default_maximum_age")]
    pub maximum_age_seconds: u32,
    /// The longest session that a login may open, in seconds; 1,800 to 43,200 (presigned-access 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_cap_seconds: Option<u32>,
}

/// One identity provider and what is pinned of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentityProvider {
    /// Its entity id: the issuer of its assertions.
    pub entity_id: String,
    /// Where `GET /login` sends people (HTTP-Redirect); without it only the provider's portal starts a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<String>,
    /// The certificates whose keys may sign, in PEM, one per string. Several during a rotation.
    pub certificates: Vec<String>,
    /// Whether the provider's portal may start a login.
    #[serde(default)]
    pub idp_initiated: IdpInitiated,
    /// What must be signed.
    #[serde(default)]
    pub signed: Signed,
    /// The attribute with the person's name in the mapping.
    #[serde(default = "default_username_attribute")]
    pub username_attribute: String,
    /// The attribute with the Studio domain.
    #[serde(default = "default_domain_attribute")]
    pub domain_attribute: String,
}

/// Whether a provider's portal may start a login that nobody here asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdpInitiated {
    /// Only answers to requests of ours.
    #[default]
    Refuse,
    /// Answers, and logins from the portal.
    Allow,
}

/// What a provider must have signed. Whatever else carries a signature must verify as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signed {
    /// The response, the assertion, or both.
    #[default]
    Either,
    /// At least the assertion.
    Assertion,
    /// At least the response.
    Response,
    /// Both.
    Both,
}

fn default_clock_skew() -> u32 {
    60
}

fn default_maximum_age() -> u32 {
    300
}

fn default_username_attribute() -> String {
    "username".to_owned()
}

fn default_domain_attribute() -> String {
    "domain-id".to_owned()
}
