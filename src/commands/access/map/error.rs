//! Why the mapping table could not be read or changed.

use presigned_access::mapping::item::ItemError;

use crate::aws::Failure;

/// Why the mapping table could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// Nothing came out of it.
    #[error("cannot read the table `{table}`")]
    Read {
        /// The table.
        table: String,
        /// Why.
        #[source]
        source: Failure,
    },
    /// Nothing went into it.
    #[error("cannot change the table `{table}`")]
    Write {
        /// The table.
        table: String,
        /// Why.
        #[source]
        source: Failure,
    },
    /// Somebody else changed the entry between the look and the write.
    #[error("somebody else changed the entry of `{subject}` of `{issuer}` meanwhile; nothing was written")]
    Changed {
        /// The identity provider.
        issuer: String,
        /// The person's id there.
        subject: String,
    },
    /// There is nothing to remove. An error, because a misspelt id would leave somebody in.
    #[error("the table has no entry for `{subject}` of `{issuer}`")]
    NoEntry {
        /// The identity provider.
        issuer: String,
        /// The person's id there.
        subject: String,
    },
    /// The person cannot be the key of an entry.
    #[error(transparent)]
    Item(ItemError),
}

impl MapError {
    pub(super) fn read(table: String, source: Failure) -> Self {
        Self::Read { table, source }
    }

    pub(super) fn write(table: String, source: Failure) -> Self {
        Self::Write { table, source }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { table, source } | Self::Write { table, source } => hint(table, source),
            Self::Changed { .. } => Some("run it again: it shows what is there now, and asks".to_owned()),
            Self::NoEntry { .. } => Some(
                "issuer and subject are compared exactly; `slipway access map list` shows how they are written"
                    .to_owned(),
            ),
            Self::Item(_) => None,
        }
    }
}

fn hint(table: &str, failure: &Failure) -> Option<String> {
    if failure.is("ResourceNotFoundException") {
        return Some(format!(
            "is it this Region and account? The templates in `infrastructure/` make the table and say its name; by \
             hand: `aws dynamodb create-table --table-name {table} --billing-mode PAY_PER_REQUEST \
             --attribute-definitions AttributeName=issuer,AttributeType=S AttributeName=subject,AttributeType=S \
             --key-schema AttributeName=issuer,KeyType=HASH AttributeName=subject,KeyType=RANGE`"
        ));
    }
    if failure.refusal().is_some_and(|refusal| refusal.message.contains("key")) && failure.is("ValidationException") {
        return Some(format!(
            "is `{table}` the mapping table? Its partition key is `issuer` and its sort key `subject`, both texts"
        ));
    }
    failure.hint()
}
