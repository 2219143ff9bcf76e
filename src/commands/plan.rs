//! `slipway plan`: what would happen, and why.

use std::path::PathBuf;

use clap::Args;

use super::session::domains;
use super::{Ending, Selection, Session, output};
use crate::error::Error;
use crate::pipeline::Services;
use crate::plan::{self, Observed, Wanted};
use crate::spec::Target;

/// Say what would happen, and why.
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    selection: Selection,
    /// Also write the plan to a file, for `slipway apply --plan`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Plan {
    /// Looks and decides; changes nothing.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let services = Services::connect(target, &domains(&wanted)).await?;
        let looked = look(&services, target, &wanted).await;
        services.close().await;
        let (plan, _) = looked?;
        if let Some(path) = self.out {
            std::fs::write(&path, saved(&plan)).map_err(|source| Error::Write { path, source })?;
        }
        if session.json() {
            output::json(&plan);
        } else {
            output::data(&plan.to_string());
        }
        let pending = !plan.is_empty() || plan.blocked().next().is_some();
        Ok(if pending { Ending::Pending } else { Ending::Done })
    }
}

/// A plan as it stands in a file: the same bytes for the same plan.
pub fn saved(plan: &plan::Plan) -> String {
    let text = serde_json::to_string_pretty(plan).expect("a plan should be JSON");
    format!("{text}\n")
}

/// Looks how things stand and decides what to do.
pub async fn look(services: &Services, target: &Target, wanted: &[Wanted]) -> Result<(plan::Plan, Observed), Error> {
    let observed = plan::observe(&services.registry, &services.sagemaker, wanted).await?;
    Ok((plan::decide(target, wanted, &observed), observed))
}
