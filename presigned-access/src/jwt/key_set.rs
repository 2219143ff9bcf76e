//! The public keys of an issuer (RFC 7517).
//!
//! A set is refused as a whole if it shows that its publisher has lost control: a private part or a shared secret, an
//! id that stands twice, a key that is too short. Single keys that are not for us are left out: other types and curves,
//! `use` other than `sig`, `key_ops` without `verify`, an `alg` that is not ours, and keys without an id, which no
//! token can select.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use serde::{Deserialize, Deserializer};

use super::json::{Json, Object};
use super::{Algorithm, KeyType, LONGEST_KEY_ID, Refusal};

/// Members that only a private or a symmetric key has (RFC 7518, section 6).
const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// Sizes of RSA keys in bits: less is broken, more costs the verifier.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The keys that can verify a token, by id.
#[derive(Clone)]
pub struct KeySet {
    keys: BTreeMap<String, Key>,
}

/// A public key and what it may be used for.
#[derive(Clone)]
pub(super) struct Key {
    material: DecodingKey,
    family: KeyType,
    algorithm: Option<Algorithm>,
}

impl KeySet {
    /// Reads a JWK set.
    ///
    /// # Errors
    /// [`KeySetError`] if the set is malformed, dangerous, or has no key that verifies.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeySetError> {
        let json: Json = serde_json::from_slice(bytes).map_err(KeySetError::Json)?;
        Self::try_from(json)
    }

    /// Whether a token that names this key could be verified.
    pub fn holds(&self, key_id: &str) -> bool {
        self.keys.contains_key(key_id)
    }

    /// The ids of the keys, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// How many keys there are; never none.
    #[expect(clippy::len_without_is_empty, reason = "a set without keys does not parse")]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn get(&self, key_id: &str) -> Option<&Key> {
        self.keys.get(key_id)
    }
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.ids()).finish()
    }
}

impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl TryFrom<Json> for KeySet {
    type Error = KeySetError;

    fn try_from(json: Json) -> Result<Self, KeySetError> {
        let Json::Object(set) = json else { return Err(KeySetError::NoKeys) };
        let written = set.get("keys").and_then(Json::list).ok_or(KeySetError::NoKeys)?;
        let mut seen = BTreeSet::new();
        let mut keys = BTreeMap::new();
        for entry in written {
            let Json::Object(members) = entry else { return Err(KeySetError::NoObject) };
            let Some(id) = key_id(members)? else { continue };
            if !seen.insert(id.clone()) {
                return Err(KeySetError::Duplicate { id });
            }
            if let Some(key) = Key::read(&id, members)? {
                keys.insert(id, key);
            }
        }
        if keys.is_empty() { Err(KeySetError::NothingUsable) } else { Ok(Self { keys }) }
    }
}

/// The id of a key, after a look for what must not be published, with or without an id.
fn key_id(members: &Object) -> Result<Option<String>, KeySetError> {
    let id = match members.get("kid") {
        None => None,
        Some(Json::Text(id)) if (1..=LONGEST_KEY_ID).contains(&id.len()) => Some(id.clone()),
        Some(_) => return Err(KeySetError::Id),
    };
    let shared = members.get("kty").and_then(Json::text) == Some("oct");
    if shared || PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
        return Err(KeySetError::Private { id: id.unwrap_or_default() });
    }
    Ok(id)
}

impl Key {
    /// The key, or none if it is not for verifying signatures that are understood here.
    fn read(id: &str, members: &Object) -> Result<Option<Self>, KeySetError> {
        if !is_for_verifying(members) {
            return Ok(None);
        }
        let algorithm = match members.get("alg").map(Json::text) {
            None => None,
            Some(name) => match name.and_then(Algorithm::named) {
                None => return Ok(None),
                known => known,
            },
        };
        let text = |name| members.get(name).and_then(Json::text);
        let (material, key_type) = match (text("kty"), text("crv")) {
            (Some("RSA"), _) => (rsa(id, members)?, KeyType::Rsa),
            (Some("EC"), Some("P-256")) => (elliptic(id, members, 32)?, KeyType::P256),
            (Some("EC"), Some("P-384")) => (elliptic(id, members, 48)?, KeyType::P384),
            _ => return Ok(None),
        };
        // A key that contradicts itself verifies nothing.
        let consistent = algorithm.is_none_or(|algorithm| algorithm.key_type() == key_type);
        Ok(consistent.then_some(Self { material, family: key_type, algorithm }))
    }

