//! The mapping table's layout: partition key `issuer`, sort key `subject`, one item a person.
//!
//! The functions read it and `slipway access map` writes it. Both translate [`Attribute`] to their client's type and
//! know nothing else about the layout.

use std::collections::BTreeMap;

use super::{Access, Person, Row, SessionLength};

/// The partition key.
pub const ISSUER: &str = "issuer";
/// The sort key.
pub const SUBJECT: &str = "subject";
const DOMAIN: &str = "domain";
const PROFILE: &str = "profile";
const LANDING: &str = "landing";
const SESSION: &str = "session-seconds";
const ENABLED: &str = "enabled";
const NOTE: &str = "note";

/// `DynamoDB`'s limits for the two keys, in bytes.
const LONGEST_ISSUER: usize = 2_048;
const LONGEST_SUBJECT: usize = 1_024;

/// A value in the table: `DynamoDB`'s `S`, `N` and `BOOL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `S`.
    Text(String),
    /// `N`.
    Number(i64),
    /// `BOOL`.
    Flag(bool),
}

/// An item, or the key of one.
pub type Attributes = BTreeMap<String, Attribute>;

/// The key of a person's item.
pub fn key(person: &Person) -> Result<Attributes, ItemError> {
    let part = |attribute: &'static str, text: &str, longest: usize| {
        if text.is_empty() || text.len() > longest {
            return Err(ItemError::Key { attribute, longest });
        }
        Ok((attribute.to_owned(), Attribute::Text(text.to_owned())))
    };
    let issuer = part(ISSUER, &person.issuer, LONGEST_ISSUER)?;
    let subject = part(SUBJECT, &person.subject, LONGEST_SUBJECT)?;
    Ok(Attributes::from([issuer, subject]))
}

/// The item of a row.
pub fn write(row: &Row) -> Result<Attributes, ItemError> {
    let Access { domain, profile, landing, session, enabled } = &row.access;
    let mut item = key(&row.person)?;
    let text = |text: &str| Attribute::Text(text.to_owned());
    item.insert(DOMAIN.to_owned(), text(domain.as_str()));
    item.insert(PROFILE.to_owned(), text(profile.as_str()));
    item.insert(LANDING.to_owned(), text(landing.as_str()));
    item.insert(SESSION.to_owned(), Attribute::Number((*session).into()));
    item.insert(ENABLED.to_owned(), Attribute::Flag(*enabled));
    if let Some(note) = &row.note {
        item.insert(NOTE.to_owned(), text(note));
    }
    Ok(item)
}

/// The row of an item.
///
/// `landing` and `session-seconds` have defaults. `enabled` has none, and an attribute that is not known is refused:
/// a misspelling must not leave somebody in.
pub fn read(mut item: Attributes) -> Result<Row, ItemError> {
    let person = Person { issuer: text(&mut item, ISSUER)?, subject: text(&mut item, SUBJECT)? };
    let access = Access {
        domain: parsed(DOMAIN, &text(&mut item, DOMAIN)?)?,
        profile: parsed(PROFILE, &text(&mut item, PROFILE)?)?,
        landing: optional_text(&mut item, LANDING)?.map(|text| parsed(LANDING, &text)).transpose()?.unwrap_or_default(),
        session: session(&mut item)?,
        enabled: flag(&mut item, ENABLED)?,
    };
    let note = optional_text(&mut item, NOTE)?;
    match item.pop_first() {
        None => Ok(Row { person, access, note }),
        Some((attribute, _)) => Err(ItemError::Unknown { attribute }),
    }
}

fn text(item: &mut Attributes, attribute: &'static str) -> Result<String, ItemError> {
    optional_text(item, attribute)?.ok_or(ItemError::Missing { attribute })
}

fn optional_text(item: &mut Attributes, attribute: &'static str) -> Result<Option<String>, ItemError> {
    match item.remove(attribute) {
        Some(Attribute::Text(text)) => Ok(Some(text)),
        None => Ok(None),
        Some(_) => Err(ItemError::Value { attribute }),
    }
}

fn flag(item: &mut Attributes, attribute: &'static str) -> Result<bool, ItemError> {
    match item.remove(attribute) {
        Some(Attribute::Flag(flag)) => Ok(flag),
        None => Err(ItemError::Missing { attribute }),
        Some(_) => Err(ItemError::Value { attribute }),
    }
}

