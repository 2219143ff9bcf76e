//! What the tests of this module share: settings, certificates, and documents signed by others
//! (`tests/judges/saml_fixtures.py`).

use jiff::Timestamp;

use super::document::Document;
use super::element::Element;
use super::instant::Clock;
use super::{IdentityProvider, IdpInitiated, ServiceProvider, Signed, Trust};

pub(super) const CURRENT: &str = include_str!("fixtures/current.pem");
pub(super) const NEXT: &str = include_str!("fixtures/next.pem");
pub(super) const OVER: &str = include_str!("fixtures/over.pem");
pub(super) const SHORT: &str = include_str!("fixtures/short.pem");
pub(super) const CURVE: &str = include_str!("fixtures/curve.pem");

pub(super) const ASSERTION_SIGNED: &str = include_str!("fixtures/assertion-signed.xml");
pub(super) const RESPONSE_SIGNED: &str = include_str!("fixtures/response-signed.xml");
pub(super) const BOTH_SIGNED: &str = include_str!("fixtures/both-signed.xml");
pub(super) const SOLICITED: &str = include_str!("fixtures/solicited.xml");
pub(super) const BY_NEXT_KEY: &str = include_str!("fixtures/by-next-key.xml");
pub(super) const BY_KEY_THAT_IS_OVER: &str = include_str!("fixtures/by-key-that-is-over.xml");
pub(super) const BY_STRANGER: &str = include_str!("fixtures/by-stranger.xml");
pub(super) const SHA1: &str = include_str!("fixtures/sha1.xml");
pub(super) const INCLUSIVE: &str = include_str!("fixtures/inclusive.xml");
pub(super) const TYPED: &str = include_str!("fixtures/typed.xml");
pub(super) const UNPREFIXED: &str = include_str!("fixtures/unprefixed.xml");

pub(super) const ACS: &str = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/saml";
pub(super) const AUDIENCE: &str = "https://studio.corp.example/saml";
pub(super) const IDP: &str = "https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/MDEyMzQ1";
pub(super) const REQUEST: &str = "_0123456789012345678901234567890123456789";

/// Two seconds after the fixtures were issued.
pub(super) fn now() -> Timestamp {
    at("2026-11-24T12:00:00Z")
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("a test's time should be one")
}

pub(super) fn clock() -> Clock {
    Clock { now: now(), skew: jiff::SignedDuration::from_secs(60) }
}

pub(super) fn provider() -> IdentityProvider {
    IdentityProvider {
        entity_id: IDP.to_owned(),
        sign_in: Some("https://portal.sso.eu-west-1.amazonaws.com/saml/sso?app=1".to_owned()),
        certificates: vec![CURRENT.to_owned()],
        idp_initiated: IdpInitiated::Allow,
        signed: Signed::Either,
        username_attribute: "username".to_owned(),
        domain_attribute: "domain-id".to_owned(),
    }
}

pub(super) fn settings(provider: IdentityProvider) -> ServiceProvider {
    ServiceProvider {
        entity_id: AUDIENCE.to_owned(),
        acs: ACS.to_owned(),
        providers: vec![provider],
        clock_skew_seconds: 60,
        maximum_age_seconds: 300,
        session_cap_seconds: None,
    }
}

pub(super) fn trust() -> Trust {
    trust_in(provider())
}

pub(super) fn trust_in(provider: IdentityProvider) -> Trust {
    Trust::new(settings(provider)).expect("a test's settings should hold")
}

/// Reads an element as it would stand in an assertion.
pub(super) fn with_element<R>(xml: &str, read: impl FnOnce(Element<'_>) -> R) -> R {
    let xml = xml.replacen('>', " xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\">", 1);
    let document = Document::read(&xml).expect("a test's document should be well-formed");
    read(document.root().expect("a document should have a root"))
}
