//! Who is asking: access keys in `SigV4` headers, and the passwords that ECR hands out for the registry.
//!
//! Signatures are not checked: this is a rehearsal stage, and its secret is printed in its documentation. What is
//! checked is what a wrong profile or an expired session would run into: the key id.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::clock::Moment;

/// The access key id that the sandbox accepts.
pub const ACCESS_KEY_ID: &str = "AKIASLIPWAYSANDBOX00";
/// The secret that belongs to [`ACCESS_KEY_ID`].
pub const SECRET_ACCESS_KEY: &str = "slipway/sandbox/only/not/a/secret+000000";

/// The access key id of every session that `AssumeRole` opens; the session token says which one.
pub const SESSION_KEY_ID: &str = "ASIASLIPWAYSANDBOX00";

/// How long a registry password is good (facts 4.1).
pub const PASSWORD_LIFETIME: Duration = Duration::from_hours(12);

/// Who signed a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The sandbox's one user.
    User,
    /// Somebody who assumed a role.
    Role(Session),
}

/// An assumed role; the session token is this, encoded, so that sessions need no state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// ARN of the role.
    pub role_arn: String,
    /// The name the caller gave the session.
    pub name: String,
    /// Seconds since the epoch.
    pub expires: u64,
}

/// Why a request has no caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// It is not signed.
    Unsigned,
    /// Its key is not one of ours.
    UnknownKey,
    /// Its session is over.
    Expired,
}

impl Session {
    /// The session token.
    pub fn token(&self) -> String {
        STANDARD.encode(serde_json::json!(self).to_string())
    }

    fn from_token(token: &str) -> Option<Self> {
        serde_json::from_slice(&STANDARD.decode(token).ok()?).ok()
    }
}

/// Reads who signed the request.
pub fn caller(headers: &HeaderMap) -> Result<Caller, Stranger> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(Stranger::Unsigned)?;
    let signed = header.strip_prefix("AWS4-HMAC-SHA256 ").ok_or(Stranger::Unsigned)?;
    let scope = signed.split(',').find_map(|part| part.trim().strip_prefix("Credential=")).ok_or(Stranger::Unsigned)?;
    match scope.split('/').next() {
        Some(ACCESS_KEY_ID) => Ok(Caller::User),
        Some(SESSION_KEY_ID) => session(headers).map(Caller::Role),
        _ => Err(Stranger::UnknownKey),
    }
}

fn session(headers: &HeaderMap) -> Result<Session, Stranger> {
    let token = headers.get("x-amz-security-token").and_then(|value| value.to_str().ok());
    let session = token.and_then(Session::from_token).ok_or(Stranger::UnknownKey)?;
    if session.expires <= Moment::now().seconds() { Err(Stranger::Expired) } else { Ok(session) }
}

/// Issues and checks registry passwords. A password is its expiry, authenticated with the folder's secret, so it
/// outlives a restart without being stored.
#[derive(Debug)]
pub struct PasswordIssuer {
    secret: Vec<u8>,
}

impl PasswordIssuer {
    /// An issuer with this secret.
    pub fn new(secret: Vec<u8>) -> Self {
        Self { secret }
    }

    /// A secret for a new state folder.
    pub fn new_secret() -> Vec<u8> {
        [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat()
    }

    /// A password that is good until `expires`.
    pub fn issue(&self, expires: Moment) -> String {
        let claim = expires.seconds().to_string();
        let seal = self.seal(&claim).finalize().into_bytes();
        format!("{claim}.{}", URL_SAFE_NO_PAD.encode(seal))
    }

    /// Whether a registry request carries a password of ours that is still good.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let credentials = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let basic = credentials.and_then(|value| value.strip_prefix("Basic "));
        let decoded =
            basic.and_then(|value| STANDARD.decode(value.trim()).ok()).and_then(|b| String::from_utf8(b).ok());
        decoded.as_deref().and_then(|text| text.strip_prefix("AWS:")).is_some_and(|password| self.accepts(password))
    }

    fn accepts(&self, password: &str) -> bool {
        let Some((claim, seal)) = password.split_once('.') else { return false };
        let Ok(seal) = URL_SAFE_NO_PAD.decode(seal) else { return false };
        let fresh = claim.parse::<u64>().is_ok_and(|expires| expires > Moment::now().seconds());
        fresh && self.seal(claim).verify_slice(&seal).is_ok()
    }

    fn seal(&self, claim: &str) -> Hmac<Sha256> {
        let mut seal = Hmac::new_from_slice(&self.secret).expect("hmac should take a key of any length");
        seal.update(claim.as_bytes());
        seal
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn basic(password: &str) -> HeaderMap {
        let value = format!("Basic {}", STANDARD.encode(format!("AWS:{password}")));
        HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::try_from(value).expect("base64 should be a header value"))])
    }

    #[test]
    fn a_password_outlives_the_process_but_not_its_time() {
        let issuer = PasswordIssuer::new(vec![7; 32]);
        let good = issuer.issue(Moment::now().plus(PASSWORD_LIFETIME));
        let stale = issuer.issue(Moment::now());
        assert!(PasswordIssuer::new(vec![7; 32]).admits(&basic(&good)));
        assert!(!PasswordIssuer::new(vec![8; 32]).admits(&basic(&good)), "another folder's secret");
        assert!(!issuer.admits(&basic(&stale)), "expired");
        assert!(!issuer.admits(&basic(&format!("9{good}"))), "a later expiry than was sealed");
        assert!(!issuer.admits(&HeaderMap::new()), "anonymous");
    }

    #[test]
    fn only_known_keys_are_callers() {
        let signed = |key: &str| {
            let value = format!("AWS4-HMAC-SHA256 Credential={key}/20261123/eu-west-1/ecr/aws4_request, Signature=0");
            HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::try_from(value).expect("should be a header value"))])
        };
        assert_eq!(caller(&signed(ACCESS_KEY_ID)), Ok(Caller::User));
        assert_eq!(caller(&signed("AKIAIOSFODNN7EXAMPLE")), Err(Stranger::UnknownKey));
        assert_eq!(caller(&signed(SESSION_KEY_ID)), Err(Stranger::UnknownKey), "a session needs its token");
        assert_eq!(caller(&HeaderMap::new()), Err(Stranger::Unsigned));
    }
}
