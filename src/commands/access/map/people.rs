//! The mapping table in `DynamoDB`. Every write says which entry it replaces, so that two administrators at the same
//! time cannot undo each other's work unseen.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use presigned_access::mapping::Person;
use presigned_access::mapping::item::{self, ISSUER};

use super::error::MapError;
use super::stored::Stored;
use super::table_name::TableName;
use crate::aws::Failure;

/// `DynamoDB`'s name for a condition that does not hold.
const CONDITION_FAILED: &str = "ConditionalCheckFailedException";

/// The table and who stands in it.
#[derive(Debug)]
pub struct People {
    client: Client,
    table: TableName,
}

impl People {
    /// A table that is not asked yet.
    pub fn new(client: Client, table: TableName) -> Self {
        Self { client, table }
    }

    /// A person's entry at this moment.
    pub async fn find(&self, person: &Person) -> Result<Option<Stored>, MapError> {
        let key = key(person)?;
        let call = self.client.get_item().table_name(self.table.as_str()).set_key(Some(key)).consistent_read(true);
        let answer = call.send().await.map_err(|error| self.failed(MapError::read, error.into()))?;
        Ok(answer.item.map(Stored))
    }

    /// Every entry, in the order of issuers and subjects; `page` is the most that one answer holds.
    pub async fn all(&self, page: Option<i32>) -> Result<Vec<Stored>, MapError> {
        let scan = self.client.scan().table_name(self.table.as_str()).consistent_read(true).set_limit(page);
        let mut pages = scan.into_paginator().send();
        let mut entries = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.failed(MapError::read, error.into()))?;
            entries.extend(page.items.unwrap_or_default().into_iter().map(Stored));
        }
        entries.sort_by_cached_key(Stored::person);
        Ok(entries)
    }

    /// Writes an entry in place of `seen`, or of nothing.
    pub async fn put(&self, entry: &Stored, seen: Option<&Stored>) -> Result<(), MapError> {
        let condition = Condition::still(seen);
        let call = self.client.put_item().table_name(self.table.as_str()).set_item(Some(entry.0.clone()));
        let call = call
            .condition_expression(condition.expression)
            .set_expression_attribute_names(Some(condition.names))
            .set_expression_attribute_values(condition.values);
        let Err(error) = call.send().await else { return Ok(()) };
        self.settle(error.into(), &entry.person(), Some(entry)).await
    }

    /// Removes an entry that is still what was `seen`.
    pub async fn remove(&self, person: &Person, seen: &Stored) -> Result<(), MapError> {
        let condition = Condition::still(Some(seen));
        let call = self.client.delete_item().table_name(self.table.as_str()).set_key(Some(key(person)?));
        let call = call
            .condition_expression(condition.expression)
            .set_expression_attribute_names(Some(condition.names))
            .set_expression_attribute_values(condition.values);
        let Err(error) = call.send().await else { return Ok(()) };
        self.settle(error.into(), person, None).await
    }

    /// A call whose answer got lost is made again, and then its own success is in its way: what is there now decides.
    async fn settle(&self, failure: Failure, person: &Person, wanted: Option<&Stored>) -> Result<(), MapError> {
        if !failure.is(CONDITION_FAILED) {
            return Err(self.failed(MapError::write, failure));
        }
        if self.find(person).await?.as_ref() == wanted {
            return Ok(());
        }
        Err(MapError::Changed { issuer: person.issuer.clone(), subject: person.subject.clone() })
    }

    fn failed(&self, what: fn(String, Failure) -> MapError, failure: Failure) -> MapError {
        what(self.table.to_string(), failure)
    }
}

fn key(person: &Person) -> Result<HashMap<String, AttributeValue>, MapError> {
    Ok(Stored::from(item::key(person).map_err(MapError::Item)?).0)
}

/// A condition in `DynamoDB`'s terms.
struct Condition {
    expression: String,
    names: HashMap<String, String>,
    values: Option<HashMap<String, AttributeValue>>,
}

impl Condition {
    /// That the entry is still the one that was seen. Names are placeholders, because some are words of `DynamoDB`'s.
    fn still(seen: Option<&Stored>) -> Self {
        let Some(seen) = seen else {
            let names = HashMap::from([("#key".to_owned(), ISSUER.to_owned())]);
            return Self { expression: "attribute_not_exists(#key)".to_owned(), names, values: None };
        };
        let (mut parts, mut names) = (Vec::new(), HashMap::new());
        let mut values = HashMap::new();
        for (number, (name, value)) in seen.0.iter().enumerate() {
            parts.push(format!("#n{number} = :v{number}"));
            names.insert(format!("#n{number}"), name.clone());
            values.insert(format!(":v{number}"), value.clone());
        }
        let absent = OPTIONAL.iter().filter(|name| !seen.0.contains_key(**name)).enumerate();
        for (number, name) in absent {
            parts.push(format!("attribute_not_exists(#o{number})"));
            names.insert(format!("#o{number}"), (*name).to_owned());
        }
        Self { expression: parts.join(" AND "), names, values: Some(values) }
    }
}

/// What an entry may lack, and another administrator may have added meanwhile.
const OPTIONAL: [&str; 6] = ["domain", "profile", "landing", "session-seconds", "enabled", "note"];

#[cfg(test)]
mod tests {
    use presigned_access::mapping::item::SUBJECT;

    use super::*;

    #[test]
    fn an_entry_has_to_be_the_one_that_was_seen() {
        let seen = Stored(HashMap::from([
            (ISSUER.to_owned(), AttributeValue::S("i".into())),
            (SUBJECT.to_owned(), AttributeValue::S("s".into())),
            ("enabled".to_owned(), AttributeValue::Bool(true)),
        ]));
        let Condition { expression, names, values } = Condition::still(Some(&seen));
        assert_eq!(expression.matches(" = ").count(), 3);
        assert_eq!(expression.matches("attribute_not_exists").count(), 5, "{expression}");
        assert_eq!(names.len(), 8);
        assert_eq!(values.map(|values| values.len()), Some(3));
    }

    #[test]
    fn a_new_entry_may_not_be_there() {
        let condition = Condition::still(None);
        assert_eq!(condition.expression, "attribute_not_exists(#key)");
        assert_eq!(condition.values, None, "DynamoDB refuses an empty map of values");
    }
}
