//! Who may issue tokens: the settings of one trusted issuer, checked once.

use serde::Deserialize;

use super::written::Written;
use super::{Algorithm, KeySet, Kind};

/// A trusted issuer.
///
/// ```json
/// {
///   "issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example",
///   "kind": { "cognito-access": { "client-ids": ["4example"], "scope": "studio/access" } },
///   "keys": { "url": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example/.well-known/jwks.json" },
///   "algorithms": ["RS256"],
///   "leeway-seconds": 30
/// }
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Issuer {
    name: String,
    algorithms: Vec<Algorithm>,
    kind: Kind,
    keys: KeySource,
    leeway: Leeway,
}

impl Issuer {
    /// A trusted issuer: `name` exactly as in `iss`, the `algorithms` that it signs with, what `kind` of tokens it
    /// issues, where its `keys` are, and how far its clock may be off.
    ///
    /// # Errors
    /// [`IssuerError`] if the name is no https address, there is no algorithm, or the kind's settings are incomplete.
    pub fn new(
        name: String,
        algorithms: Vec<Algorithm>,
        kind: Kind,
        keys: KeySource,
        leeway: Leeway,
    ) -> Result<Self, IssuerError> {
        if !is_https(&name) {
            return Err(IssuerError::Name { name });
        }
        if algorithms.is_empty() {
            return Err(IssuerError::NoAlgorithm { name });
        }
        kind.check(&name)?;
        Ok(Self { name, algorithms, kind, keys, leeway })
    }

    /// Its name, exactly as in `iss`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The algorithms that it signs with.
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// What kind of tokens it issues.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Where its keys come from.
    pub fn keys(&self) -> &KeySource {
        &self.keys
    }

    /// How far its clock may be off.
    pub fn leeway(&self) -> Leeway {
        self.leeway
    }
}

/// Where the keys of an issuer come from.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySource {
    /// An address: fetched when needed.
    Url(KeysUrl),
    /// The set itself, for networks without a way out. Whoever rotates the keys edits the configuration.
    Snapshot(KeySet),
}

/// The address of a key set: https, without user, fragment, spaces or control characters, at most 512 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct KeysUrl(String);

impl KeysUrl {
    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeysUrl {
    type Error = IssuerError;

    fn try_from(url: String) -> Result<Self, IssuerError> {
        if is_https(&url) { Ok(Self(url)) } else { Err(IssuerError::KeysUrl { url }) }
    }
}

fn is_https(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"@#\\\"<>`{}".contains(&byte));
    url.len() <= 512 && !host.is_empty() && plain
}

/// Seconds by which clocks may differ: 0 to 60, 30 unless configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Leeway(i64);

