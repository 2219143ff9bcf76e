//! The services behind a target.

use slipway_sandbox::Sandbox;

use super::sandbox::{SandboxError, reach};
use crate::aws::{Aws, AwsError, Connection, StaticCredentials};
use crate::registry::Registry;
use crate::sagemaker::{Pace, SageMaker};
use crate::spec::name::{AccountId, DomainId, Label, RoleArn};
use crate::spec::{Place, Target};

/// Why a target's services cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no sandbox.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// Nobody says whose credentials these are.
    #[error(transparent)]
    Identity(#[from] AwsError),
    /// They are another account's.
    #[error("target `{target}` is account {expected}, and the credentials belong to {found}")]
    Account {
        /// The target.
        target: Label,
        /// Its account.
        expected: AccountId,
        /// Whose credentials they are.
        found: String,
    },
}

impl ConnectError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Sandbox(source) => source.hint(),
            Self::Identity(source) => source.hint(),
            Self::Account { .. } => {
                Some("set `profile` or `assume-role` in the target, or use other credentials".to_owned())
            }
        }
    }
}

/// Clients for one target.
#[derive(Debug)]
pub struct Services {
    /// The account itself.
    pub aws: Aws,
    /// ECR.
    pub registry: Registry,
    /// SageMaker.
    pub sagemaker: SageMaker,
    /// The sandbox, where this process serves it.
    sandbox: Option<Sandbox>,
}

impl Services {
    /// Connects to a target. The sandbox is started where nothing serves it, and gets the domains that are named.
    pub async fn connect(target: &Target, domains: &[DomainId]) -> Result<Self, ConnectError> {
        let (aws, pace, sandbox) = match &target.place {
            Place::Aws { assume_role, profile } => {
                (account(target, assume_role.as_ref(), profile.as_deref()).await?, Pace::AWS, None)
            }
            Place::Sandbox { port, state } => {
                let reached = reach(target, *port, state, domains).await?;
                let connection = Connection {
                    region: target.region.clone(),
                    endpoint: Some(reached.endpoint),
                    credentials: Some(StaticCredentials {
                        access_key_id: slipway_sandbox::ACCESS_KEY_ID.to_owned(),
                        secret_access_key: slipway_sandbox::SECRET_ACCESS_KEY.to_owned(),
                    }),
                    profile: None,
                    assume_role: None,
                };
                (Aws::connect(&connection).await, Pace::SANDBOX, reached.started)
            }
        };
        Ok(Self {
            registry: Registry::new(aws.ecr(), target.repository.clone()),
            sagemaker: SageMaker::new(aws.sagemaker()).with_pace(pace),
            aws,
            sandbox,
        })
    }

    /// Ends the sandbox where this process serves it; its state stays on disk.
    pub async fn close(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

/// AWS as a target names it; credentials of another account are an error.
pub async fn account(
    target: &Target,
    assume_role: Option<&RoleArn>,
    profile: Option<&str>,
) -> Result<Aws, ConnectError> {
    let connection = Connection {
        region: target.region.clone(),
        endpoint: None,
        credentials: None,
        profile: profile.map(str::to_owned),
        assume_role: assume_role.cloned(),
    };
    let aws = Aws::connect(&connection).await;
    right_account(&aws, target).await?;
    Ok(aws)
}

/// Images of one account must not land in another because a shell had the wrong credentials.
async fn right_account(aws: &Aws, target: &Target) -> Result<(), ConnectError> {
    let identity = aws.identity().await?;
    if identity.account == target.account {
        return Ok(());
    }
    let (target, expected) = (target.name.clone(), target.account.clone());
    Err(ConnectError::Account { target, expected, found: identity.arn })
}
