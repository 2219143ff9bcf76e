//! From a document to a login: every check, in an order that a stranger reads aloud.

use jiff::{SignedDuration, Timestamp};

use super::document::Document;
use super::element::Element;
use super::instant::Clock;
use super::login::{Coverage, Initiation, Login};
use super::request::RequestId;
use super::response::{self, Parts};
use super::settings::IdpInitiated;
use super::trust::{Provider, Trust};
use super::vocabulary::{ASSERTION, CONDITIONS, ENTITY, ISSUER, Name, RESPONSE, STATUS, SUBJECT};
use super::{Refusal, conditions, signature, statements, subject};

/// How much longer than necessary an assertion's id is remembered, so that clocks need not agree.
const REPLAY_MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// Verifies a response and reads who signed in.
///
/// `pending` is the request that this browser made, from its [cookie](super::cookie). A response that answers a request
/// must answer this one; a response that answers none is a login from the provider's portal.
///
/// # Errors
///
/// The first check of presigned-access 3 that fails.
pub fn verify(trust: &Trust, xml: &str, pending: Option<&RequestId>, now: Timestamp) -> Result<Login, Refusal> {
    let document = Document::read(xml)?;
    let parts = Parts::of(&document)?;
    check_version(parts.response, RESPONSE)?;
    check_version(parts.assertion, ASSERTION)?;
    let provider = issuer(trust, &parts)?;
    let coverage = signature::verify(&document, &parts, provider)?;

    // From here on everything in the assertion is what the provider signed.
    let clock = Clock { now, skew: trust.clock_skew };
    check_destination(trust, &parts, coverage)?;
    response::check_status(parts.response_children.one(STATUS)?)?;
    clock.check_issued(parts.response, RESPONSE, trust.maximum_age)?;
    let issued = clock.check_issued(parts.assertion, ASSERTION, trust.maximum_age)?;

    let subject = subject::read(parts.assertion_children.one(SUBJECT)?, trust.acs(), clock)?;
    let initiation = initiation(&parts, subject.in_response_to, pending, provider)?;
    let valid_until = conditions::check(parts.assertion_children.one(CONDITIONS)?, trust.entity_id(), clock)?;
    let authentication = statements::authentication(&parts.assertion_children, clock)?;
    let (username, domain) = statements::attributes(&parts.assertion_children, provider)?;

    let last = valid_until.min(subject.not_on_or_after).min(after(issued, trust.maximum_age));
    let cap = trust.session_cap.map(|cap| after(now, cap));
    Ok(Login {
        issuer: provider.entity_id().to_owned(),
        assertion_id: parts.assertion.required(ASSERTION, "ID")?.to_owned(),
        expires: after(last, trust.clock_skew + REPLAY_MARGIN),
        username: username.to_owned(),
        domain,
        name_id: subject.name_id.to_owned(),
        session_index: authentication.session_index.map(str::to_owned),
        authenticated: authentication.instant,
        session_ends: statements::earliest(authentication.session_not_on_or_after, cap),
        initiation,
        coverage,
    })
}

fn check_version(element: Element<'_>, name: Name) -> Result<(), Refusal> {
    element.required(name, "ID")?;
    if element.required(name, "Version")? == "2.0" { Ok(()) } else { Err(Refusal::Version { element: name.local }) }
}

/// The provider that the assertion claims to be from. Its keys, and no others, will tell whether that is true.
fn issuer<'a>(trust: &'a Trust, parts: &Parts<'_>) -> Result<&'a Provider, Refusal> {
    let named = issuer_name(parts.assertion_children.one(ISSUER)?)?;
    if let Some(outer) = parts.response_children.first(ISSUER)
        && issuer_name(outer)? != named
    {
        return Err(Refusal::IssuerMismatch);
    }
    trust.provider(named).ok_or(Refusal::IssuerUnknown)
}

fn issuer_name(issuer: Element<'_>) -> Result<&str, Refusal> {
    if issuer.attribute("Format").is_some_and(|format| format != ENTITY) {
        return Err(Refusal::IssuerFormat);
    }
    issuer.text(ISSUER)
}

/// Our address, if it is there; a signed response must have it (SAML 2.0 bindings 3.5.5.2).
fn check_destination(trust: &Trust, parts: &Parts<'_>, coverage: Coverage) -> Result<(), Refusal> {
    match parts.response.attribute("Destination") {
        Some(destination) if destination == trust.acs() => Ok(()),
        Some(_) => Err(Refusal::Destination),
        None if coverage == Coverage::Assertion => Ok(()),
        None => Err(Refusal::DestinationMissing),
    }
}

