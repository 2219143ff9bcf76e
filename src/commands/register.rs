//! `slipway register`: pushed images, into SageMaker.

use clap::Args;

use super::each::{conclude, each};
use super::session::domains;
use super::{Ending, Selection, Session};
use crate::error::Error;
use crate::git;
use crate::pipeline::{self, Services};

/// Register pushed images in SageMaker.
#[derive(Debug, Args)]
pub struct Register {
    #[command(flatten)]
    selection: Selection,
}

impl Register {
    /// Registers what `push` brought into the registry.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let services = Services::connect(target, &domains(&wanted)).await?;
        let results = each(&wanted, project.build.parallel, |one| {
            let (services, project) = (&services, &project);
            async move {
                let name = &one.spec().name;
                let reporter = session.reporter.for_image(name.as_str());
                let digest = pipeline::pushed_digest(services, one).await?;
                let commit = git::last_commit(&project.specs_folder().join(name.as_str()));
                pipeline::register(services, target, one, &digest, commit.as_ref(), &reporter).await
            }
        })
        .await;
        services.close().await;
        conclude(session, results, |_, registered| {
            format!("{} version {}  {}", registered.image, registered.version, registered.base_image)
        })
    }
}