    /// Verifies `signature` over `signed`, if the key is for `algorithm`.
    pub(super) fn check(&self, signed: &str, signature: &[u8], algorithm: Algorithm) -> Result<(), Refusal> {
        let made_for = self.algorithm.is_none_or(|only| only == algorithm);
        if !made_for || algorithm.key_type() != self.family {
            return Err(Refusal::KeyOfOtherAlgorithm);
        }
        // The provider is named, so that no other crate of the process can put another one in its place.
        let verifier = (DEFAULT_PROVIDER.verifier_factory)(&algorithm.library(), &self.material)
            .map_err(|_| Refusal::KeyOfOtherAlgorithm)?;
        verifier.verify(signed.as_bytes(), &signature.to_vec()).map_err(|_| Refusal::SignatureWrong)
    }
}

fn is_for_verifying(members: &Object) -> bool {
    let sign = members.get("use").is_none_or(|written| written.text() == Some("sig"));
    let verify = members.get("key_ops").is_none_or(|written| {
        written.list().is_some_and(|operations| operations.iter().any(|one| one.text() == Some("verify")))
    });
    sign && verify
}

fn rsa(id: &str, members: &Object) -> Result<DecodingKey, KeySetError> {
    let modulus = number(id, members, "n")?;
    let exponent = number(id, members, "e")?;
    let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
    if !RSA_BITS.contains(&bits) {
        return Err(KeySetError::Size { id: id.to_owned(), bits });
    }
    // 65537 is what every issuer uses; AWS-LC takes at most 33 bits. Small exponents have a history.
    let value = exponent.iter().take(9).fold(0_u128, |value, byte| value << 8 | u128::from(*byte));
    if value < 65_537 || value % 2 == 0 || value >= 1 << 33 {
        return Err(KeySetError::Exponent { id: id.to_owned() });
    }
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn elliptic(id: &str, members: &Object, width: usize) -> Result<DecodingKey, KeySetError> {
    let mut point = vec![4_u8];
    for member in ["x", "y"] {
        let coordinate = bytes(id, members, member)?;
        if coordinate.len() != width {
            return Err(KeySetError::Malformed { id: id.to_owned(), member });
        }
        point.extend(coordinate);
    }
    // "DER" is the library's word; for ECDSA it hands these bytes, an uncompressed point, to AWS-LC as they are, which
    // refuses points off the curve when it verifies.
    Ok(DecodingKey::from_ec_der(&point))
}

/// A big-endian number without leading zeros, which some publishers add.
fn number(id: &str, members: &Object, member: &'static str) -> Result<Vec<u8>, KeySetError> {
    let bytes = bytes(id, members, member)?;
    Ok(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn bytes(id: &str, members: &Object, member: &'static str) -> Result<Vec<u8>, KeySetError> {
    let text = members.get(member).and_then(Json::text);
    text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or_else(|| KeySetError::Malformed { id: id.to_owned(), member })
}

/// Why a set of keys is refused.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// Not JSON, or a member stands twice.
    #[error("reading a key set as JSON")]
    Json(#[source] serde_json::Error),
    /// No list `keys`.
    #[error("a key set has no list `keys`")]
    NoKeys,
    /// An entry of `keys` is no object.
    #[error("an entry of a key set is no object")]
    NoObject,
    /// A `kid` is not text, empty or too long.
    #[error("a key id is not text of 1 to 128 bytes")]
    Id,
    /// Two keys have one id.
    #[error("the key id `{id}` stands twice")]
    Duplicate {
        /// The id.
        id: String,
    },
    /// A private part or a shared secret is published.
    #[error("the key `{id}` is published with its secret part")]
    Private {
        /// The id; empty if it has none.
        id: String,
    },
    /// An RSA key is too short or too long.
    #[error("the RSA key `{id}` has {bits} bits, not 2048 to 8192")]
    Size {
        /// The id.
        id: String,
        /// Its size.
        bits: usize,
    },
    /// An RSA key has an unusual exponent.
    #[error("the RSA key `{id}` has an exponent that is even, below 65537 or above 33 bits")]
    Exponent {
        /// The id.
        id: String,
    },
    /// A member of a key is absent or malformed.
    #[error("`{member}` of the key `{id}` is missing or malformed")]
    Malformed {
        /// The id.
        id: String,
        /// The member.
        member: &'static str,
    },
    /// No key is left that could verify a token.
    #[error("a key set has no key that verifies signatures")]
    NothingUsable,
}

impl KeySetError {
    /// A stable name, for logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "keys.set.json",
            Self::NoKeys => "keys.set.no-keys",
            Self::NoObject => "keys.set.no-object",
            Self::Id => "keys.set.id",
            Self::Duplicate { .. } => "keys.set.duplicate",
            Self::Private { .. } => "keys.set.private",
            Self::Size { .. } => "keys.set.size",
            Self::Exponent { .. } => "keys.set.exponent",
            Self::Malformed { .. } => "keys.set.malformed",
            Self::NothingUsable => "keys.set.nothing-usable",
        }
    }
}