/// Who started the login. Response and subject must agree, and an answer must be to the request of this browser.
fn initiation(
    parts: &Parts<'_>,
    in_response_to: Option<&str>,
    pending: Option<&RequestId>,
    provider: &Provider,
) -> Result<Initiation, Refusal> {
    if parts.response.attribute("InResponseTo") != in_response_to {
        return Err(Refusal::InResponseToMismatch);
    }
    match in_response_to {
        Some(answered) if pending.is_some_and(|pending| pending.as_str() == answered) => {
            Ok(Initiation::ServiceProvider)
        }
        Some(_) => Err(Refusal::InResponseTo),
        None if provider.idp_initiated == IdpInitiated::Allow => Ok(Initiation::IdentityProvider),
        None => Err(Refusal::IdpInitiated),
    }
}

/// A later moment, or the end of time.
fn after(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::samples::{
        ASSERTION_SIGNED, BOTH_SIGNED, IDP, REQUEST, RESPONSE_SIGNED, SOLICITED, TYPED, UNPREFIXED, at, now, provider,
        settings, trust, trust_in,
    };
    use super::*;

    fn request() -> RequestId {
        REQUEST.parse().expect("an id")
    }

    #[test]
    fn reads_who_signed_in() {
        let login = verify(&trust(), ASSERTION_SIGNED, None, now()).expect("the response should be believed");
        let expected = Login {
            issuer: IDP.to_owned(),
            assertion_id: "_assertion".to_owned(),
            // The assertion's own end, clocks that differ by a minute, and the margin.
            expires: at("2026-11-24T12:10:58.123Z"),
            username: "90676e2a1b-alice".to_owned(),
            domain: "d-abcdef123456".parse().expect("a domain"),
            name_id: "alice@corp.example".to_owned(),
            session_index: Some("_session".to_owned()),
            authenticated: at("2026-11-24T11:30:00Z"),
            session_ends: Some(at("2026-11-24T19:30:00Z")),
            initiation: Initiation::IdentityProvider,
            coverage: Coverage::Assertion,
        };
        assert_eq!(login, expected);
        for (xml, coverage) in [
            (RESPONSE_SIGNED, Coverage::Response),
            (BOTH_SIGNED, Coverage::Both),
            (TYPED, Coverage::Assertion),
            (UNPREFIXED, Coverage::Assertion),
        ] {
            assert_eq!(verify(&trust(), xml, None, now()), Ok(Login { coverage, ..expected.clone() }));
        }
    }

    #[test]
    fn caps_the_session() {
        let mut settings = settings(provider());
        settings.session_cap_seconds = Some(3600);
        let trust = Trust::new(settings).expect("the settings should hold");
        let login = verify(&trust, ASSERTION_SIGNED, None, now()).expect("the response should be believed");
        assert_eq!(login.session_ends, Some(at("2026-11-24T13:00:00Z")));
    }

    #[test]
    fn believes_an_answer_only_in_the_browser_that_asked() {
        let login = verify(&trust(), SOLICITED, Some(&request()), now()).expect("the answer should be believed");
        assert_eq!(login.initiation, Initiation::ServiceProvider);
        assert_eq!(verify(&trust(), SOLICITED, None, now()), Err(Refusal::InResponseTo));
        let other = RequestId::from_random([0; 20]);
        assert_eq!(verify(&trust(), SOLICITED, Some(&other), now()), Err(Refusal::InResponseTo));
        let half = SOLICITED.replacen(&format!(" InResponseTo=\"{REQUEST}\" Issue"), " Issue", 1);
        assert_eq!(verify(&trust(), &half, Some(&request()), now()), Err(Refusal::InResponseToMismatch));
    }

    #[test]
    fn believes_a_portal_only_if_it_may_start_logins() {
        let mut provider = provider();
        provider.idp_initiated = IdpInitiated::Refuse;
        let trust = trust_in(provider);
        assert_eq!(verify(&trust, ASSERTION_SIGNED, None, now()), Err(Refusal::IdpInitiated));
        assert_eq!(verify(&trust, ASSERTION_SIGNED, Some(&request()), now()), Err(Refusal::IdpInitiated));
        assert!(verify(&trust, SOLICITED, Some(&request()), now()).is_ok());
    }

    #[test]
    fn believes_a_response_only_for_its_time() {
        for (time, refusal) in [
            ("2026-11-24T11:58:00Z", Some(Refusal::IssuedInFuture { element: "Response" })),
            ("2026-11-24T11:58:58.123Z", None),
            ("2026-11-24T12:05:58.122Z", None),
            ("2026-11-24T12:05:58.123Z", Some(Refusal::IssuedTooLongAgo { element: "Response" })),
        ] {
            assert_eq!(verify(&trust(), ASSERTION_SIGNED, None, at(time)).err(), refusal, "{time}");
        }
        let mut settings = settings(provider());
        settings.maximum_age_seconds = 3600;
        let trust = Trust::new(settings).expect("the settings should hold");
        let late = at("2026-11-24T12:05:58.123Z");
        assert_eq!(verify(&trust, ASSERTION_SIGNED, None, late), Err(Refusal::ConfirmationExpired));
    }

    #[test]
    fn checks_what_stands_around_a_signed_assertion() {
        for (from, to, refused) in [
            ("ID=\"_response\" ", "", Refusal::AttributeMissing { element: "Response", attribute: "ID" }),
            ("Version=\"2.0\"><saml:Issuer", "Version=\"2.1\"><saml:Issuer", Refusal::Version { element: "Response" }),
            ("/prod/saml\" ID", "/prod/saml/\" ID", Refusal::Destination),
            ("status:Success", "status:Requester", Refusal::Status),
            (&format!(">{IDP}</saml:Issuer><samlp"), ">https://x</saml:Issuer><samlp", Refusal::IssuerMismatch),
            ("<saml:Issuer ", "<saml:Issuer Format=\"urn:x\" ", Refusal::IssuerFormat),
        ] {
            let changed = ASSERTION_SIGNED.replacen(from, to, 1);
            assert_ne!(changed, ASSERTION_SIGNED, "{from} should stand in the fixture");
            assert_eq!(verify(&trust(), &changed, None, now()), Err(refused), "{to}");
        }
        let without = ASSERTION_SIGNED.replacen("Destination=", "Consent=", 1);
        assert!(verify(&trust(), &without, None, now()).is_ok(), "only a signed response must say where it goes");
        let mut other = provider();
        other.entity_id = "https://other.example".to_owned();
        assert_eq!(verify(&trust_in(other), ASSERTION_SIGNED, None, now()), Err(Refusal::IssuerUnknown));
    }

    /// Numbered pieces of a document.
    fn pieces(count: usize, piece: impl Fn(usize) -> String) -> String {
        (0..count).map(piece).collect::<Vec<_>>().concat()
    }

    /// Documents that would take minutes if any step were quadratic; every one is answered in far less than a second.
    /// What nobody signed and nobody reads is ignored.
    #[test]
    fn answers_the_worst_documents_quickly() {
        const SIZE: usize = 190 * 1024;
        let extended = |document: &str, what: &str| {
            let extensions = format!("<samlp:Extensions>{what}</samlp:Extensions><samlp:Status>");
            document.replacen("<samlp:Status>", &extensions, 1)
        };
        let unsigned = |what: &str| extended(ASSERTION_SIGNED, what);
        // As many declarations as are allowed at every level, around as many elements as are allowed.
        let declarations = |level: usize| pieces(22, |number| format!(" xmlns:p{number}='urn:{level}:{number}'"));
        let nested = (0..20).fold("<p1:b/>".repeat(7800), |inner, level| {
            format!("<p{level}:a{}>{inner}</p{level}:a>", declarations(level))
        });
        let list = pieces(22, |number| format!("p{number} "));
        let with_list = |document: &str| {
            let plain = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
            let parameters = format!(
                "<InclusiveNamespaces xmlns=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{list}\"/>"
            );
            assert!(document.contains(plain), "the fixture should have the transform");
            document.replacen(plain, &plain.replace("/>", &format!(">{parameters}</ds:Transform>")), 1)
        };
        let names = format!("<ds:KeyInfo>{}", "<ds:KeyName>a</ds:KeyName>".repeat(3000));
        for (xml, expected, why) in [
            (
                unsigned(&format!("<a{}/>", pieces(SIZE / 12, |number| format!(" a{number}=''")))),
                Err(Refusal::TooManyAttributes),
                "attributes",
            ),
            (unsigned(&"<a/>".repeat(SIZE / 4)), Err(Refusal::TooManyTags), "elements"),
            (unsigned(&"<a/>".repeat(8000)), Ok(()), "as many elements as are allowed"),
            (unsigned(&"<a>".repeat(SIZE / 3)), Err(Refusal::TooDeep), "depth"),
            (unsigned(&"<".repeat(SIZE)), Err(Refusal::NotWellFormed), "openings"),
            (unsigned(&"&amp;".repeat(SIZE / 5)), Ok(()), "references"),
            (unsigned(&"&#1;".repeat(SIZE / 4)), Err(Refusal::NotWellFormed), "bad references"),
            (unsigned(&"]".repeat(SIZE)), Ok(()), "brackets"),
            (unsigned(&pieces(7800, |number| format!("<a ID='_{number}'/>"))), Ok(()), "ids"),
            (unsigned(&nested), Ok(()), "declarations"),
            (extended(RESPONSE_SIGNED, &nested), Err(Refusal::SignatureInvalid), "declarations to digest"),
            (
                with_list(&extended(RESPONSE_SIGNED, &nested)),
                Err(Refusal::SignatureInvalid),
                "declarations to digest for each prefix",
            ),
            (TYPED.replacen("<ds:KeyInfo>", &names, 1), Ok(()), "names of keys"),
        ] {
            let start = Instant::now();
            let verdict = verify(&trust(), &xml, None, now()).map(|_| ());
            let taken = start.elapsed();
            assert_eq!(verdict, expected, "{why}");
            assert!(taken < Duration::from_secs(5), "{why} took {taken:?}");
        }
    }
}
