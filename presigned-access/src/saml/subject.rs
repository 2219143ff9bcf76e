//! Who an assertion is about, and whether whoever brought it may (SAML 2.0 profiles 4.1.4.2).

use jiff::Timestamp;

use super::Refusal;
use super::element::{Element, any, at_most_once, once};
use super::instant::{self, Clock};
use super::value;
use super::vocabulary::{BEARER, NAME_ID, SUBJECT, SUBJECT_CONFIRMATION, SUBJECT_CONFIRMATION_DATA};

/// A confirmed subject.
#[derive(Debug)]
pub(super) struct Subject<'t> {
    /// Its name.
    pub name_id: &'t str,
    /// The request that the confirmation answers, if any.
    pub in_response_to: Option<&'t str>,
    /// The end of the confirmation.
    pub not_on_or_after: Timestamp,
}

/// Reads the subject, which must be confirmed by bearer for this address, now.
///
/// Confirmations by other methods are ignored: they cannot be checked here. Of several by bearer every one must be
/// acceptable and answer the same request, so that it does not matter which one counts.
pub(super) fn read<'t>(subject: Element<'t>, acs: &str, clock: Clock) -> Result<Subject<'t>, Refusal> {
    let children = subject.sequence(SUBJECT, &[once(&[NAME_ID]), any(&[SUBJECT_CONFIRMATION])])?;
    let name_id = children.one(NAME_ID)?.text(NAME_ID)?;
    if !value::is_plain(name_id) {
        return Err(Refusal::NameId);
    }
    let mut confirmed: Option<Subject<'t>> = None;
    for confirmation in children.all(SUBJECT_CONFIRMATION) {
        if confirmation.required(SUBJECT_CONFIRMATION, "Method")? != BEARER {
            continue;
        }
        let (in_response_to, not_on_or_after) = confirm(confirmation, acs, clock)?;
        if confirmed.as_ref().is_some_and(|other| other.in_response_to != in_response_to) {
            return Err(Refusal::InResponseToMismatch);
        }
        let not_on_or_after = confirmed.map_or(not_on_or_after, |other| other.not_on_or_after.max(not_on_or_after));
        confirmed = Some(Subject { name_id, in_response_to, not_on_or_after });
    }
    confirmed.ok_or(Refusal::ConfirmationMissing)
}

/// One confirmation by bearer: the request it answers, and its end.
fn confirm<'t>(confirmation: Element<'t>, acs: &str, clock: Clock) -> Result<(Option<&'t str>, Timestamp), Refusal> {
    let children = confirmation.sequence(SUBJECT_CONFIRMATION, &[at_most_once(&[SUBJECT_CONFIRMATION_DATA])])?;
    let data = children.one(SUBJECT_CONFIRMATION_DATA)?;
    data.empty(SUBJECT_CONFIRMATION_DATA)?;
    if data.required(SUBJECT_CONFIRMATION_DATA, "Recipient")? != acs {
        return Err(Refusal::Recipient);
    }
    if data.attribute("NotBefore").is_some() {
        return Err(Refusal::ConfirmationNotBefore);
    }
    let end = instant::required(data, SUBJECT_CONFIRMATION_DATA, "NotOnOrAfter")?;
    if clock.is_over(end) {
        return Err(Refusal::ConfirmationExpired);
    }
    Ok((data.attribute("InResponseTo"), end))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{ACS, at, clock, with_element};
    use super::*;

    /// A subject of which each test changes something.
    fn subject(from: &str, to: &str) -> String {
        let good = "<Subject><NameID>alice</NameID><SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'>\
             <SubjectConfirmationData NotOnOrAfter='2026-11-24T12:05:00Z' Recipient='ACS'/></SubjectConfirmation></Subject>";
        assert!(good.contains(from), "{from} should stand in the subject");
        good.replace(from, to).replace("ACS", ACS)
    }

    fn refusal(xml: &str) -> Option<Refusal> {
        with_element(xml, |element| read(element, ACS, clock()).map(|_| ()).err())
    }

    const CONFIRMATION_END: &str = "</SubjectConfirmation>";

    #[test]
    fn reads_a_subject_that_is_confirmed_by_bearer() {
        with_element(&subject("ACS'", "ACS' InResponseTo='_1'"), |element| {
            let subject = read(element, ACS, clock()).expect("the subject should be confirmed");
            assert_eq!((subject.name_id, subject.in_response_to), ("alice", Some("_1")));
            assert_eq!(subject.not_on_or_after, at("2026-11-24T12:05:00Z"));
        });
        let by_holder =
            "</SubjectConfirmation><SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:holder-of-key'/>";
        assert_eq!(refusal(&subject(CONFIRMATION_END, by_holder)), None, "other methods do not count");
    }

    #[test]
    fn refuses_other_subjects() {
        let second = |attributes: &str| {
            format!(
                "</SubjectConfirmation><SubjectConfirmation Method='{BEARER}'>\
                 <SubjectConfirmationData {attributes}/></SubjectConfirmation>"
            )
        };
        let good = "NotOnOrAfter='2026-11-24T12:05:00Z' Recipient='ACS'";
        for (from, to, refused, why) in [
            ("<NameID>alice</NameID>", "", Refusal::ElementMissing { parent: "Subject", child: "NameID" }, "no name"),
            ("</NameID>", "</NameID><NameID>bob</NameID>", Refusal::ElementRepeated { parent: "Subject" }, "two names"),
            ("alice", "al<b/>ice", Refusal::LeafNotText { element: "NameID" }, "a name with an element"),
            ("alice", "", Refusal::LeafNotText { element: "NameID" }, "an empty name"),
            ("alice", " alice", Refusal::NameId, "white space"),
            (":bearer", ":sender-vouches", Refusal::ConfirmationMissing, "no bearer"),
            ("ACS", "ACS/", Refusal::Recipient, "another recipient"),
            ("ACS'", "ACS' NotBefore='2026-11-24T11:00:00Z'", Refusal::ConfirmationNotBefore, "a beginning"),
            ("12:05:00Z", "11:59:00Z", Refusal::ConfirmationExpired, "the end"),
            (
                "NotOnOrAfter",
                "notOnOrAfter",
                Refusal::AttributeMissing { element: "SubjectConfirmationData", attribute: "NotOnOrAfter" },
                "no end",
            ),
            (
                "Recipient",
                "recipient",
                Refusal::AttributeMissing { element: "SubjectConfirmationData", attribute: "Recipient" },
                "no recipient",
            ),
            (
                "<SubjectConfirmationData",
                "<NameID>bob</NameID><SubjectConfirmationData",
                Refusal::ElementUnexpected { parent: "SubjectConfirmation" },
                "another name in the confirmation",
            ),
            (
                CONFIRMATION_END,
                &second(good.replace("ACS", "https://x").as_str()),
                Refusal::Recipient,
                "two recipients",
            ),
            (
                CONFIRMATION_END,
                &second(&format!("{good} InResponseTo='_1'")),
                Refusal::InResponseToMismatch,
                "two requests",
            ),
        ] {
            assert_eq!(refusal(&subject(from, to)), Some(refused), "{why}");
        }
    }
}
