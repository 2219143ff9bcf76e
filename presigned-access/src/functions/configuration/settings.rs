//! The sections as they are written.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Mistake;
use crate::functions::audit::SubjectKey;
use crate::functions::mint::UrlLifetime;
use crate::functions::people::People;
use crate::jwt::Issuer;
use crate::landing::Landing;
use crate::mapping::{self, Access, SessionLength};
use crate::names::DomainId;
use crate::saml::ServiceProvider;

/// Every section that there is.
const SECTIONS: [&str; 9] =
    ["audit", "domains", "people", "minting", "saml", "tokens", "presigned-url", "provisioning", "refresh"];

/// The sections that a function reads.
#[derive(Debug, Default)]
pub struct Document {
    audit: Option<Audit>,
    domains: Option<Vec<DomainId>>,
    /// Where the mapping is.
    pub people: Option<People>,
    /// How addresses are minted.
    pub minting: Minting,
    /// For `saml-acs`.
    pub saml: Option<SamlSettings>,
    /// For `authorizer`.
    pub tokens: Option<TokenSettings>,
    /// For `presigned-url`.
    pub presigned_url: PresignedUrlSettings,
    /// For `provision-profile`; without it nothing is provisioned.
    pub provisioning: Option<Provisioning>,
    pub(super) refresh: Refresh,
}

/// `audit`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Audit {
    subject_key: String,
}

/// `minting`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Minting {
    /// How long an address opens a session; 5 seconds unless configured.
    pub url_seconds: UrlLifetime,
    /// The longest session, whatever the mapping says.
    pub longest_session_seconds: Option<SessionLength>,
}

impl Minting {
    /// Cuts the session to the longest one that is allowed.
    pub(in crate::functions) fn capped(&self, access: Access) -> Result<Access, mapping::Refusal> {
        match self.longest_session_seconds {
            Some(longest) => access.capped_at(longest.seconds().into()),
            None => Ok(access),
        }
    }
}

/// `saml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SamlSettings {
    /// This service provider and the identity providers that it trusts.
    pub service_provider: ServiceProvider,
    /// What says which profile a person has.
    pub people: SamlPeople,
    /// The key of the cookie that remembers a request, 32 bytes or more; needed where a login may start here.
    #[serde(default)]
    pub cookie_key: Option<String>,
    /// The table of used assertions.
    pub replay_table: String,
}

/// What says which profile a person of an assertion has.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SamlPeople {
    /// The assertion: its user name is the profile's name, and its domain is the domain.
    Attributes(AttributesPeople),
    /// The mapping, which also has to agree with the assertion's domain.
    Mapping,
}

/// What an assertion does not say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AttributesPeople {
    /// Where sessions begin.
    pub landing: Landing,
    /// How long they last.
    pub session_seconds: SessionLength,
}

/// `tokens`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenSettings {
    /// The trusted issuers.
    pub issuers: Vec<Issuer>,
    /// Root certificates in PEM that are trusted beside the system's when keys are fetched.
    #[serde(default)]
    pub roots: Vec<String>,
}

/// `presigned-url`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PresignedUrlSettings {
    /// How the address is handed over.
    pub answer: AnswerForm,
    /// Web origins whose scripts may read the answer, such as `https://portal.example.com`; none unless configured.
    pub origins: Vec<Origin>,
}

/// How `presigned-url` hands over an address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerForm {
    /// A redirect.
    #[default]
    Redirect,
    /// `{"url": ..., "expires-in-seconds": ...}`, for a portal that opens the address itself.
    Json,
    /// JSON for whoever lists `application/json` in `Accept`, and a redirect for everybody else.
    Accepted,
}

/// A web origin: scheme, host and perhaps a port, and never `*`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

impl Origin {
    /// The origin as browsers send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        let host = text.strip_prefix("https://").unwrap_or_default();
        let of_a_host =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':');
        if host.is_empty() || !host.bytes().all(of_a_host) { Err(OriginError { text }) } else { Ok(Self(text)) }
    }
}

/// No origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no origin such as `https://portal.example.com`, in small letters and without a path")]
pub struct OriginError {
    text: String,
}

/// `provisioning`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provisioning {
    /// How long a new profile may take, in seconds; 1 to 600.
    #[serde(default = "usual_wait")]
    pub wait_seconds: u32,
    /// The execution role of new profiles; without it the domain's.
    #[serde(default)]
    pub execution_role: Option<String>,
    /// The `RStudio` group of new profiles.
    #[serde(default)]
    pub rstudio_group: RStudioGroup,
}

fn usual_wait() -> u32 {
    60
}

/// The `RStudio` group of a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RStudioGroup {
    /// May use `RStudio`.
    #[default]
    User,
    /// May also use its administrative dashboard.
    Admin,
}

/// `refresh`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Refresh {
    /// Age at which the configuration is read again, in seconds.
    pub after_seconds: u32,
    /// Age up to which it stays in force if that fails, in seconds.
    pub keep_seconds: u32,
}

