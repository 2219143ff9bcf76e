//! Who asks.

use std::convert::Infallible;
use std::str::FromStr;

use presigned_access::policy::evaluate::Caller;
use presigned_access::policy::identifier::Place;

use crate::commands::access::installation::Installation;
use crate::error::Error;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The role that mints.
    Broker,
    /// The role that code in Studio runs as.
    StudioExecutionRole,
    /// An administrator in the console.
    ConsoleAdmin,
    /// Somebody without a signature.
    Nobody,
    /// Somebody else, by ARN.
    Arn(String),
}

impl FromStr for Who {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "broker" => Self::Broker,
            "studio-execution-role" => Self::StudioExecutionRole,
            "console-admin" => Self::ConsoleAdmin,
            "nobody" => Self::Nobody,
            arn => Self::Arn(arn.to_owned()),
        })
    }
}

impl Who {
    /// The ARN, where that is how it was said.
    pub fn arn(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => Some(arn),
            Self::Broker | Self::StudioExecutionRole | Self::ConsoleAdmin | Self::Nobody => None,
        }
    }

    /// The caller of an installation. Names of roles that only stand for a kind of role say what they stand for.
    pub fn caller(&self, installation: &Installation) -> Result<Caller, Error> {
        let role = |name: &str| {
            let Place { region, account } = installation.place()?;
            Ok(Caller::Arn(format!("arn:{}:iam::{account}:role/{name}", region.partition())))
        };
        match self {
            Self::Broker => Ok(Caller::Arn(installation.broker_role(None)?.to_string())),
            Self::StudioExecutionRole => role("studio-execution-role"),
            Self::ConsoleAdmin => role("console-admin"),
            Self::Nobody => Ok(Caller::Anonymous),
            Self::Arn(arn) => Ok(Caller::Arn(arn.clone())),
        }
    }
}
