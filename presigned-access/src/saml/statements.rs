//! What an assertion states: that somebody signed in, and the two attributes that matter.

use std::str::FromStr;

use jiff::Timestamp;

use super::Refusal;
use super::element::{Element, Sequence, at_least_once, at_most_once, once};
use super::instant::{self, Clock};
use super::trust::Provider;
use super::value;
use super::vocabulary::{
    ATTRIBUTE, ATTRIBUTE_STATEMENT, ATTRIBUTE_VALUE, AUTHN_CONTEXT, AUTHN_STATEMENT, SUBJECT_LOCALITY,
};
use crate::names::DomainId;

/// That the person signed in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authentication<'t> {
    /// When; the latest of several.
    pub instant: Timestamp,
    /// The provider's session; the first of several.
    pub session_index: Option<&'t str>,
    /// When the provider's session ends; the earliest of several.
    pub session_not_on_or_after: Option<Timestamp>,
}

/// Reads the statements of authentication, of which there must be one.
pub(super) fn authentication<'t>(assertion: &Sequence<'t>, clock: Clock) -> Result<Authentication<'t>, Refusal> {
    let mut found: Option<Authentication<'t>> = None;
    for statement in assertion.all(AUTHN_STATEMENT) {
        let read = authn_statement(statement, clock)?;
        found = Some(match found {
            None => read,
            Some(other) => Authentication {
                instant: other.instant.max(read.instant),
                session_index: other.session_index.or(read.session_index),
                session_not_on_or_after: earliest(other.session_not_on_or_after, read.session_not_on_or_after),
            },
        });
    }
    found.ok_or(Refusal::AuthnStatementMissing)
}

fn authn_statement(statement: Element<'_>, clock: Clock) -> Result<Authentication<'_>, Refusal> {
    statement.sequence(AUTHN_STATEMENT, &[at_most_once(&[SUBJECT_LOCALITY]), once(&[AUTHN_CONTEXT])])?;
    let instant = instant::required(statement, AUTHN_STATEMENT, "AuthnInstant")?;
    if !clock.has_reached(instant) {
        return Err(Refusal::AuthnInFuture);
    }
    let session_not_on_or_after = instant::optional(statement, "SessionNotOnOrAfter")?;
    // No tolerance: a session that may be over opens no other.
    if session_not_on_or_after.is_some_and(|end| end <= clock.now) {
        return Err(Refusal::SessionOver);
    }
    Ok(Authentication { instant, session_index: statement.attribute("SessionIndex"), session_not_on_or_after })
}

/// The earlier of two moments, where either may be missing.
pub(super) fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Reads the user name and the domain, each of which must stand there exactly once with one value.
pub(super) fn attributes<'t>(assertion: &Sequence<'t>, provider: &Provider) -> Result<(&'t str, DomainId), Refusal> {
    let mut username = None;
    let mut domain = None;
    for statement in assertion.all(ATTRIBUTE_STATEMENT) {
        let children = statement.sequence(ATTRIBUTE_STATEMENT, &[at_least_once(&[ATTRIBUTE])])?;
        for attribute in children.all(ATTRIBUTE) {
            let name = attribute.required(ATTRIBUTE, "Name")?;
            if name == provider.username_attribute {
                take(&mut username, attribute, Refusal::UsernameRepeated)?;
            } else if name == provider.domain_attribute {
                take(&mut domain, attribute, Refusal::DomainRepeated)?;
            }
        }
    }
    let username = username.ok_or(Refusal::UsernameMissing)?;
    let domain = domain.ok_or(Refusal::DomainMissing)?;
    if !value::is_plain(username) {
        return Err(Refusal::Username);
    }
    Ok((username, DomainId::from_str(domain).map_err(|_| Refusal::Domain)?))
}

