//! The services behind a target.

use slipway_sandbox::Sandbox;

use super::sandbox::{SandboxError, reach};
use crate::aws::{Aws, Connection, StaticCredentials};
use crate::registry::Registry;
use crate::sagemaker::{Pace, SageMaker};
use crate::spec::name::DomainId;
use crate::spec::{Place, Target};

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
    pub async fn connect(target: &Target, domains: &[DomainId]) -> Result<Self, SandboxError> {
        let (connection, pace, sandbox) = match &target.place {
            Place::Aws { assume_role, profile } => {
                let connection = Connection {
                    region: target.region.clone(),
                    endpoint: None,
                    credentials: None,
                    profile: profile.clone(),
                    assume_role: assume_role.clone(),
                };
                (connection, Pace::AWS, None)
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
                (connection, Pace::SANDBOX, reached.started)
            }
        };
        let aws = Aws::connect(&connection).await;
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
