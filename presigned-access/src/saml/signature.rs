//! Signatures: their form first, then whether a pinned key made them, then what they cover.
//!
//! The verifier below reads more than SAML allows (other transforms, keys in the document, several references). So the
//! form is checked here to the last element before it runs, and what it reports is compared with what will be read.

use bergshamra_dsig::VerifyResult;
use bergshamra_dsig::verify::verify_all_document_with_source;

use super::Refusal;
use super::document::Document;
use super::element::{Element, at_least_once, at_most_once, once};
use super::login::Coverage;
use super::response::Parts;
use super::settings::Signed;
use super::trust::Provider;
use super::vocabulary::{
    CANONICALIZATION_METHOD, DIGEST_ALGORITHMS, DIGEST_METHOD, DIGEST_VALUE, ENVELOPED, EXCLUSIVE_C14N,
    INCLUSIVE_NAMESPACES, KEY_INFO, Name, REFERENCE, SIGNATURE, SIGNATURE_ALGORITHMS, SIGNATURE_METHOD,
    SIGNATURE_VALUE, SIGNED_INFO, TRANSFORM, TRANSFORMS,
};

/// The longest list of prefixes, in bytes: each costs time for each element.
const LONGEST_PREFIX_LIST: usize = 128;

/// The longest value in base64, in bytes: a signature of 8,192 bits with line ends.
const LONGEST_VALUE: usize = 2048;

/// An algorithm's attribute.
const ALGORITHM: &str = "Algorithm";

/// Verifies every signature with the provider's keys.
///
/// # Errors
///
/// Too little is signed, a signature has another form than SAML's, does not verify, or covers something else.
pub(super) fn verify(document: &Document<'_>, parts: &Parts<'_>, provider: &Provider) -> Result<Coverage, Refusal> {
    let coverage = coverage(parts, provider.signed)?;
    let pairs = [(parts.response_signature(), parts.response), (parts.assertion_signature(), parts.assertion)];
    let mut signed = Vec::with_capacity(2);
    for (signature, holder) in pairs {
        if let Some(signature) = signature {
            check_form(signature, holder)?;
            signed.push((signature, holder));
        }
    }
    let results = verify_all_document_with_source(&provider.verifier, &document.tree, Some(document.text))
        .map_err(|_| Refusal::SignatureInvalid)?;
    if results.len() != signed.len() {
        return Err(Refusal::SignatureCoverage);
    }
    for (signature, holder) in signed {
        check_result(&results, signature, holder)?;
    }
    Ok(coverage)
}

/// What is signed, and whether that is enough.
fn coverage(parts: &Parts<'_>, wanted: Signed) -> Result<Coverage, Refusal> {
    let coverage = match (parts.response_signature(), parts.assertion_signature()) {
        (None, None) => return Err(Refusal::SignatureMissing),
        (None, Some(_)) => Coverage::Assertion,
        (Some(_), None) => Coverage::Response,
        (Some(_), Some(_)) => Coverage::Both,
    };
    match (wanted, coverage) {
        (Signed::Assertion | Signed::Both, Coverage::Response) => Err(Refusal::SignatureOfAssertionMissing),
        (Signed::Response | Signed::Both, Coverage::Assertion) => Err(Refusal::SignatureOfResponseMissing),
        _ => Ok(coverage),
    }
}

/// The form of SAML's signatures (SAML 2.0 core 5.4), and nothing besides.
fn check_form(signature: Element<'_>, holder: Element<'_>) -> Result<(), Refusal> {
    let children =
        signature.sequence(SIGNATURE, &[once(&[SIGNED_INFO]), once(&[SIGNATURE_VALUE]), at_most_once(&[KEY_INFO])])?;
    check_value(children.one(SIGNATURE_VALUE)?, SIGNATURE_VALUE)?;

    let signed_info = children
        .one(SIGNED_INFO)?
        .sequence(SIGNED_INFO, &[once(&[CANONICALIZATION_METHOD]), once(&[SIGNATURE_METHOD]), once(&[REFERENCE])])?;
    let canonicalization = signed_info.one(CANONICALIZATION_METHOD)?;
    check_exclusive(canonicalization, CANONICALIZATION_METHOD, Refusal::Canonicalization)?;
    let method = signed_info.one(SIGNATURE_METHOD)?;
    if !SIGNATURE_ALGORITHMS.contains(&method.required(SIGNATURE_METHOD, ALGORITHM)?) {
        return Err(Refusal::SignatureAlgorithm);
    }
    method.empty(SIGNATURE_METHOD)?;
    check_reference(signed_info.one(REFERENCE)?, holder)
}

/// One reference, to the element that holds the signature.
fn check_reference(reference: Element<'_>, holder: Element<'_>) -> Result<(), Refusal> {
    let target = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
    if target.is_none() || target != holder.attribute("ID") {
        return Err(Refusal::ReferenceTarget);
    }
    let children =
        reference.sequence(REFERENCE, &[once(&[TRANSFORMS]), once(&[DIGEST_METHOD]), once(&[DIGEST_VALUE])])?;
    let method = children.one(DIGEST_METHOD)?;
    if !DIGEST_ALGORITHMS.contains(&method.required(DIGEST_METHOD, ALGORITHM)?) {
        return Err(Refusal::DigestAlgorithm);
    }
    method.empty(DIGEST_METHOD)?;
    check_value(children.one(DIGEST_VALUE)?, DIGEST_VALUE)?;
    check_transforms(children.one(TRANSFORMS)?)
}

