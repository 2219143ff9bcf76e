//! The cookie that ties a request to the browser that made it.
//!
//! It holds the request's id and an end, signed, so that nothing has to be stored for people who never come back.
//! `SameSite=None`, because the answer is posted by the provider's site; `__Host-`, so that no other host can set it.

use std::fmt;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::request::RequestId;

/// The cookie's name.
pub const NAME: &str = "__Host-saml-request";

/// How long a person may take to sign in, in seconds.
pub const LIFETIME_SECONDS: i64 = 600;

/// Separates these signatures from any other use of the same key.
const PURPOSE: &[u8] = b"presigned-access saml request 1\0";

/// The key that signs cookies: 32 bytes or more, the same in every instance of the function.
#[derive(Clone)]
pub struct CookieKey(Vec<u8>);

impl CookieKey {
    /// Takes the key.
    ///
    /// # Errors
    ///
    /// It is shorter than 32 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, CookieError> {
        if bytes.len() < 32 { Err(CookieError::ShortKey) } else { Ok(Self(bytes.to_vec())) }
    }

    /// The signature over an id and an end.
    fn mac(&self, id: &str, end: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC should take keys of any length");
        mac.update(PURPOSE);
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(end.to_string().as_bytes());
        mac
    }
}

impl fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieKey(..)")
    }
}

/// The value of `Set-Cookie` that remembers a request for ten minutes.
pub fn issue(key: &CookieKey, id: &RequestId, now: Timestamp) -> String {
    let end = now.as_second().saturating_add(LIFETIME_SECONDS);
    let signature = hex::encode(key.mac(id.as_str(), end).finalize().into_bytes());
    format!("{NAME}={id}.{end}.{signature}; Path=/; Max-Age={LIFETIME_SECONDS}; Secure; HttpOnly; SameSite=None")
}

/// The value of `Set-Cookie` that forgets the request, once it is answered.
pub fn clear() -> String {
    format!("{NAME}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None")
}

/// Reads the request that is pending in a browser from its `Cookie` header; `None` if the cookie is not there.
///
/// # Errors
///
/// The cookie stands there twice, was not made with this key, or is over.
pub fn read(key: &CookieKey, header: &str, now: Timestamp) -> Result<Option<RequestId>, CookieError> {
    let mut values = header.split(';').filter_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='));
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(CookieError::Repeated);
    }
    let (id, rest) = value.split_once('.').ok_or(CookieError::Form)?;
    let (end, signature) = rest.split_once('.').ok_or(CookieError::Form)?;
    let id: RequestId = id.parse().map_err(|_| CookieError::Form)?;
    let end: i64 = end.parse().map_err(|_| CookieError::Form)?;
    let signature = hex::decode(signature).map_err(|_| CookieError::Form)?;
    // Compares in constant time.
    key.mac(id.as_str(), end).verify_slice(&signature).map_err(|_| CookieError::Signature)?;
    if now.as_second() >= end { Err(CookieError::Over) } else { Ok(Some(id)) }
}

/// Why a cookie is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    /// A key that can be guessed.
    #[error("the key for cookies has fewer than 32 bytes")]
    ShortKey,
    /// Two cookies of the name.
    #[error("the cookie stands there twice")]
    Repeated,
    /// No cookie of ours.
    #[error("the cookie is not one of ours")]
    Form,
    /// Made with another key.
    #[error("the cookie's signature does not verify")]
    Signature,
    /// The person took too long.
    #[error("the cookie is over")]
    Over,
}

#[cfg(test)]
mod tests {
    use super::super::samples::now;
    use super::*;

    fn key(byte: u8) -> CookieKey {
        CookieKey::new(&[byte; 32]).expect("32 bytes are enough")
    }

    fn later(seconds: i64) -> Timestamp {
        Timestamp::from_second(now().as_second() + seconds).expect("a time")
    }

    /// What the browser sends back.
    fn header(set_cookie: &str) -> String {
        set_cookie.split(';').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn remembers_a_request_for_ten_minutes() {
        let id = RequestId::from_random([1; 20]);
        let set = issue(&key(1), &id, now());
        assert!(set.ends_with("; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=None"), "{set}");
        let header = format!("theme=dark; {}; other=1", header(&set));
        assert_eq!(read(&key(1), &header, later(599)), Ok(Some(id)));
        assert_eq!(read(&key(1), &header, later(600)), Err(CookieError::Over));
        assert_eq!(read(&key(1), "theme=dark", now()), Ok(None));
        assert_eq!(header_of_clear(), Err(CookieError::Form), "an emptied cookie is no request");
    }

    fn header_of_clear() -> Result<Option<RequestId>, CookieError> {
        read(&key(1), &header(&clear()), now())
    }

    #[test]
    fn believes_nothing_that_it_did_not_sign() {
        let good = header(&issue(&key(1), &RequestId::from_random([1; 20]), now()));
        let other = header(&issue(&key(1), &RequestId::from_random([2; 20]), now()));
        let (id, rest) = other.split_once('.').expect("an id");
        let (_, signature) = good.rsplit_once('.').expect("a signature");
        let end = rest.split_once('.').expect("an end").0;
        for (cookie, error, why) in [
            (format!("{id}.{end}.{signature}"), CookieError::Signature, "another id"),
            (good.replacen(&format!(".{end}."), ".9999999999.", 1), CookieError::Signature, "a later end"),
            (good[..good.len() - 2].to_owned(), CookieError::Signature, "a shorter signature"),
            (format!("{good}00"), CookieError::Signature, "a longer signature"),
            (format!("{NAME}={end}"), CookieError::Form, "half a cookie"),
            (format!("{NAME}=.."), CookieError::Form, "nothing in it"),
            (format!("{good}; {other}"), CookieError::Repeated, "two of them"),
        ] {
            assert_eq!(read(&key(1), &cookie, now()), Err(error), "{why}");
        }
        assert_eq!(read(&key(2), &good, now()), Err(CookieError::Signature), "another key");
        assert_eq!(CookieKey::new(&[0; 31]).err(), Some(CookieError::ShortKey));
        assert_eq!(format!("{:?}", key(1)), "CookieKey(..)");
    }
}