fn session(item: &mut Attributes) -> Result<SessionLength, ItemError> {
    let wrong = ItemError::Value { attribute: SESSION };
    match item.remove(SESSION) {
        Some(Attribute::Number(seconds)) => SessionLength::try_from(seconds).map_err(|_| wrong),
        None => Ok(SessionLength::default()),
        Some(_) => Err(wrong),
    }
}

fn parsed<T: std::str::FromStr>(attribute: &'static str, text: &str) -> Result<T, ItemError> {
    text.parse().map_err(|_| ItemError::Value { attribute })
}

/// Why an item is no row, or a row no item. Values are not told: the table may hold what nobody should log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// A key that the table cannot hold.
    #[error("`{attribute}` has to have 1 to {longest} bytes")]
    Key {
        /// Which one.
        attribute: &'static str,
        /// The table's limit, in bytes.
        longest: usize,
    },
    /// Something that every item has is not there.
    #[error("the item has no `{attribute}`")]
    Missing {
        /// What.
        attribute: &'static str,
    },
    /// A value of another kind, or one that is not allowed.
    #[error("the item's `{attribute}` has a value that it cannot have")]
    Value {
        /// Of what.
        attribute: &'static str,
    },
    /// Something that no item has.
    #[error("the item has an attribute that is not known: `{attribute}`")]
    Unknown {
        /// What.
        attribute: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::Landing;

    fn row() -> Row {
        Row {
            person: Person { issuer: "https://idp.example".to_owned(), subject: "Al*ice".to_owned() },
            access: Access {
                domain: "d-one".parse().expect("a domain id"),
                profile: "Alice".parse().expect("a profile name"),
                landing: Landing::CodeEditor,
                session: SessionLength::try_from(3_600).expect("a session length"),
                enabled: false,
            },
            note: Some("on loan".to_owned()),
        }
    }

    fn without(attribute: &str) -> Attributes {
        let mut item = write(&row()).expect("an item");
        item.remove(attribute).expect("an attribute");
        item
    }

    fn with(attribute: &str, value: Attribute) -> Attributes {
        let mut item = write(&row()).expect("an item");
        item.insert(attribute.to_owned(), value);
        item
    }

    #[test]
    fn what_is_written_is_read_back() {
        let plain = Row { note: None, ..row() };
        for row in [row(), plain] {
            assert_eq!(read(write(&row).expect("an item")), Ok(row));
        }
    }

    #[test]
    fn the_layout_is_as_documented() {
        insta::assert_debug_snapshot!(write(&row()).expect("an item"));
    }

    #[test]
    fn what_is_missing_is_a_default_or_a_refusal() {
        assert_eq!(read(without(LANDING)).map(|row| row.access.landing), Ok(Landing::RStudio));
        assert_eq!(read(without(SESSION)).map(|row| row.access.session.seconds()), Ok(43_200));
        for attribute in [ISSUER, SUBJECT, DOMAIN, PROFILE, ENABLED] {
            assert_eq!(read(without(attribute)), Err(ItemError::Missing { attribute }));
        }
    }

    #[test]
    fn values_that_cannot_be_are_refused() {
        for (attribute, value) in [
            (DOMAIN, Attribute::Text("d-*".to_owned())),
            (PROFILE, Attribute::Text("a.b".to_owned())),
            (LANDING, Attribute::Text(String::new())),
            (LANDING, Attribute::Number(1)),
            (SESSION, Attribute::Number(60)),
            (SESSION, Attribute::Text("3600".to_owned())),
            (ENABLED, Attribute::Text("true".to_owned())),
            (ENABLED, Attribute::Number(1)),
            (NOTE, Attribute::Flag(true)),
        ] {
            assert_eq!(read(with(attribute, value)), Err(ItemError::Value { attribute }));
        }
        let unknown = with("enable", Attribute::Flag(false));
        assert_eq!(read(unknown), Err(ItemError::Unknown { attribute: "enable".to_owned() }));
    }

    #[test]
    fn keys_that_the_table_cannot_hold_are_refused() {
        let person = |issuer: &str, subject: &str| Person { issuer: issuer.to_owned(), subject: subject.to_owned() };
        let fits = person(&"i".repeat(2_048), &"s".repeat(1_024));
        assert_eq!(key(&fits).map(|key| key.len()), Ok(2));
        let long_issuer = person(&"i".repeat(2_049), "s");
        let long_subject = person("i", &"\u{e9}".repeat(513));
        for wrong in [person("", "s"), person("i", ""), long_issuer, long_subject] {
            assert!(matches!(key(&wrong), Err(ItemError::Key { .. })));
        }
    }
}
