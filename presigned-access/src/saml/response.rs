//! Where a response's parts are: one root, one assertion in it, signatures at two places and nowhere else.

use super::Refusal;
use super::document::Document;
use super::element::{Element, Sequence, any, at_most_once, once};
use super::vocabulary::{
    ADVICE, ASSERTION, ATTRIBUTE_STATEMENT, AUTHN_STATEMENT, CONDITIONS, ENCRYPTED_ASSERTION, ENCRYPTED_ATTRIBUTE,
    ENCRYPTED_ID, EXTENSIONS, ISSUER, MANIFEST, OBJECT, RESPONSE, SIGNATURE, STATUS, STATUS_CODE, STATUS_DETAIL,
    STATUS_MESSAGE, SUBJECT, SUCCESS,
};

/// A response, taken apart.
pub(super) struct Parts<'t> {
    /// The root.
    pub response: Element<'t>,
    /// Its children.
    pub response_children: Sequence<'t>,
    /// The only assertion there is.
    pub assertion: Element<'t>,
    /// Its children.
    pub assertion_children: Sequence<'t>,
}

impl<'t> Parts<'t> {
    /// Finds the parts, and refuses whatever else could be taken for one of them.
    pub fn of(document: &'t Document<'_>) -> Result<Self, Refusal> {
        let response = document.root()?;
        if !response.is(RESPONSE) {
            return Err(Refusal::Root);
        }
        let assertion = sole_assertion(document, response)?;
        signatures_in_place(document, response, assertion)?;
        let response_children = response.sequence(
            RESPONSE,
            &[
                at_most_once(&[ISSUER]),
                at_most_once(&[SIGNATURE]),
                at_most_once(&[EXTENSIONS]),
                once(&[STATUS]),
                once(&[ASSERTION]),
            ],
        )?;
        let assertion_children = assertion.sequence(
            ASSERTION,
            &[
                once(&[ISSUER]),
                at_most_once(&[SIGNATURE]),
                once(&[SUBJECT]),
                once(&[CONDITIONS]),
                at_most_once(&[ADVICE]),
                any(&[AUTHN_STATEMENT, ATTRIBUTE_STATEMENT]),
            ],
        )?;
        Ok(Self { response, response_children, assertion, assertion_children })
    }

    /// The signature of the response.
    pub fn response_signature(&self) -> Option<Element<'t>> {
        self.response_children.first(SIGNATURE)
    }

    /// The signature of the assertion.
    pub fn assertion_signature(&self) -> Option<Element<'t>> {
        self.assertion_children.first(SIGNATURE)
    }
}

/// The one assertion of the whole tree, which must be a child of the response.
fn sole_assertion<'t>(document: &'t Document<'_>, response: Element<'t>) -> Result<Element<'t>, Refusal> {
    let mut assertion = None;
    for element in document.elements() {
        if element.is(ASSERTION) {
            if assertion.replace(element).is_some() {
                return Err(Refusal::AssertionRepeated);
            }
        } else if element.is(RESPONSE) && element.node() != response.node() {
            return Err(Refusal::ResponseNested);
        } else if [ENCRYPTED_ASSERTION, ENCRYPTED_ID, ENCRYPTED_ATTRIBUTE].iter().any(|name| element.is(*name)) {
            return Err(Refusal::Encrypted);
        }
    }
    let assertion = assertion.ok_or(Refusal::AssertionMissing)?;
    if assertion.parent() == Some(response.node()) { Ok(assertion) } else { Err(Refusal::AssertionPlace) }
}

/// At most one signature directly in the response and one directly in the assertion, and no objects that could carry
/// what a signature moved away.
fn signatures_in_place(document: &Document<'_>, response: Element<'_>, assertion: Element<'_>) -> Result<(), Refusal> {
    let mut holders = Vec::new();
    for element in document.elements() {
        if element.is(OBJECT) || element.is(MANIFEST) {
            return Err(Refusal::SignatureObject);
        }
        if element.is(SIGNATURE) {
            let holder = element.parent().ok_or(Refusal::SignaturePlace)?;
            if holder != response.node() && holder != assertion.node() {
                return Err(Refusal::SignaturePlace);
            }
            if holders.contains(&holder) {
                return Err(Refusal::SignatureRepeated);
            }
            holders.push(holder);
        }
    }
    Ok(())
}