/// Takes an attribute's only value, unless it was there already.
fn take<'t>(place: &mut Option<&'t str>, attribute: Element<'t>, repeated: Refusal) -> Result<(), Refusal> {
    let children = attribute.sequence(ATTRIBUTE, &[once(&[ATTRIBUTE_VALUE])]).map_err(|refusal| match refusal {
        Refusal::ElementRepeated { .. } => repeated,
        other => other,
    })?;
    let value = children.one(ATTRIBUTE_VALUE)?.text(ATTRIBUTE_VALUE)?;
    if place.replace(value).is_some() { Err(repeated) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::element::any;
    use super::super::samples::{at, clock, trust, with_element};
    use super::super::vocabulary::ASSERTION;
    use super::*;

    fn with_statements<R>(statements: &str, read: impl FnOnce(&Sequence<'_>) -> R) -> R {
        with_element(&format!("<Assertion>{statements}</Assertion>"), |assertion| {
            let children = assertion.sequence(ASSERTION, &[any(&[AUTHN_STATEMENT, ATTRIBUTE_STATEMENT])]);
            read(&children.expect("the statements should be known"))
        })
    }

    fn signed_in(attributes: &str) -> String {
        format!("<AuthnStatement {attributes}><AuthnContext/></AuthnStatement>")
    }

    #[test]
    fn reads_when_the_person_signed_in() {
        let one = signed_in("AuthnInstant='2026-11-24T11:00:00Z' SessionIndex='s'");
        let two = signed_in("AuthnInstant='2026-11-24T10:00:00Z' SessionNotOnOrAfter='2026-11-24T18:00:00Z'");
        with_statements(&format!("{one}{two}"), |statements| {
            let expected = Authentication {
                instant: at("2026-11-24T11:00:00Z"),
                session_index: Some("s"),
                session_not_on_or_after: Some(at("2026-11-24T18:00:00Z")),
            };
            assert_eq!(authentication(statements, clock()), Ok(expected));
        });
    }

    #[test]
    fn refuses_other_sign_ins() {
        for (statement, refusal) in [
            (String::new(), Refusal::AuthnStatementMissing),
            (signed_in(""), Refusal::AttributeMissing { element: "AuthnStatement", attribute: "AuthnInstant" }),
            (signed_in("AuthnInstant='2026-11-24T12:01:01Z'"), Refusal::AuthnInFuture),
            (
                signed_in("AuthnInstant='2026-11-24T11:00:00Z' SessionNotOnOrAfter='2026-11-24T12:00:00Z'"),
                Refusal::SessionOver,
            ),
            (
                signed_in("AuthnInstant='2026-11-24T11:00:00Z' SessionNotOnOrAfter='tomorrow'"),
                Refusal::Time { attribute: "SessionNotOnOrAfter" },
            ),
            (
                "<AuthnStatement AuthnInstant='2026-11-24T11:00:00Z'/>".to_owned(),
                Refusal::ElementMissing { parent: "AuthnStatement", child: "AuthnContext" },
            ),
        ] {
            let read = with_statements(&statement, |statements| authentication(statements, clock()).map(|_| ()));
            assert_eq!(read, Err(refusal), "{statement}");
        }
    }

    const USER: &str = "<Attribute Name='username'><AttributeValue>alice</AttributeValue></Attribute>";
    const DOMAIN: &str = "<Attribute Name='domain-id'><AttributeValue>d-abc</AttributeValue></Attribute>";

    fn read(attributes: &str) -> Result<(String, DomainId), Refusal> {
        let trust = trust();
        with_statements(&format!("<AttributeStatement>{attributes}</AttributeStatement>"), |statements| {
            super::attributes(statements, &trust.providers()[0]).map(|(name, domain)| (name.to_owned(), domain))
        })
    }

    #[test]
    fn reads_the_two_attributes_and_ignores_others() {
        let expected = Ok(("alice".to_owned(), "d-abc".parse().expect("a domain")));
        assert_eq!(read(&format!("{USER}{DOMAIN}")), expected);
        assert_eq!(read(&format!("{DOMAIN}{USER}<Attribute Name='Username'/><Attribute Name='x'/>")), expected);
        assert_eq!(read(&format!("{USER}</AttributeStatement><AttributeStatement>{DOMAIN}")), expected);
        let escaped = USER.replace("alice", "al&amp;ice &#233;");
        assert_eq!(read(&format!("{escaped}{DOMAIN}")).map(|(name, _)| name), Ok("al&ice é".to_owned()));
    }

    #[test]
    fn refuses_attributes_that_could_be_read_in_two_ways() {
        let leaf = Refusal::LeafNotText { element: "AttributeValue" };
        for (attributes, refusal, why) in [
            (DOMAIN.to_owned(), Refusal::UsernameMissing, "no user name"),
            (USER.to_owned(), Refusal::DomainMissing, "no domain"),
            (format!("{USER}{DOMAIN}{USER}"), Refusal::UsernameRepeated, "two user names"),
            (format!("{USER}{DOMAIN}{DOMAIN}"), Refusal::DomainRepeated, "two domains"),
            (
                format!("{USER}</AttributeStatement><AttributeStatement>{DOMAIN}{USER}"),
                Refusal::UsernameRepeated,
                "in two statements",
            ),
            (
                format!("{USER}{DOMAIN}").replace("alice<", "alice</AttributeValue><AttributeValue>bob<"),
                Refusal::UsernameRepeated,
                "two values",
            ),
            (
                format!("{USER}{DOMAIN}").replace("d-abc<", "d-abc</AttributeValue><AttributeValue>d-abc<"),
                Refusal::DomainRepeated,
                "the same value twice",
            ),
            (format!("{USER}{DOMAIN}").replace("alice", "<b>alice</b>"), leaf, "a value in an element"),
            (format!("{USER}{DOMAIN}").replace("alice", "al<b/>ice"), leaf, "a value around an element"),
            (format!("{USER}{DOMAIN}").replace("alice", ""), leaf, "an empty value"),
            (format!("{USER}{DOMAIN}").replace("alice", "alice "), Refusal::Username, "white space behind"),
            (format!("{USER}{DOMAIN}").replace("alice", "alice&#10;"), Refusal::Username, "a line end"),
            (format!("{USER}{DOMAIN}").replace("d-abc", "d-ABC"), Refusal::Domain, "capital letters"),
            (format!("{USER}{DOMAIN}").replace("d-abc", "d-abc "), Refusal::Domain, "white space"),
            (
                format!("{USER}{DOMAIN}<Attribute/>"),
                Refusal::AttributeMissing { element: "Attribute", attribute: "Name" },
                "no name",
            ),
            (String::new(), Refusal::ElementMissing { parent: "AttributeStatement", child: "Attribute" }, "nothing"),
        ] {
            assert_eq!(read(&attributes), Err(refusal), "{why}");
        }
    }
}
