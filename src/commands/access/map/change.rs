//! What an edit would do to the table: decided and put into words before anything is sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use presigned_access::mapping::Person;
use presigned_access::mapping::item::{ISSUER, SUBJECT};
use serde::Serialize;
use serde_json::Value;

use super::stored::{Stored, text};
use crate::commands::access::printable::printable;

/// The order in which people read an entry; anything else follows by name.
const ORDER: [&str; 6] = ["domain", "profile", "landing", "session-seconds", "enabled", "note"];

/// An edit of one entry.
#[derive(Debug, Serialize)]
pub struct Change {
    kind: Kind,
    issuer: String,
    subject: String,
    before: Option<BTreeMap<String, Value>>,
    after: Option<BTreeMap<String, Value>>,
}

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It is new.
    Create,
    /// It becomes another.
    Update,
    /// It goes.
    Remove,
    /// It is as it should be.
    Keep,
}

impl Change {
    /// From the entry that is there, if any, to the one that should be there, if any.
    pub fn new(person: Person, before: Option<&Stored>, after: Option<&Stored>) -> Self {
        let kind = match (before, after) {
            (None, Some(_)) => Kind::Create,
            (Some(before), Some(after)) if before != after => Kind::Update,
            (Some(_), None) => Kind::Remove,
            _ => Kind::Keep,
        };
        let shown = |stored: Option<&Stored>| stored.map(Stored::shown);
        let Person { issuer, subject } = person;
        Self { kind, issuer, subject, before: shown(before), after: shown(after) }
    }

    /// What becomes of the entry.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The entry and its attributes, as a person reviews them.
    pub fn plan(&self) -> String {
        let sign = match self.kind {
            Kind::Create => '+',
            Kind::Update => '~',
            Kind::Remove => '-',
            Kind::Keep => '=',
        };
        let mut plan = format!("{sign} {} of {}", printable(&self.subject), printable(&self.issuer));
        for (name, before, after) in self.attributes() {
            let words = match (before, after) {
                (Some(before), Some(after)) if before == after => before,
                (Some(before), Some(after)) => format!("{before} -> {after}"),
                (Some(before), None) if self.kind == Kind::Remove => before,
                (Some(before), None) => format!("{before} -> nothing"),
                (None, Some(after)) if self.kind == Kind::Create => after,
                (None, after) => format!("nothing -> {}", after.unwrap_or_default()),
            };
            // Writing into a string does not fail.
            let _ = write!(plan, "\n    {name:<15}  {words}");
        }
        plan
    }

    /// What was done, in one line.
    pub fn outcome(&self) -> String {
        let done = match self.kind {
            Kind::Create => "added",
            Kind::Update => "changed",
            Kind::Remove => "removed",
            Kind::Keep => "kept",
        };
        format!("{done} {} of {}", printable(&self.subject), printable(&self.issuer))
    }

    /// Each attribute but the keys, before and after.
    fn attributes(&self) -> impl Iterator<Item = (String, Option<String>, Option<String>)> {
        let names = |side: &Option<BTreeMap<String, Value>>| side.iter().flat_map(BTreeMap::keys).cloned().collect();
        let mut all: Vec<String> = names(&self.before);
        all.extend::<Vec<String>>(names(&self.after));
        all.retain(|name| name != ISSUER && name != SUBJECT);
        let place = |name: &String| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len());
        all.sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.cmp(other)));
        all.dedup();
        let value = |side: &Option<BTreeMap<String, Value>>, name: &str| side.as_ref()?.get(name).cloned().map(text);
        all.into_iter().map(move |name| (printable(&name), value(&self.before, &name), value(&self.after, &name)))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;

    fn entry(attributes: &[(&str, &str)]) -> Stored {
        Stored(attributes.iter().map(|(name, value)| ((*name).into(), AttributeValue::S((*value).into()))).collect())
    }

    fn person() -> Person {
        Person { issuer: "https://idp.example".into(), subject: "alice".into() }
    }

    #[test]
    fn only_what_differs_has_an_arrow() {
        let before = entry(&[("domain", "d-one"), ("profile", "Alice"), ("note", "on loan"), ("extra", "x")]);
        let after = entry(&[("domain", "d-one"), ("profile", "bob"), ("landing", "rstudio")]);
        let change = Change::new(person(), Some(&before), Some(&after));
        assert_eq!(change.kind(), Kind::Update);
        insta::assert_snapshot!(change.plan(), @r"
        ~ alice of https://idp.example
            domain           d-one
            profile          Alice -> bob
            landing          nothing -> rstudio
            note             on loan -> nothing
            extra            x -> nothing
        ");
    }

    #[test]
    fn an_entry_comes_goes_or_stays() {
        let one = entry(&[("domain", "d-one")]);
        let kind = |before, after| Change::new(person(), before, after).kind();
        assert_eq!(kind(None, Some(&one)), Kind::Create);
        assert_eq!(kind(Some(&one), None), Kind::Remove);
        assert_eq!(kind(Some(&one), Some(&one)), Kind::Keep);
        assert_eq!(Change::new(person(), Some(&one), Some(&one)).outcome(), "kept alice of https://idp.example");
    }
}