/// Exactly: leave the signature out, then the exclusive canonical form.
fn check_transforms(transforms: Element<'_>) -> Result<(), Refusal> {
    let children = transforms.sequence(TRANSFORMS, &[at_least_once(&[TRANSFORM])])?;
    let mut transforms = children.all(TRANSFORM);
    let (Some(first), Some(second), None) = (transforms.next(), transforms.next(), transforms.next()) else {
        return Err(Refusal::Transforms);
    };
    if first.required(TRANSFORM, ALGORITHM)? != ENVELOPED {
        return Err(Refusal::Transforms);
    }
    first.empty(TRANSFORM)?;
    check_exclusive(second, TRANSFORM, Refusal::Transforms)
}

/// Exclusive C14N without comments, at most with a short list of prefixes.
fn check_exclusive(element: Element<'_>, name: Name, otherwise: Refusal) -> Result<(), Refusal> {
    if element.required(name, ALGORITHM)? != EXCLUSIVE_C14N {
        return Err(otherwise);
    }
    let children = element.sequence(name, &[at_most_once(&[INCLUSIVE_NAMESPACES])])?;
    let Some(parameters) = children.first(INCLUSIVE_NAMESPACES) else {
        return Ok(());
    };
    if parameters.required(INCLUSIVE_NAMESPACES, "PrefixList")?.len() > LONGEST_PREFIX_LIST {
        return Err(Refusal::PrefixList);
    }
    parameters.empty(INCLUSIVE_NAMESPACES)
}

/// Base64 with line ends at most.
fn check_value(element: Element<'_>, name: Name) -> Result<(), Refusal> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/= \t\r\n".contains(&byte);
    let text = element.text(name)?;
    if text.len() <= LONGEST_VALUE && text.bytes().all(plain) { Ok(()) } else { Err(Refusal::SignatureEncoding) }
}