impl Default for Refresh {
    /// Five minutes, an hour.
    fn default() -> Self {
        Self { after_seconds: 300, keep_seconds: 3_600 }
    }
}

impl Document {
    /// Reads sections whose references are resolved.
    ///
    /// # Errors
    /// The first mistake of each section.
    pub(super) fn read(mut sections: Map<String, Value>) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let document = Self {
            audit: section(&mut sections, "audit", &mut mistakes),
            domains: section(&mut sections, "domains", &mut mistakes),
            people: section(&mut sections, "people", &mut mistakes),
            minting: section(&mut sections, "minting", &mut mistakes).unwrap_or_default(),
            saml: section(&mut sections, "saml", &mut mistakes),
            tokens: section(&mut sections, "tokens", &mut mistakes),
            presigned_url: section(&mut sections, "presigned-url", &mut mistakes).unwrap_or_default(),
            provisioning: section(&mut sections, "provisioning", &mut mistakes),
            refresh: section(&mut sections, "refresh", &mut mistakes).unwrap_or_default(),
        };
        if mistakes.is_empty() { Ok(document) } else { Err(mistakes) }
    }

    /// The key that hashes subjects.
    pub fn subject_key(&self, mistakes: &mut Vec<Mistake>) -> Option<SubjectKey> {
        let audit = needed(self.audit.as_ref(), "audit", mistakes)?;
        let key = SubjectKey::new(&audit.subject_key);
        key.map_err(|error| mistakes.push(Mistake::new("audit.subject-key", error.to_string()))).ok()
    }

    /// The domains that this installation serves.
    pub fn domains(&mut self, mistakes: &mut Vec<Mistake>) -> Option<Vec<DomainId>> {
        let domains = needed(self.domains.take(), "domains", mistakes)?;
        if domains.is_empty() {
            mistakes.push(Mistake::new("domains", "no domain is listed, so nobody could come in"));
        }
        Some(domains)
    }
}

/// A section that a function cannot do without.
pub fn needed<T>(section: Option<T>, name: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
    if section.is_none() {
        mistakes.push(Mistake::new(name, "the section is missing"));
    }
    section
}

fn section<T: DeserializeOwned>(
    sections: &mut Map<String, Value>,
    name: &str,
    mistakes: &mut Vec<Mistake>,
) -> Option<T> {
    let value = sections.remove(name)?;
    match serde_path_to_error::deserialize(value) {
        Ok(section) => Some(section),
        Err(error) => {
            let path = error.path().to_string();
            let place = if path == "." { name.to_owned() } else { format!("{name}.{path}") };
            mistakes.push(Mistake::new(place, error.inner().to_string()));
            None
        }
    }
}

/// Leaves the sections that are read, and finds those that do not exist.
pub(super) fn chosen(document: Map<String, Value>, read: &[&str]) -> Result<Map<String, Value>, Vec<Mistake>> {
    let unknown = document.keys().filter(|name| !SECTIONS.contains(&name.as_str()));
    let unknown: Vec<_> = unknown.map(|name| Mistake::new(name, "there is no such section")).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let is_read = |name: &str| name == "refresh" || read.contains(&name);
    Ok(document.into_iter().filter(|(name, _)| is_read(name)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Vec<Mistake> {
        let Value::Object(sections) = value else { return Vec::new() };
        Document::read(sections).err().unwrap_or_default()
    }

    #[test]
    fn a_mistake_of_each_section_is_told_with_its_place() {
        let mistakes = read(json!({
            "domains": ["d-one", "two"],
            "minting": {"url-seconds": 300},
            "people": {"static": {"people": [{"issuer": "i", "subject": "s", "domain": "d-one", "profile": "a.b"}]}},
            "presigned-url": {"origins": ["*"]},
            "refresh": {"after-second": 1},
        }));
        insta::assert_debug_snapshot!(mistakes);
    }

    #[test]
    fn a_misspelt_section_is_a_mistake_and_one_of_another_function_is_not_looked_at() {
        let Value::Object(document) = json!({"domains": [], "saml": 1, "refresh": {}}) else { return };
        let left = chosen(document.clone(), &["domains"]).expect("known sections");
        assert_eq!(left.keys().collect::<Vec<_>>(), ["domains", "refresh"]);
        let mut misspelt = document;
        misspelt.insert("domain".to_owned(), json!([]));
        assert_eq!(chosen(misspelt, &[]), Err(vec![Mistake::new("domain", "there is no such section")]));
    }

    #[test]
    fn an_origin_is_never_a_pattern() {
        for (text, good) in [
            ("https://portal.example.com", true),
            ("https://portal.example.com:8443", true),
            ("https://portal.example.com/", false),
            ("http://portal.example.com", false),
            ("https://*.example.com", false),
            ("*", false),
            ("null", false),
        ] {
            assert_eq!(Origin::try_from(text.to_owned()).is_ok(), good, "{text}");
        }
    }
}
