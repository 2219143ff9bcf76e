//! `slipway sandbox`: the local AWS, for any client.

use clap::Args;
use slipway_sandbox::{ACCESS_KEY_ID, Fault, SECRET_ACCESS_KEY};

use super::{Ending, Session, output};
use crate::error::Error;
use crate::pipeline::{SandboxError, sandbox_options};
use crate::spec::name::DomainId;
use crate::spec::{Place, SANDBOX};

/// Serve the local AWS for any client.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Domains that exist from the start, beside those of `[target.sandbox.domains]`.
    #[arg(long = "domain", value_name = "ID")]
    domains: Vec<String>,
    /// Something that goes wrong on purpose, as JSON: `{"fault": "throttle", "operation": "*", "calls": 1}`.
    #[arg(long = "fault", value_name = "JSON")]
    faults: Vec<String>,
}

impl Sandbox {
    /// Serves until Ctrl-C.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = project.targets.values().find(|target| target.name.as_str() == SANDBOX);
        let Some((target, Place::Sandbox { port, state })) = target.map(|target| (target, &target.place)) else {
            return Err(Error::NothingSelected("the project has no sandbox".to_owned()));
        };
        let mut domains: Vec<DomainId> = target.domains.values().cloned().collect();
        for id in &self.domains {
            domains.push(id.parse().map_err(|error| Error::Usage(format!("{error}")))?);
        }
        let mut options = sandbox_options(target, *port, state, &domains);
        for fault in &self.faults {
            let fault = serde_json::from_str::<Fault>(fault);
            options.faults.push(fault.map_err(|error| Error::Usage(format!("`--fault`: {error}")))?);
        }
        let started = slipway_sandbox::start(options).await;
        let sandbox = started.map_err(|source| SandboxError::Start { port: *port, source })?;
        let endpoint = sandbox.endpoint();
        output::say(&format!(
            "a rehearsal of AWS serves {endpoint}; Ctrl-C ends it, its state stays in {}",
            state.display()
        ));
        output::data(&format!(
            "export AWS_ENDPOINT_URL={endpoint} AWS_REGION={region} AWS_DEFAULT_REGION={region} \
             AWS_ACCESS_KEY_ID={ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY}",
            region = target.region,
        ));
        sandbox.wait().await;
        Ok(Ending::Done)
    }
}
