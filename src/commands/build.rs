//! `slipway build`: the container image, in the engine.

use clap::Args;
use serde::Serialize;

use super::each::{conclude, each};
use super::{Ending, Selection, Session};
use crate::error::Error;
use crate::git;
use crate::pipeline;

/// Build images in the Docker Engine.
#[derive(Debug, Args)]
pub struct Build {
    #[command(flatten)]
    selection: Selection,
}

#[derive(Serialize)]
struct Built {
    image: String,
    name: String,
    id: String,
}

impl Build {
    /// Builds what the engine does not have yet.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let secrets = session.secrets(&project, &wanted)?;
        let engine = session.engine().await?;
        let results = each(&wanted, project.build.parallel, |one| {
            let (engine, secrets, project) = (&engine, &secrets, &project);
            async move {
                let name = &one.spec().name;
                let reporter = session.reporter.for_image(name.as_str());
                let commit = git::last_commit(&project.specs_folder().join(name.as_str()));
                let secrets = secrets.get(name).cloned().unwrap_or_default();
                let network = project.build.network;
                let id = pipeline::build(engine, one, network, secrets, commit.as_ref(), &reporter).await?;
                Ok(Built { image: name.to_string(), name: one.local_name(), id })
            }
        })
        .await;
        conclude(session, results, |_, built| format!("{}  {}", built.name, built.id))
    }
}
