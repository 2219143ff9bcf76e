//! Items as they lie in the table, whether the functions could read them or not.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use presigned_access::mapping::item::{self, Attribute, Attributes, ISSUER, ItemError, SUBJECT};
use presigned_access::mapping::{Person, Row};
use serde_json::{Value, json};

use crate::commands::access::printable::printable;

/// An item of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored(pub HashMap<String, AttributeValue>);

/// Why an item is no entry; the functions refuse the person then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// A list, a map or another kind of value that no entry has.
    #[error("the item's `{attribute}` is neither a text nor a whole number nor true or false")]
    Kind {
        /// Of what.
        attribute: String,
    },
    /// The values are none of an entry.
    #[error(transparent)]
    Item(#[from] ItemError),
}

impl Stored {
    /// The person, as the table's keys name them. Keys that are not texts are told as they are.
    pub fn person(&self) -> Person {
        let key = |name: &str| self.0.get(name).map(shown).map(text).unwrap_or_default();
        Person { issuer: key(ISSUER), subject: key(SUBJECT) }
    }

    /// The item as the functions read it.
    pub fn row(&self) -> Result<Row, StoredError> {
        let mut attributes = Attributes::new();
        for (name, value) in &self.0 {
            let kind = || StoredError::Kind { attribute: name.clone() };
            attributes.insert(name.clone(), read(value).ok_or_else(kind)?);
        }
        Ok(item::read(attributes)?)
    }

    /// Every attribute in words, for people.
    pub fn shown(&self) -> BTreeMap<String, Value> {
        self.0.iter().map(|(name, value)| (name.clone(), shown(value))).collect()
    }
}

impl From<Attributes> for Stored {
    fn from(attributes: Attributes) -> Self {
        Self(attributes.into_iter().map(|(name, value)| (name, written(value))).collect())
    }
}

fn read(value: &AttributeValue) -> Option<Attribute> {
    match value {
        AttributeValue::S(text) => Some(Attribute::Text(text.clone())),
        AttributeValue::N(number) => number.parse().ok().map(Attribute::Number),
        AttributeValue::Bool(flag) => Some(Attribute::Flag(*flag)),
        _ => None,
    }
}

fn written(value: Attribute) -> AttributeValue {
    match value {
        Attribute::Text(text) => AttributeValue::S(text),
        Attribute::Number(number) => AttributeValue::N(number.to_string()),
        Attribute::Flag(flag) => AttributeValue::Bool(flag),
    }
}

/// A value as JSON would have it; the kinds that no entry has are only named.
fn shown(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!(text),
        AttributeValue::N(number) => number.parse::<i64>().map_or_else(|_| json!(number), |number| json!(number)),
        AttributeValue::Bool(flag) => json!(flag),
        AttributeValue::B(_) => json!("(bytes)"),
        AttributeValue::L(_) => json!("(a list)"),
        AttributeValue::M(_) => json!("(a map)"),
        AttributeValue::Null(_) => json!("(null)"),
        _ => json!("(a set)"),
    }
}

/// A value in one line. What would move a terminal's cursor or colour is shown as its code.
pub fn text(value: Value) -> String {
    let text = match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    printable(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(attributes: &[(&str, AttributeValue)]) -> Stored {
        Stored(attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    fn text_of(value: &str) -> AttributeValue {
        AttributeValue::S(value.to_owned())
    }

    #[test]
    fn an_item_that_the_functions_cannot_read_says_why() {
        let list = stored(&[("issuer", text_of("i")), ("subject", text_of("s")), ("tags", AttributeValue::L(vec![]))]);
        assert_eq!(list.row(), Err(StoredError::Kind { attribute: "tags".into() }));
        let half = stored(&[("issuer", text_of("i")), ("subject", text_of("s"))]);
        assert_eq!(half.row(), Err(StoredError::Item(ItemError::Missing { attribute: "domain" })));
        assert_eq!(half.person(), Person { issuer: "i".into(), subject: "s".into() });
        assert_eq!(list.shown()["tags"], "(a list)");
    }
}
