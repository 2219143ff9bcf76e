//! `slipway push`: verified images, into the registry.

use clap::Args;

use super::each::{conclude, each};
use super::session::domains;
use super::{Ending, Selection, Session};
use crate::error::Error;
use crate::pipeline::{self, Services, StepError};

/// Push verified images to the registry.
#[derive(Debug, Args)]
pub struct Push {
    #[command(flatten)]
    selection: Selection,
}

impl Push {
    /// Verifies and pushes what `build` made. An image is never pushed without being verified by the same run, because
    /// nothing in the engine proves that it has been.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let engine = session.engine().await?;
        let services = Services::connect(target, &domains(&wanted)).await?;
        let results = each(&wanted, project.build.parallel, |one| {
            let (engine, services, project) = (&engine, &services, &project);
            async move {
                let reporter = session.reporter.for_image(one.spec().name.as_str());
                if let Some(published) = pipeline::published(services, one).await? {
                    return Ok(published);
                }
                let built = pipeline::find_built(engine, one).await?;
                let id = built.ok_or_else(|| StepError::NotBuilt(one.local_name()))?;
                let verified = pipeline::verify(engine, &id, one, &reporter).await;
                pipeline::keep_report(project, one, &verified)?;
                verified?;
                pipeline::publish(engine, services, one, &reporter).await
            }
        })
        .await;
        services.close().await;
        conclude(session, results, |_, published| {
            format!("{}:{}@{}  {}", published.repository, published.tag, published.digest, published.summary())
        })
    }
}
