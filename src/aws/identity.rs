//! Who AWS thinks we are.

use super::{Aws, Failure};
use crate::spec::name::AccountId;

/// The caller as the security token service sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account that is paid with.
    pub account: AccountId,
    /// The user or the session of a role.
    pub arn: String,
}

/// Why it is not known who we are.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// The question failed.
    #[error("could not ask AWS whose credentials these are")]
    Identity(#[source] Failure),
    /// The answer lacks a part that AWS always sends.
    #[error("AWS's answer to whose credentials these are has no usable {missing}")]
    IncompleteIdentity {
        /// The part.
        missing: &'static str,
    },
}

impl AwsError {
    /// The next step, where the failure is a known one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Identity(failure) => failure.hint(),
            Self::IncompleteIdentity { .. } => None,
        }
    }
}

impl Aws {
    /// Asks whose credentials are in use; needs no permission.
    pub async fn identity(&self) -> Result<Identity, AwsError> {
        let answer = self.sts().get_caller_identity().send().await.map_err(|error| AwsError::Identity(error.into()))?;
        let account = answer.account.and_then(|account| account.parse().ok());
        Ok(Identity {
            account: account.ok_or(AwsError::IncompleteIdentity { missing: "account" })?,
            arn: answer.arn.ok_or(AwsError::IncompleteIdentity { missing: "ARN" })?,
        })
    }
}