/// The result for this signature: valid, and about exactly the element that will be read.
fn check_result(results: &[VerifyResult], signature: Element<'_>, holder: Element<'_>) -> Result<(), Refusal> {
    let mut about = results.iter().filter_map(|result| match result {
        VerifyResult::Valid { signature_node, references, .. } if *signature_node == signature.node() => {
            Some(references)
        }
        _ => None,
    });
    // A failed one does not say which it was; any missing one is a refusal.
    let references = about.next().ok_or(Refusal::SignatureInvalid)?;
    match references.as_slice() {
        [reference] if reference.digest_verified && reference.resolved_node == Some(holder.node()) => Ok(()),
        _ => Err(Refusal::SignatureCoverage),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{
        ASSERTION_SIGNED, BOTH_SIGNED, BY_NEXT_KEY, BY_STRANGER, CURRENT, INCLUSIVE, NEXT, RESPONSE_SIGNED, SHA1,
        SOLICITED, TYPED, UNPREFIXED, provider, trust_in,
    };
    use super::*;

    fn verified(xml: &str, change: impl FnOnce(&mut super::super::IdentityProvider)) -> Result<Coverage, Refusal> {
        let mut provider = provider();
        change(&mut provider);
        let trust = trust_in(provider);
        let document = Document::read(xml).expect("a test's document should be well-formed");
        let parts = Parts::of(&document).expect("a test's response should have its parts");
        verify(&document, &parts, &trust.providers()[0])
    }

    fn refusal(xml: &str) -> Option<Refusal> {
        verified(xml, |_| {}).err()
    }

    #[test]
    fn verifies_what_other_signers_sign() {
        for (xml, coverage) in [
            (ASSERTION_SIGNED, Coverage::Assertion),
            (RESPONSE_SIGNED, Coverage::Response),
            (BOTH_SIGNED, Coverage::Both),
            (SOLICITED, Coverage::Assertion),
            (TYPED, Coverage::Assertion),
            (UNPREFIXED, Coverage::Assertion),
        ] {
            assert_eq!(verified(xml, |_| {}), Ok(coverage));
        }
    }

    #[test]
    fn verifies_with_every_pinned_key_and_no_other() {
        let both = |provider: &mut super::super::IdentityProvider| {
            provider.certificates = vec![CURRENT.to_owned(), NEXT.to_owned()];
        };
        assert_eq!(verified(ASSERTION_SIGNED, both), Ok(Coverage::Assertion));
        assert_eq!(verified(BY_NEXT_KEY, both), Ok(Coverage::Assertion));
        assert_eq!(refusal(BY_NEXT_KEY), Some(Refusal::SignatureInvalid));
        assert_eq!(refusal(BY_STRANGER), Some(Refusal::SignatureInvalid), "its certificate stands in the document");
    }

    #[test]
    fn wants_signed_what_configuration_wants_signed() {
        let wanting = |xml, signed| verified(xml, |provider| provider.signed = signed);
        assert_eq!(wanting(ASSERTION_SIGNED, Signed::Assertion), Ok(Coverage::Assertion));
        assert_eq!(wanting(RESPONSE_SIGNED, Signed::Response), Ok(Coverage::Response));
        assert_eq!(wanting(BOTH_SIGNED, Signed::Both), Ok(Coverage::Both));
        for signed in [Signed::Response, Signed::Both] {
            assert_eq!(wanting(ASSERTION_SIGNED, signed), Err(Refusal::SignatureOfResponseMissing));
        }
        for signed in [Signed::Assertion, Signed::Both] {
            assert_eq!(wanting(RESPONSE_SIGNED, signed), Err(Refusal::SignatureOfAssertionMissing));
        }
        let start = ASSERTION_SIGNED.find("<ds:Signature").expect("a signature");
        let end = ASSERTION_SIGNED.find("</ds:Signature>").expect("its end") + "</ds:Signature>".len();
        let unsigned = format!("{}{}", &ASSERTION_SIGNED[..start], &ASSERTION_SIGNED[end..]);
        assert_eq!(refusal(&unsigned), Some(Refusal::SignatureMissing));
    }

    #[test]
    fn refuses_other_algorithms_even_if_they_verify() {
        assert_eq!(refusal(SHA1), Some(Refusal::SignatureAlgorithm));
        assert_eq!(refusal(INCLUSIVE), Some(Refusal::Canonicalization));
    }

    #[test]
    fn refuses_changed_documents() {
        for (from, to) in [
            ("90676e2a1b-alice", "90676e2a1b-mallory"),
            ("d-abcdef123456", "d-abcdef123457"),
            ("2026-11-24T12:04:58.123Z", "2027-11-24T12:04:58.123Z"),
            ("<saml:Subject>", "<saml:Subject >x"),
            ("SessionIndex=", "Added=\"1\" SessionIndex="),
        ] {
            assert_eq!(refusal(&ASSERTION_SIGNED.replace(from, to)), Some(Refusal::SignatureInvalid), "{from}");
            assert_eq!(refusal(&RESPONSE_SIGNED.replace(from, to)), Some(Refusal::SignatureInvalid), "{from}");
        }
        let outside = BOTH_SIGNED.replacen("ID=\"_response\"", "Consent=\"x\" ID=\"_response\"", 1);
        assert_eq!(refusal(&outside), Some(Refusal::SignatureInvalid), "only one of two signatures verifies");
    }

    #[test]
    fn refuses_other_forms_of_signatures() {
        let transform = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>";
        let long = format!("<c:InclusiveNamespaces xmlns:c=\"{EXCLUSIVE_C14N}\" PrefixList=\"{}\"/>", "a ".repeat(65));
        let with_list =
            format!("<ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE_C14N}\">{long}</ds:CanonicalizationMethod>");
        let plain = format!("<ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE_C14N}\"/>");
        for (from, to, refused) in [
            ("URI=\"#_assertion\"", "URI=\"\"", Refusal::ReferenceTarget),
            ("URI=\"#_assertion\"", "URI=\"#_response\"", Refusal::ReferenceTarget),
            ("URI=\"#_assertion\"", "URI=\"#xpointer(id('_assertion'))\"", Refusal::ReferenceTarget),
            ("URI=\"#_assertion\"", "URI=\"file:///etc/passwd\"", Refusal::ReferenceTarget),
            ("URI=\"#_assertion\"", "Id=\"x\"", Refusal::ReferenceTarget),
            (transform, "", Refusal::Transforms),
            (transform, &transform.repeat(2), Refusal::Transforms),
            (&plain, &with_list, Refusal::PrefixList),
            ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256", Refusal::SignatureAlgorithm),
            ("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256", Refusal::SignatureAlgorithm),
            ("xmlenc#sha256", "xmldsig-more#md5", Refusal::DigestAlgorithm),
            ("<ds:SignatureValue>", "<ds:SignatureValue>-", Refusal::SignatureEncoding),
            ("<ds:DigestValue>", "<ds:DigestValue>_", Refusal::SignatureEncoding),
        ] {
            assert!(SOLICITED.contains(from), "{from} should stand in the fixture");
            assert_eq!(refusal(&SOLICITED.replace(from, to)), Some(refused), "{to}");
        }
    }

    #[test]
    fn refuses_second_references_and_other_children() {
        let start = SOLICITED.find("<ds:Reference").expect("a reference");
        let end = SOLICITED.find("</ds:Reference>").expect("its end") + "</ds:Reference>".len();
        let reference = &SOLICITED[start..end];
        let twice = SOLICITED.replace(reference, &reference.repeat(2));
        assert_eq!(refusal(&twice), Some(Refusal::ElementRepeated { parent: "SignedInfo" }));
        let foreign = SOLICITED.replace("</ds:SignedInfo>", "<x xmlns=\"urn:x\"/></ds:SignedInfo>");
        assert_eq!(refusal(&foreign), Some(Refusal::ElementUnexpected { parent: "SignedInfo" }));
    }
}
