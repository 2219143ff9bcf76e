//! `slipway verify`: contract rules and tests on built images.

use clap::Args;

use super::each::{conclude, each};
use super::{Ending, Selection, Session};
use crate::error::Error;
use crate::pipeline::{self, StepError};

/// Check built images against SageMaker's rules and their own tests.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    selection: Selection,
}

impl Verify {
    /// Verifies what `build` made.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let engine = session.engine().await?;
        let results = each(&wanted, project.build.parallel, |one| {
            let (engine, project) = (&engine, &project);
            async move {
                let reporter = session.reporter.for_image(one.spec().name.as_str());
                let built = pipeline::find_built(engine, one).await?;
                let id = built.ok_or_else(|| StepError::NotBuilt(one.local_name()))?;
                let verified = pipeline::verify(engine, &id, one, &reporter).await;
                pipeline::keep_report(project, one, &verified)?;
                verified
            }
        })
        .await;
        let results = results
            .into_iter()
            .map(|each| super::each::Each { wanted: each.wanted, result: each.result.map(|report| report.to_json()) });
        conclude(session, results.collect(), |wanted, _| format!("{}  fit to be published", wanted.local_name()))
    }
}
