//! Where the mapping is: in the configuration, or in a DynamoDB table.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;

use super::failure::Failure;
use super::refusal::Fault;
use crate::mapping::item::{self, Attribute, Attributes, ItemError};
use crate::mapping::{Access, Person, StaticMapping};

/// Where the mapping is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum People {
    /// In the configuration.
    Static(StaticMapping),
    /// In the table of this name, laid out as `mapping::item` says.
    Table(String),
}

impl People {
    /// What the mapping says about a person, enabled or not.
    ///
    /// # Errors
    /// The table does not answer, or what it holds about the person cannot be relied upon.
    pub async fn find(&self, client: &Client, person: &Person) -> Result<Option<Access>, PeopleError> {
        match self {
            Self::Static(mapping) => Ok(mapping.find(person)),
            Self::Table(table) => look_up(client, table, person).await,
        }
    }
}

async fn look_up(client: &Client, table: &str, person: &Person) -> Result<Option<Access>, PeopleError> {
    // A name that the table cannot hold is nobody's.
    let Ok(key) = item::key(person) else { return Ok(None) };
    let key: HashMap<_, _> = key.into_iter().map(|(name, value)| (name, outward(value))).collect();
    // Consistent: somebody who was switched off a moment ago stays out.
    let answer = client.get_item().table_name(table).set_key(Some(key)).consistent_read(true).send().await;
    let Some(found) = answer.map_err(Failure::from)?.item else { return Ok(None) };
    let attributes: Attributes = found.into_iter().map(inward).collect::<Result<_, _>>()?;
    let row = item::read(attributes)?;
    if row.person == *person { Ok(Some(row.access)) } else { Err(PeopleError::Other) }
}

fn outward(value: Attribute) -> AttributeValue {
    match value {
        Attribute::Text(text) => AttributeValue::S(text),
        Attribute::Number(number) => AttributeValue::N(number.to_string()),
        Attribute::Flag(flag) => AttributeValue::Bool(flag),
    }
}

fn inward((name, value): (String, AttributeValue)) -> Result<(String, Attribute), PeopleError> {
    let value = match value {
        AttributeValue::S(text) => Attribute::Text(text),
        AttributeValue::N(number) => Attribute::Number(number.parse().map_err(|_| PeopleError::Type)?),
        AttributeValue::Bool(flag) => Attribute::Flag(flag),
        _ => return Err(PeopleError::Type),
    };
    Ok((name, value))
}

/// Why the mapping says nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// The table does not answer.
    #[error("the mapping table gave no answer")]
    Table(#[from] Failure),
    /// The item of the person is damaged.
    #[error("the person's item in the mapping table is damaged")]
    Item(#[from] ItemError),
    /// A value of a type that no item of ours has.
    #[error("the person's item in the mapping table has a value of another type")]
    Type,
    /// The table answered with somebody else.
    #[error("the mapping table answered with another person")]
    Other,
}

impl PeopleError {
    /// The stable code for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Table(failure) if failure.passes() => "mapping.table.unavailable",
            Self::Table(_) => "mapping.table.failed",
            Self::Item(_) | Self::Type => "mapping.table.item",
            Self::Other => "mapping.table.other",
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Table(failure) if failure.passes() => Fault::Passing,
            Self::Table(_) | Self::Item(_) | Self::Type | Self::Other => Fault::Ours,
        }
    }

    /// What is wrong, for the log. Values of the item are not in it.
    pub fn failure(&self) -> Option<&dyn std::error::Error> {
        match self {
            Self::Table(failure) => Some(failure),
            Self::Item(error) => Some(error),
            Self::Type | Self::Other => None,
        }
    }
}