/// Success, and nothing beneath it that takes it back.
pub(super) fn check_status(status: Element<'_>) -> Result<(), Refusal> {
    let children = status
        .sequence(STATUS, &[once(&[STATUS_CODE]), at_most_once(&[STATUS_MESSAGE]), at_most_once(&[STATUS_DETAIL])])?;
    let code = children.one(STATUS_CODE)?;
    if code.required(STATUS_CODE, "Value")? != SUCCESS {
        return Err(Refusal::Status);
    }
    code.empty(STATUS_CODE).map_err(|_| Refusal::StatusNested)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{ASSERTION_SIGNED, BOTH_SIGNED};
    use super::*;

    fn refusal(xml: &str) -> Option<Refusal> {
        let document = Document::read(xml).expect("a test's document should be well-formed");
        Parts::of(&document).err()
    }

    /// The assertion, as it stands in the fixture, and a copy with another id.
    fn assertion() -> (&'static str, String) {
        let start = ASSERTION_SIGNED.find("<saml:Assertion").expect("an assertion");
        let end = ASSERTION_SIGNED.find("</samlp:Response>").expect("the end of the response");
        let assertion = &ASSERTION_SIGNED[start..end];
        (assertion, assertion.replace("\"_assertion\"", "\"_evil\"").replace("alice", "mallory"))
    }

    #[test]
    fn refuses_whatever_could_be_taken_for_the_assertion_or_the_response() {
        let (good, evil) = assertion();
        let status = "<samlp:Status>";
        let put = |what: &str, before: &str| ASSERTION_SIGNED.replacen(before, &format!("{what}{before}"), 1);
        let wrapped =
            |name: &str| format!("<samlp:Extensions><x:{name} xmlns:x=\"urn:x\">{evil}</x:{name}></samlp:Extensions>");
        for (xml, refused, why) in [
            (ASSERTION_SIGNED.replace("samlp:Response", "samlp:ArtifactResponse"), Refusal::Root, "another root"),
            (ASSERTION_SIGNED.replace("SAML:2.0:protocol", "SAML:1.0:protocol"), Refusal::Root, "another protocol"),
            (ASSERTION_SIGNED.replace(good, ""), Refusal::AssertionMissing, "none"),
            (
                ASSERTION_SIGNED.replace("SAML:2.0:assertion", "SAML:1.0:assertion"),
                Refusal::AssertionMissing,
                "another version",
            ),
            (put(&evil, "</samlp:Response>"), Refusal::AssertionRepeated, "one behind"),
            (put(&evil, "<saml:Assertion"), Refusal::AssertionRepeated, "one before"),
            (put(&wrapped("y"), status), Refusal::AssertionRepeated, "one among the extensions"),
            (
                ASSERTION_SIGNED
                    .replace(good, &format!("{}</saml:Assertion>", evil.replace("</saml:Assertion>", good))),
                Refusal::AssertionRepeated,
                "one in the other",
            ),
            (
                ASSERTION_SIGNED.replace(good, &format!("<x xmlns=\"urn:x\">{good}</x>")),
                Refusal::AssertionPlace,
                "deeper",
            ),
            (
                put("<samlp:Extensions><samlp:Response/></samlp:Extensions>", status),
                Refusal::ResponseNested,
                "a response",
            ),
            (
                put("<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>", status),
                Refusal::Encrypted,
                "an encrypted one",
            ),
            (
                put("<saml:AuthzDecisionStatement/>", "<saml:AttributeStatement>"),
                Refusal::ElementUnexpected { parent: "Assertion" },
                "a decision",
            ),
            (put("text", status), Refusal::TextUnexpected { parent: "Response" }, "text"),
        ] {
            assert_eq!(refusal(&xml), Some(refused), "{why}");
        }
    }

    #[test]
    fn refuses_signatures_elsewhere_and_what_they_could_hide() {
        let signature = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
        let put = |what: &str, before: &str| BOTH_SIGNED.replacen(before, &format!("{what}{before}"), 1);
        for (xml, refused, why) in [
            (put(signature, "<saml:Audience>"), Refusal::SignaturePlace, "deeper"),
            (put(signature, "<samlp:StatusCode"), Refusal::SignaturePlace, "in the status"),
            (put(signature, "<saml:Subject>"), Refusal::SignatureRepeated, "a second one of the assertion"),
            (put(signature, "<samlp:Status>"), Refusal::SignatureRepeated, "a second one of the response"),
            (put("<ds:Object/>", "</ds:Signature>"), Refusal::SignatureObject, "an object"),
            (put("<ds:Manifest/>", "</ds:Signature>"), Refusal::SignatureObject, "a manifest"),
        ] {
            assert_eq!(refusal(&xml), Some(refused), "{why}");
        }
    }

    #[test]
    fn believes_success_and_nothing_beneath_it() {
        let status = |inside: &str| {
            let xml = format!("<p:Status xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\">{inside}</p:Status>");
            let document = Document::read(&xml).expect("well-formed");
            check_status(document.root().expect("a root"))
        };
        let success = format!("<p:StatusCode Value='{SUCCESS}'/>");
        assert_eq!(status(&success), Ok(()));
        assert_eq!(status(&format!("{success}<p:StatusMessage>done</p:StatusMessage>")), Ok(()));
        let nested = format!("<p:StatusCode Value='{SUCCESS}'><p:StatusCode Value='x'/></p:StatusCode>");
        assert_eq!(status(&nested), Err(Refusal::StatusNested));
        assert_eq!(
            status("<p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Responder'/>"),
            Err(Refusal::Status)
        );
        assert_eq!(status(&success.repeat(2)), Err(Refusal::ElementRepeated { parent: "Status" }));
        assert_eq!(status(""), Err(Refusal::ElementMissing { parent: "Status", child: "StatusCode" }));
    }
}
