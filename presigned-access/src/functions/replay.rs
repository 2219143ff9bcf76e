//! The table of assertions that were used: each opens one session.
//!
//! Partition key `assertion` (text), attribute `expires` (number, seconds since the epoch; the table's TTL attribute),
//! attribute `claim` (text). The key is a hash, because issuers and ids have no useful limit of their own.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::failure::Failure;
use super::refusal::Fault;
use crate::saml::Login;

/// The partition key.
pub const KEY: &str = "assertion";
/// The TTL attribute.
pub const EXPIRES: &str = "expires";
const CLAIM: &str = "claim";

/// Claims the assertion of a login, for good.
///
/// The SDK may send the request again when an answer is lost. `claim` lets the second attempt recognise the first; nobody
/// else can know it.
///
/// # Errors
/// The assertion was claimed before, or nobody knows whether it was.
pub async fn claim(client: &Client, table: &str, login: &Login) -> Result<(), ReplayError> {
    let mine = AttributeValue::S(Uuid::new_v4().to_string());
    let sent = client
        .put_item()
        .table_name(table)
        .item(KEY, AttributeValue::S(key(&login.issuer, &login.assertion_id)))
        .item(EXPIRES, AttributeValue::N(login.expires.as_second().to_string()))
        .item(CLAIM, mine.clone())
        .condition_expression("attribute_not_exists(#key) OR #claim = :mine")
        .expression_attribute_names("#key", KEY)
        .expression_attribute_names("#claim", CLAIM)
        .expression_attribute_values(":mine", mine)
        .send()
        .await;
    match sent.map_err(Failure::from) {
        Ok(_) => Ok(()),
        Err(failure) if failure.is("ConditionalCheckFailedException") => Err(ReplayError::Seen),
        Err(failure) => Err(ReplayError::Unknown(failure)),
    }
}

/// The key of an assertion: SHA-256 over issuer and id, each with its length before it.
fn key(issuer: &str, assertion_id: &str) -> String {
    let mut hash = Sha256::new();
    for part in [issuer, assertion_id] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Why an assertion opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// It did already.
    #[error("the assertion was used before")]
    Seen,
    /// The table does not answer.
    #[error("the table of used assertions gave no answer")]
    Unknown(#[source] Failure),
}

impl ReplayError {
    /// The stable code for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Seen => "replay.seen",
            Self::Unknown(failure) if failure.passes() => "replay.unavailable",
            Self::Unknown(_) => "replay.failed",
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Seen => Fault::Person,
            Self::Unknown(failure) if failure.passes() => Fault::Passing,
            Self::Unknown(_) => Fault::Ours,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assertions_of_two_issuers_do_not_meet() {
        assert_eq!(key("a", "b"), key("a", "b"));
        assert_ne!(key("ab", "c"), key("a", "bc"));
        assert_eq!(key(&"i".repeat(4_000), &"a".repeat(200_000)).len(), 64);
    }
}
