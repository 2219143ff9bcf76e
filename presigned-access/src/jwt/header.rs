//! The header of a token: which key and which algorithm, and nothing that would change the meaning of the rest.

use super::json::{Json, Object};
use super::{Algorithm, LONGEST_KEY_ID, Refusal};

/// What a header is needed for.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: String,
}

/// Members that carry a key or say where one is. Keys come from configuration only, so a token that brings one is an
/// attack or a misunderstanding. Thumbprints (`x5t`) are harmless and usual.
const KEY_MEMBERS: [&str; 4] = ["jwk", "jku", "x5c", "x5u"];

/// Registered and private types of access tokens (RFC 7519 section 5.1, RFC 9068 section 2.1), in lower case.
const TYPES: [&str; 4] = ["jwt", "application/jwt", "at+jwt", "application/at+jwt"];

impl Header {
    pub(super) fn read(members: &Object) -> Result<Self, Refusal> {
        let refused = [
            (&["crit"][..], Refusal::Critical),
            (&["b64"], Refusal::UnencodedPayload),
            (&KEY_MEMBERS, Refusal::EmbeddedKey),
            (&["enc", "zip"], Refusal::Encrypted),
            (&["cty"], Refusal::Nested),
        ];
        for (names, refusal) in refused {
            if names.iter().any(|name| members.contains_key(*name)) {
                return Err(refusal);
            }
        }
        check_type(members.get("typ"))?;
        Ok(Self { algorithm: algorithm(members.get("alg"))?, key_id: key_id(members.get("kid"))? })
    }
}

fn check_type(written: Option<&Json>) -> Result<(), Refusal> {
    let Some(written) = written else { return Ok(()) };
    let name = written.text().ok_or(Refusal::Type)?;
    if TYPES.iter().any(|known| known.eq_ignore_ascii_case(name)) { Ok(()) } else { Err(Refusal::Type) }
}

fn algorithm(written: Option<&Json>) -> Result<Algorithm, Refusal> {
    written.and_then(Json::text).and_then(Algorithm::named).ok_or(Refusal::AlgorithmUnsupported)
}

fn key_id(written: Option<&Json>) -> Result<String, Refusal> {
    let id = written.ok_or(Refusal::KeyIdMissing)?.text().ok_or(Refusal::KeyIdMalformed)?;
    if id.is_empty() || id.len() > LONGEST_KEY_ID { Err(Refusal::KeyIdMalformed) } else { Ok(id.to_owned()) }
}
