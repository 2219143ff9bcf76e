//! How the verbs of `access` reach AWS: without a project as AWS's own tools do, or as a target says that is named.

use crate::aws::Aws;
use crate::commands::Session;
use crate::error::Error;
use crate::pipeline;
use crate::spec::Place;

/// Why there is no AWS to talk to.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The local stand-in knows no tables and no parameters.
    #[error("the sandbox has no tables and no parameters")]
    Sandbox,
    /// Nothing says which Region is meant.
    #[error("no AWS Region is set")]
    NoRegion,
}

impl ReachError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Sandbox => {
                "name a target in AWS, or no target at all: Region, credentials and endpoints (`AWS_ENDPOINT_URL`) are \
                 then found as AWS's own tools find them"
            }
            Self::NoRegion => "set `AWS_REGION`, choose a profile that names one (`AWS_PROFILE`), or use `--target`",
        }
    }
}

/// Connects to the account of the target that is named; where none is, to the one that the surroundings mean.
pub async fn connect(session: &Session) -> Result<Aws, Error> {
    if !session.names_a_target() {
        let aws = Aws::surrounding().await;
        return if aws.region().is_some() { Ok(aws) } else { Err(ReachError::NoRegion.into()) };
    }
    let project = session.project()?;
    let target = session.target(&project)?;
    match &target.place {
        Place::Aws { assume_role, profile } => {
            Ok(pipeline::account(target, assume_role.as_ref(), profile.as_deref()).await?)
        }
        Place::Sandbox { .. } => Err(ReachError::Sandbox.into()),
    }
}
