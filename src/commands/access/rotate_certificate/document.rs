//! The settings of the functions, as far as certificates go: JSON in which every object with an `entity-id` and
//! `certificates` is an identity provider (`presigned_access::saml::IdentityProvider`). A certificate stands there
//! itself, or an object names the parameters that hold some (`presigned_access::functions::configuration`). The rest is
//! kept as it is.

use serde_json::Value;

/// The settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(Value);

/// An identity provider in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its entity id.
    pub entity_id: String,
    /// Its list of certificates, as it is written.
    pub written: Vec<Written>,
    place: String,
}

/// An entry of a list of certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// The certificate itself, in PEM.
    Here(String),
    /// One parameter.
    Parameter(String),
    /// All parameters below a path.
    Under(String),
    /// Something that is not changed from here, such as a file.
    Elsewhere,
}

/// Why the settings are not what the functions read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// No JSON.
    #[error("the settings are not JSON")]
    Json(#[source] serde_json::Error),
    /// Nobody to trust.
    #[error("the settings name no identity provider")]
    NoProvider,
    /// Which of them?
    #[error("the settings name {} identity providers", known.len())]
    Several {
        /// Their entity ids.
        known: Vec<String>,
    },
    /// No such provider.
    #[error("the settings have no identity provider `{wanted}`")]
    NoSuchProvider {
        /// What was asked for.
        wanted: String,
        /// Their entity ids.
        known: Vec<String>,
    },
}

impl DocumentError {
    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::Several { known } => format!("say which with `--provider`: {}", known.join(", ")),
            Self::NoSuchProvider { known, .. } => format!("known: {}", known.join(", ")),
            Self::Json(_) | Self::NoProvider => {
                "is this the parameter that the stack's output `ConfigurationParameter` names?".to_owned()
            }
        }
    }
}

impl Document {
    /// Reads the settings.
    pub fn read(text: &str) -> Result<Self, DocumentError> {
        serde_json::from_str(text).map(Self).map_err(DocumentError::Json)
    }

    /// The settings as they are stored.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// The provider that is meant, or the only one.
    pub fn provider(&self, wanted: Option<&str>) -> Result<Provider, DocumentError> {
        let mut places = Vec::new();
        find(&self.0, "", &mut places);
        let known = || places.iter().map(|(id, _)| id.clone()).collect();
        let (entity_id, place) = match (wanted, places.as_slice()) {
            (_, []) => return Err(DocumentError::NoProvider),
            (None, [only]) => only,
            (None, _) => return Err(DocumentError::Several { known: known() }),
            (Some(wanted), places) => {
                let meant = places.iter().find(|(id, _)| id == wanted);
                meant.ok_or_else(|| DocumentError::NoSuchProvider { wanted: wanted.to_owned(), known: known() })?
            }
        };
        let list = self.0.pointer(place).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let written = list.iter().map(Written::of).collect();
        Ok(Provider { entity_id: entity_id.clone(), written, place: place.clone() })
    }

    /// The same settings with one certificate more, at the end of the provider's list.
    #[must_use]
    pub fn with(mut self, provider: &Provider, pem: &str) -> Self {
        if let Some(list) = self.0.pointer_mut(&provider.place).and_then(Value::as_array_mut) {
            list.push(pem.into());
        }
        self
    }

    /// The same settings without an entry of the provider's list.
    #[must_use]
    pub fn without(mut self, provider: &Provider, entry: usize) -> Self {
        if let Some(list) = self.0.pointer_mut(&provider.place).and_then(Value::as_array_mut) {
            list.remove(entry);
        }
        self
    }
}

impl Written {
    fn of(value: &Value) -> Self {
        if let Value::String(pem) = value {
            return Self::Here(pem.clone());
        }
        let member = value.as_object().filter(|object| object.len() == 1).and_then(|object| object.iter().next());
        match member.and_then(|(key, to)| Some((key.as_str(), to.as_str()?.to_owned()))) {
            Some(("parameter", name)) => Self::Parameter(name),
            Some(("parameters-under", path)) => Self::Under(path),
            _ => Self::Elsewhere,
        }
    }
}

/// Every provider below a value: its entity id, and the place of its certificates.
fn find(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            let entity_id = members.get("entity-id").and_then(Value::as_str);
            if let (Some(entity_id), Some(Value::Array(_))) = (entity_id, members.get("certificates")) {
                found.push((entity_id.to_owned(), format!("{place}/certificates")));
            }
            for (name, member) in members {
                find(member, &format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find(item, &format!("{place}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = r#"{
        "domains": ["d-one"],
        "saml": {
            "service-provider": {
                "entity-id": "https://sp.example", "acs": "https://sp.example/saml",
                "providers": [
                    {"entity-id": "https://one.example", "certificates": ["A", {"parameters-under": "/certificates"}]},
                    {"entity-id": "https://two.example", "certificates": [{"parameter": "/two"}, {"file": "x.pem"}]}
                ]
            }
        }
    }"#;

    #[test]
    fn providers_are_found_with_what_is_pinned_of_them() {
        let settings = Document::read(SETTINGS).expect("JSON");
        let one = settings.provider(Some("https://one.example")).expect("a provider");
        assert_eq!(one.written, [Written::Here("A".into()), Written::Under("/certificates".into())]);
        let two = settings.provider(Some("https://two.example")).expect("a provider");
        assert_eq!(two.written, [Written::Parameter("/two".into()), Written::Elsewhere]);
        let unsaid = settings.provider(None).expect_err("two providers");
        assert!(unsaid.hint().contains("https://one.example, https://two.example"), "{unsaid}");
        assert!(settings.provider(Some("https://sp.example")).is_err(), "we are no provider");
        assert!(Document::read("{}").expect("JSON").provider(None).is_err());
    }

    #[test]
    fn an_edit_leaves_everything_else_as_it_is() {
        let settings = Document::read(SETTINGS).expect("JSON");
        let one = settings.provider(Some("https://one.example")).expect("a provider");
        let added = settings.clone().with(&one, "B");
        let again = added.provider(Some("https://one.example")).expect("a provider");
        assert_eq!(again.written[2], Written::Here("B".into()));
        assert_eq!(added.without(&again, 2), settings);
    }
}
