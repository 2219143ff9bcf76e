//! A token, read once; and the straight line of checks that turns it into a caller.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::claims::Claims;
use super::header::Header;
use super::json::Object;
use super::{Issuer, KeySet, LONGEST_TOKEN, Refusal};

/// Somebody whose token verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The issuer, exactly as configured and as in `iss`.
    pub issuer: String,
    /// Who it is to the issuer, for the mapping: see [`Kind`](super::Kind) for the claims that it is made of.
    pub subject: String,
    /// When the token ends, without leeway.
    pub expires: Timestamp,
}

/// A well-formed token about which nothing is known yet.
#[derive(Debug)]
pub struct Unverified<'a> {
    signed: &'a str,
    header: Header,
    claims: Claims,
    issuer: String,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Reads the three parts of `token`: strict base64url, JSON without repeated members, a header that can be obeyed.
    ///
    /// # Errors
    /// The [`Refusal`] of the first part that is malformed.
    pub fn read(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > LONGEST_TOKEN {
            return Err(Refusal::TooLong);
        }
        let parts: Vec<&str> = token.split('.').collect();
        let &[header, claims, signature] = parts.as_slice() else {
            return Err(if parts.len() == 5 { Refusal::Encrypted } else { Refusal::Parts });
        };
        let signed = &token[..header.len() + 1 + claims.len()];
        let header = Header::read(&object(header, Refusal::HeaderBase64, Refusal::HeaderJson)?)?;
        let claims = Claims::new(object(claims, Refusal::ClaimsBase64, Refusal::ClaimsJson)?);
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refusal::SignatureBase64)?;
        if signature.is_empty() {
            return Err(Refusal::SignatureMissing);
        }
        let issuer = claims.issuer()?.to_owned();
        Ok(Self { signed, header, claims, issuer, signature })
    }

    /// The issuer that it names, for choosing among configured issuers.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key that it names, for deciding whether keys must be fetched.
    pub fn key_id(&self) -> &str {
        &self.header.key_id
    }

    /// Verifies it as a token of `issuer`, signed with one of `keys`, valid at `now`.
    ///
    /// # Errors
    /// The first check that fails, as a [`Refusal`].
    pub fn verify(&self, issuer: &Issuer, keys: &KeySet, now: Timestamp) -> Result<Caller, Refusal> {
        if self.issuer != issuer.name() {
            return Err(Refusal::IssuerUnknown);
        }
        if !issuer.algorithms().contains(&self.header.algorithm) {
            return Err(Refusal::AlgorithmNotAllowed);
        }
        let key = keys.get(&self.header.key_id).ok_or(Refusal::KeyUnknown)?;
        key.check(self.signed, &self.signature, self.header.algorithm)?;
        let expires = self.claims.check_times(now, issuer.leeway())?;
        let subject = issuer.kind().subject(&self.claims)?;
        Ok(Caller { issuer: self.issuer.clone(), subject, expires })
    }
}

/// One part of a token as an object. Whoever pads it, adds bits or writes it another way has written another token.
fn object(part: &str, base64: Refusal, json: Refusal) -> Result<Object, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| base64)?;
    match serde_json::from_slice(&bytes) {
        Ok(super::json::Json::Object(members)) => Ok(members),
        Ok(_) | Err(_) => Err(json),
    }
}
