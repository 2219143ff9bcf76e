//! The form that a browser posts to the assertion consumer service.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Refusal;

/// The largest body that is looked at, in bytes, before anything is decoded (presigned-access 3).
pub const LARGEST_BODY: usize = 256 * 1024;

/// The longest `RelayState`, in bytes. SAML allows 80; providers send more.
const LONGEST_RELAY_STATE: usize = 1024;

/// What the form holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The response, decoded, for [`verify`](super::verify).
    pub xml: String,
    /// Where the browser wanted to go, if it says so: unsigned and anybody's, so it may only select among known places.
    pub relay_state: Option<String>,
}

/// Reads a body of type `application/x-www-form-urlencoded`, which API Gateway may have encoded in base64.
///
/// # Errors
///
/// The body is too large, not UTF-8, or does not hold `SAMLResponse` exactly once in strict base64.
pub fn response(body: &str, base64: bool) -> Result<Posted, Refusal> {
    if body.len() > LARGEST_BODY {
        return Err(Refusal::BodyTooLarge);
    }
    if base64 {
        let decoded = STANDARD.decode(body).map_err(|_| Refusal::BodyBase64)?;
        read(std::str::from_utf8(&decoded).map_err(|_| Refusal::BodyUtf8)?)
    } else {
        read(body)
    }
}

/// The two fields that matter. Others are ignored: providers add their own.
fn read(form: &str) -> Result<Posted, Refusal> {
    let mut encoded = None;
    let mut relay_state = None;
    for (name, value) in form_urlencoded::parse(form.as_bytes()) {
        match &*name {
            "SAMLResponse" if encoded.is_some() => return Err(Refusal::ResponseRepeated),
            "SAMLResponse" => encoded = Some(value),
            "RelayState" if relay_state.is_some() => return Err(Refusal::RelayStateRepeated),
            "RelayState" if value.len() > LONGEST_RELAY_STATE => return Err(Refusal::RelayStateTooLong),
            "RelayState" => relay_state = Some(value.into_owned()),
            _ => {}
        }
    }
    let encoded = encoded.ok_or(Refusal::ResponseMissing)?;
    let decoded = STANDARD.decode(encoded.as_bytes()).map_err(|_| Refusal::ResponseBase64)?;
    let xml = String::from_utf8(decoded).map_err(|_| Refusal::ResponseUtf8)?;
    Ok(Posted { xml, relay_state })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(pairs: &[(&str, &str)]) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    fn posted(xml: &str, relay_state: Option<&str>) -> Posted {
        Posted { xml: xml.to_owned(), relay_state: relay_state.map(str::to_owned) }
    }

    #[test]
    fn reads_the_response_and_the_relay_state_and_ignores_other_fields() {
        let form = encode(&[("csrf", "1"), ("SAMLResponse", "PGE+PC9hPg=="), ("RelayState", "rstudio")]);
        assert_eq!(response(&form, false), Ok(posted("<a></a>", Some("rstudio"))));
        assert_eq!(response(&STANDARD.encode(&form), true), Ok(posted("<a></a>", Some("rstudio"))));
        assert_eq!(response("SAMLResponse=PGEvPg%3D%3D", false), Ok(posted("<a/>", None)));
    }

    #[test]
    fn refuses_forms_that_could_be_read_in_two_ways() {
        for (form, refusal, why) in [
            ("", Refusal::ResponseMissing, "an empty body"),
            ("samlresponse=PGEvPg==", Refusal::ResponseMissing, "names differ by case"),
            ("SAMLResponse=PGEvPg==&SAMLResponse=PGEvPg==", Refusal::ResponseRepeated, "the same twice"),
            ("SAMLResponse=PGEvPg==&%53AMLResponse=PGEvPg==", Refusal::ResponseRepeated, "once in disguise"),
            ("SAMLResponse=PGEvPg==&RelayState=a&RelayState=b", Refusal::RelayStateRepeated, "two places to go"),
            ("SAMLResponse=PGEvPg", Refusal::ResponseBase64, "padding is missing"),
            ("SAMLResponse=PGEvPh==", Refusal::ResponseBase64, "bits are left over"),
            ("SAMLResponse=PGEv%0APg==", Refusal::ResponseBase64, "a line break"),
            ("SAMLResponse=PGE+PC9hPg==", Refusal::ResponseBase64, "a plus that means a space"),
            ("SAMLResponse=PGE_PC9hPg==", Refusal::ResponseBase64, "the alphabet of URLs"),
            ("SAMLResponse=%FF%FE", Refusal::ResponseBase64, "bytes that are no text"),
            ("SAMLResponse=/w==", Refusal::ResponseUtf8, "base64 of no text"),
        ] {
            assert_eq!(response(form, false), Err(refusal), "{why}");
        }
        assert_eq!(response("%%%", true), Err(Refusal::BodyBase64));
        assert_eq!(response("/w==", true), Err(Refusal::BodyUtf8));
    }

    #[test]
    fn refuses_what_is_too_large_before_decoding() {
        let body = format!("SAMLResponse={}", "A".repeat(LARGEST_BODY));
        assert_eq!(response(&body, false), Err(Refusal::BodyTooLarge));
        assert_eq!(response(&body, true), Err(Refusal::BodyTooLarge));
        let relay = format!("SAMLResponse=PGEvPg==&RelayState={}", "x".repeat(LONGEST_RELAY_STATE + 1));
        assert_eq!(response(&relay, false), Err(Refusal::RelayStateTooLong));
    }
}
