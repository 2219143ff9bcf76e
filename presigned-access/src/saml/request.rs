//! A login that starts here: the request to an identity provider (SAML 2.0 bindings 3.4, HTTP-Redirect).

use std::fmt;
use std::io::Write as _;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use jiff::{Timestamp, Unit};

use super::escape::Escaped;
use super::trust::{Provider, Trust};

/// The name of one request: `_` and 40 hexadecimal digits, unguessable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// Makes an id of random bytes, which the caller takes from the system's generator.
    pub fn from_random(bytes: [u8; 20]) -> Self {
        Self(format!("_{}", hex::encode(bytes)))
    }

    /// The id as it stands in requests and responses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for RequestId {
    type Err = RequestError;

    fn from_str(text: &str) -> Result<Self, RequestError> {
        let digits = text.strip_prefix('_').unwrap_or_default();
        if digits.len() == 40 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RequestError::Id)
        }
    }
}

/// The address that the browser is sent to, so that the provider signs the person in and posts the answer to us.
///
/// # Errors
///
/// The provider has no `sign-in` address.
pub fn redirect(
    trust: &Trust,
    provider: &Provider,
    id: &RequestId,
    relay_state: Option<&str>,
    now: Timestamp,
) -> Result<String, RequestError> {
    let sign_in = provider.sign_in().ok_or(RequestError::NoSignIn)?;
    let request = STANDARD.encode(deflate(authn_request(trust, sign_in, id, now).as_bytes()));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("SAMLRequest", &request);
    if let Some(relay_state) = relay_state {
        query.append_pair("RelayState", relay_state);
    }
    let separator = if sign_in.contains('?') { '&' } else { '?' };
    Ok(format!("{sign_in}{separator}{}", query.finish()))
}

/// Unsigned: all it says is where the answer goes, and the answer is accepted there alone.
fn authn_request(trust: &Trust, sign_in: &str, id: &RequestId, now: Timestamp) -> String {
    let now = now.round(Unit::Second).unwrap_or(now);
    format!(
        concat!(
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
            " ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{now}\" Destination=\"{sign_in}\"",
            " AssertionConsumerServiceURL=\"{acs}\"",
            " ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\">",
            "<saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{entity_id}</saml:Issuer>",
            "</samlp:AuthnRequest>",
        ),
        id = id,
        now = now,
        sign_in = Escaped(sign_in),
        acs = Escaped(trust.acs()),
        entity_id = Escaped(trust.entity_id()),
    )
}

/// Raw DEFLATE, without the header that zlib adds.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory should not fail")
}

/// Why a login cannot start here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The provider's portal starts logins, and nobody else.
    #[error("the provider has no `sign-in` address")]
    NoSignIn,
    /// A text that no request of ours is called.
    #[error("not the id of a request")]
    Id,
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::samples::{REQUEST, now, provider, trust, trust_in};
    use super::*;

    #[test]
    fn asks_the_provider_to_sign_somebody_in() {
        let trust = trust();
        let id: RequestId = REQUEST.parse().expect("an id");
        let address = redirect(&trust, &trust.providers()[0], &id, Some("a b&c"), now()).expect("an address");
        let (base, query) = address.split_once("&SAMLRequest=").expect("the sign-in address has a query already");
        assert_eq!(base, "https://portal.sso.eu-west-1.amazonaws.com/saml/sso?app=1");
        let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        assert_eq!(fields[1], ("RelayState".into(), "a b&c".into()));

        let deflated = STANDARD.decode(fields[0].0.as_bytes()).expect("base64");
        let mut xml = String::new();
        flate2::read::DeflateDecoder::new(&*deflated).read_to_string(&mut xml).expect("deflated text");
        insta::assert_snapshot!(xml.replace("><", ">\n<"));
        uppsala::parse(&xml).expect("the request should be well-formed");
    }

    #[test]
    fn starts_no_login_at_a_provider_without_an_address() {
        let mut provider = provider();
        provider.sign_in = None;
        let trust = trust_in(provider);
        let id = RequestId::from_random([7; 20]);
        assert_eq!(redirect(&trust, &trust.providers()[0], &id, None, now()), Err(RequestError::NoSignIn));
    }

    #[test]
    fn knows_the_ids_it_makes_and_no_others() {
        let id = RequestId::from_random([0xab; 20]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in ["", "_", "0123456789012345678901234567890123456789", "_01234567890123456789012345678901234567AB"] {
            assert_eq!(text.parse::<RequestId>(), Err(RequestError::Id), "{text}");
        }
    }
}
