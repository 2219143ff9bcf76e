//! `slipway access check`: what policies say about a request.

mod caller;
mod error;
mod file;
mod layers;
mod live;
mod show;
mod way;

use clap::Args;
use presigned_access::names::{DomainId, ProfileName};
use presigned_access::policy::evaluate::{Layer, Verdict, evaluate};
use presigned_access::policy::identifier::Route;

pub use error::CheckError;

use self::caller::Who;
use self::file::PolicyFile;
use self::way::{From, Way};
use super::connect::connect;
use super::installation::Installation;
use crate::commands::{Ending, Session};
use crate::error::Error;

/// Mints a URL into a domain, and is asked again on every request of the session.
const MINT: &str = "sagemaker:CreatePresignedDomainUrl";

/// Calls a method of an API.
const INVOKE: &str = "execute-api:Invoke";

/// Say whether policies allow a request, and by which statement.
///
/// Without `--from` the request is made from our network, from the internet and from a foreign VPC with our addresses.
///
/// Exit code: with `--from`, 0 if the request is allowed and 3 if it is not. Without it, 0 if the broker (or, at the API,
/// anybody) comes in from our network and from nowhere else, and any other caller from nowhere at all; 3 if not.
#[derive(Debug, Args)]
pub struct Check {
    /// Where the request comes from: `corporate`, `internet`, `foreign-vpc`, or an address. A private address comes
    /// through our endpoint, a public one over the internet.
    #[arg(long, value_name = "PLACE")]
    from: Option<From>,
    /// Who asks: `broker`, `studio-execution-role`, `console-admin`, `nobody` (without a signature), or an ARN. Who is
    /// not the broker may do everything by their own policies, the worst case.
    #[arg(long = "as", value_name = "WHO")]
    who: Option<Who>,
    /// For what: an action of SageMaker about a profile, or `execute-api:Invoke`.
    #[arg(long, default_value = MINT)]
    action: String,
    /// Domain that is asked for; the first `--domain`, where nothing is said.
    #[arg(long, value_name = "ID")]
    into: Option<DomainId>,
    /// Profile that is asked for.
    #[arg(long, value_name = "NAME", default_value = "anybody")]
    profile: ProfileName,
    /// Route that is asked for, of the API.
    #[arg(long, value_name = "METHOD/PATH", default_value = "POST/saml")]
    route: Route,
    /// File with policies in place of rendered ones: an object as `slipway access policy` prints it, or `KIND=FILE` with
    /// one document. What no file has is taken to have no policy. `FullAWSAccess` is taken to stand beside `scp`.
    #[arg(long = "policy", value_name = "FILE", num_args = 1..)]
    policies: Vec<PolicyFile>,
    /// Let IAM judge the statements (`iam:SimulateCustomPolicy`), instead of this program.
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    installation: Installation,
}

impl Check {
    /// Judges, and says what came out.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let layers = self.layers()?;
        let ways = self.ways()?;
        let simulator = if self.live { Some(connect(session).await?.iam()) } else { None };
        let mut judged = Vec::with_capacity(ways.len());
        for way in ways {
            let verdict = judge(simulator.as_ref(), &layers, &way).await?;
            judged.push((way, verdict));
        }
        let good = judged.iter().all(|(way, verdict)| verdict.is_allowed() == self.should_be_allowed(way));
        show::show(&judged, self.from.is_none().then_some(good), session.json());
        Ok(if good { Ending::Done } else { Ending::NotAsAsked })
    }

    fn who(&self) -> Who {
        self.who.clone().unwrap_or(if self.action == INVOKE { Who::Nobody } else { Who::Broker })
    }

    /// With `--from` the question is whether it is allowed; without, whether it is as it should be.
    fn should_be_allowed(&self, way: &Way) -> bool {
        let may_come_in = match self.who() {
            Who::Broker => true,
            Who::Nobody => self.action == INVOKE,
            Who::StudioExecutionRole | Who::ConsoleAdmin | Who::Arn(_) => false,
        };
        self.from.is_some() || (may_come_in && way.from == From::Corporate)
    }
}

async fn judge(simulator: Option<&aws_sdk_iam::Client>, layers: &[Layer], way: &Way) -> Result<Verdict, CheckError> {
    match simulator {
        Some(client) => live::simulate(client, layers, &way.request).await,
        None => evaluate(layers, &way.request).map_err(CheckError::Evaluate),
    }
}