impl Leeway {
    /// In seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl Default for Leeway {
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<i64> for Leeway {
    type Error = IssuerError;

    fn try_from(seconds: i64) -> Result<Self, IssuerError> {
        if (0..=60).contains(&seconds) { Ok(Self(seconds)) } else { Err(IssuerError::Leeway { seconds }) }
    }
}

/// What is wrong with the settings of an issuer.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// The name is no https address.
    #[error("the issuer `{name}` is no https address")]
    Name {
        /// As written.
        name: String,
    },
    /// The address of the keys is no https address.
    #[error("the address of keys `{url}` is no plain https address")]
    KeysUrl {
        /// As written.
        url: String,
    },
    /// No algorithm is listed.
    #[error("the issuer `{name}` has no algorithm")]
    NoAlgorithm {
        /// The issuer.
        name: String,
    },
    /// Too much leeway.
    #[error("a leeway of {seconds} seconds is not between 0 and 60")]
    Leeway {
        /// As written.
        seconds: i64,
    },
    /// The name does not belong to the kind of issuer.
    #[error("the issuer `{name}` is not of the form {expected}")]
    Form {
        /// The issuer.
        name: String,
        /// The form that its kind has.
        expected: &'static str,
    },
    /// A setting of the kind is empty or malformed.
    #[error("`{setting}` of the issuer `{name}` is empty or malformed")]
    Setting {
        /// The issuer.
        name: String,
        /// The setting's name.
        setting: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const POOL: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example";

    /// The settings of a Cognito pool with other members in place of its own.
    fn read(changes: Value) -> Result<Issuer, serde_json::Error> {
        let mut settings = json!({
            "issuer": POOL,
            "kind": { "cognito-access": { "client-ids": ["portal"], "scope": "studio/access" } },
            "keys": { "url": format!("{POOL}/.well-known/jwks.json") },
        });
        if let (Value::Object(settings), Value::Object(changes)) = (&mut settings, changes) {
            settings.extend(changes);
        }
        serde_json::from_value(settings)
    }

    #[test]
    fn usual_settings_are_short() {
        let issuer = read(json!({})).expect("usual settings should be accepted");
        assert_eq!((issuer.name(), issuer.algorithms()), (POOL, &[Algorithm::RS256][..]));
        assert_eq!(issuer.leeway(), Leeway(30));
    }

    #[test]
    fn incomplete_or_dangerous_settings_are_refused_with_the_reason() {
        let okta = |issuer: &str| {
            let kind = json!({ "okta": { "audience": "a", "client-ids": ["c"], "scope": "s" } });
            json!({ "issuer": issuer, "kind": kind })
        };
        let entra = |tenant: &str| {
            let kind = json!({ "entra": { "audience": "a", "tenant": tenant, "client-ids": ["c"], "scope": "s" } });
            json!({ "issuer": "https://login.microsoftonline.com/common/v2.0", "kind": kind })
        };
        let cognito = |settings: Value| json!({ "kind": { "cognito-access": settings } });
        for (changes, reason) in [
            (json!({ "issuer": "http://cognito-idp.example" }), "is no https address"),
            (json!({ "issuer": "https://id.corp.example" }), "is not of the form https://cognito-idp."),
            (okta("https://example.okta.com"), "is not of the form https://DOMAIN/oauth2/SERVER"),
            (entra("common"), "`tenant`"),
            (entra("11111111-2222-4333-8444-555555555555"), "is not of the form https://login."),
            (json!({ "algorithms": [] }), "has no algorithm"),
            (json!({ "algorithms": ["none"] }), "unknown variant `none`"),
            (json!({ "algorithms": ["HS256"] }), "unknown variant `HS256`"),
            (json!({ "leeway-seconds": 61 }), "a leeway of 61 seconds"),
            (json!({ "leeway-seconds": -1 }), "a leeway of -1 seconds"),
            (json!({ "keys": { "url": "http://id.corp.example/keys" } }), "is no plain https address"),
            (json!({ "keys": { "url": "https://user@id.corp.example/keys" } }), "is no plain https address"),
            (json!({ "keys": { "url": "https:///keys" } }), "is no plain https address"),
            (json!({ "keys": { "url": "file:///keys" } }), "is no plain https address"),
            (json!({ "keys": { "snapshot": { "keys": [] } } }), "no key that verifies"),
            (json!({ "trust": "everybody" }), "unknown field `trust`"),
            (cognito(json!({ "client-ids": [], "scope": "s" })), "`client-ids`"),
            (cognito(json!({ "client-ids": [""], "scope": "s" })), "`client-ids`"),
            (cognito(json!({ "client-ids": ["c"], "scope": "" })), "`scope`"),
            (cognito(json!({ "client-ids": ["c"], "scope": "a b" })), "`scope`"),
            (cognito(json!({ "client-ids": ["c"] })), "missing field `scope`"),
            (cognito(json!({ "client-ids": ["c"], "scope": "s", "user": "u" })), "unknown field `user`"),
        ] {
            let error = read(changes.clone()).expect_err("bad settings should be refused").to_string();
            assert!(error.contains(reason), "{changes}: {error}");
        }
    }
}
