//! The mapping as a file: for a handful of people, or where there is no table.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Access, Person, SessionLength};
use crate::landing::Landing;
use crate::names::{DomainId, ProfileName};

/// One line of the mapping, in a file or in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub person: Person,
    /// What they may enter.
    pub access: Access,
    /// What administrators want to remember about it.
    pub note: Option<String>,
}

/// People and their access, read from a file. No person stands in it twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawMapping")]
pub struct StaticMapping(HashMap<Person, Access>);

impl StaticMapping {
    /// What a person may enter, enabled or not; to be passed through [`super::decide`].
    pub fn find(&self, person: &Person) -> Option<Access> {
        self.0.get(person).cloned()
    }

    /// How many people it holds.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<Row>> for StaticMapping {
    type Error = StaticMappingError;

    fn try_from(rows: Vec<Row>) -> Result<Self, StaticMappingError> {
        let mut people = HashMap::with_capacity(rows.len());
        for row in rows {
            let Person { issuer, subject } = row.person.clone();
            if people.insert(row.person, row.access).is_some() {
                return Err(StaticMappingError::Twice { issuer, subject });
            }
        }
        Ok(Self(people))
    }
}

/// The file: `{"people": [{"issuer": ..., "subject": ..., "domain": ..., "profile": ...}]}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMapping {
    people: Vec<RawRow>,
}

/// One person in it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawRow {
    issuer: String,
    subject: String,
    domain: DomainId,
    profile: ProfileName,
    #[serde(default)]
    landing: Landing,
    #[serde(default)]
    session_seconds: SessionLength,
    #[serde(default = "enabled")]
    enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Who stands in a file comes in, unless it says otherwise; a misspelt key is refused and cannot hide that.
fn enabled() -> bool {
    true
}

impl TryFrom<RawMapping> for StaticMapping {
    type Error = StaticMappingError;

    fn try_from(raw: RawMapping) -> Result<Self, StaticMappingError> {
        raw.people.into_iter().map(Row::from).collect::<Vec<_>>().try_into()
    }
}

impl From<RawRow> for Row {
    fn from(raw: RawRow) -> Self {
        let RawRow { issuer, subject, domain, profile, landing, session_seconds: session, enabled, note } = raw;
        let person = Person { issuer, subject };
        Self { person, access: Access { domain, profile, landing, session, enabled }, note }
    }
}

impl From<Row> for RawRow {
    fn from(row: Row) -> Self {
        let Row { person: Person { issuer, subject }, access, note } = row;
        let Access { domain, profile, landing, session: session_seconds, enabled } = access;
        Self { issuer, subject, domain, profile, landing, session_seconds, enabled, note }
    }
}

impl Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawRow::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawRow::deserialize(deserializer).map(Self::from)
    }
}

/// Why a file is no mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaticMappingError {
    /// Two entries for one person: which of them counts would be chance.
    #[error("`{subject}` of `{issuer}` stands in the mapping twice")]
    Twice {
        /// The identity provider.
        issuer: String,
        /// The person's id there.
        subject: String,
    },
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://idp.example/pool";

    fn read(people: &Value) -> Result<StaticMapping, serde_json::Error> {
        serde_json::from_value(json!({ "people": people }))
    }

    fn alice() -> Value {
        json!({"issuer": ISSUER, "subject": "alice", "domain": "d-one", "profile": "Alice"})
    }

    fn with(key: &str, value: Value) -> Value {
        let mut row = alice();
        row[key] = value;
        row
    }

    fn person(issuer: &str, subject: &str) -> Person {
        Person { issuer: issuer.to_owned(), subject: subject.to_owned() }
    }

    #[test]
    fn what_is_not_said_is_rstudio_for_twelve_hours() {
        let mapping = read(&json!([alice()])).expect("a mapping");
        let access = mapping.find(&person(ISSUER, "alice")).expect("an entry");
        assert_eq!(access.landing, Landing::RStudio);
        assert_eq!(access.session.seconds(), 43_200);
        assert!(access.enabled);
    }

    #[test]
    fn a_person_is_found_by_the_exact_issuer_and_subject_only() {
        let mapping = read(&json!([alice()])).expect("a mapping");
        for (issuer, subject) in [
            (ISSUER, "Alice"),
            (ISSUER, "alice "),
            (ISSUER, "*"),
            ("https://idp.example/pool/", "alice"),
            ("https://IDP.example/pool", "alice"),
            ("", "alice"),
        ] {
            assert_eq!(mapping.find(&person(issuer, subject)), None, "{issuer} {subject}");
        }
    }

    #[test]
    fn the_same_person_twice_is_refused_and_two_issuers_are_two_people() {
        let error = read(&json!([alice(), with("profile", json!("bob"))])).expect_err("a duplicate");
        assert!(error.to_string().contains("stands in the mapping twice"), "{error}");
        let two = read(&json!([alice(), with("issuer", json!("https://other.example"))])).expect("two people");
        assert_eq!(two.len(), 2);
    }

    #[test]
    fn mistakes_are_refused_and_never_read_as_something_else() {
        for (row, why) in [
            (with("enable", json!(false)), "a misspelt key"),
            (with("profile", json!("a.b")), "no profile name"),
            (with("domain", json!("d-*")), "no domain id"),
            (with("landing", json!("shell")), "no landing page"),
            (with("session-seconds", json!(60)), "too short a session"),
            (with("enabled", json!("no")), "a text for a flag"),
        ] {
            assert!(read(&json!([row])).is_err(), "{why}");
        }
        assert!(serde_json::from_value::<StaticMapping>(json!({})).is_err(), "a file without people");
    }

    #[test]
    fn a_row_is_written_as_it_is_read() {
        let row: Row = serde_json::from_value(with("note", json!("on loan"))).expect("a row");
        let written = serde_json::to_value(&row).expect("JSON");
        assert_eq!(written["session-seconds"], 43_200);
        assert_eq!(written["landing"], "rstudio");
        assert_eq!(serde_json::from_value::<Row>(written).expect("a row"), row);
    }
}
