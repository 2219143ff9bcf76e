//! `slipway attach`: registered images, into the lists of their domains.

use clap::Args;

use super::session::domains;
use super::{Ending, Selection, Session, output};
use crate::error::Error;
use crate::pipeline::{self, Registered, Services};
use crate::plan::Wanted;

/// Attach registered images to their domains.
#[derive(Debug, Args)]
pub struct Attach {
    #[command(flatten)]
    selection: Selection,
}

impl Attach {
    /// Gives each image its entry, pinned to the version that `register` made.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let services = Services::connect(target, &domains(&wanted)).await?;
        let result = attach_all(session, &services, &wanted).await;
        services.close().await;
        result
    }
}

async fn attach_all(session: &Session, services: &Services, wanted: &[Wanted]) -> Result<Ending, Error> {
    let mut registered = Vec::new();
    for one in wanted {
        registered.push((one, pipeline::registered(services, one).await?));
    }
    for domain in domains(wanted) {
        let images: Vec<&Registered> = registered
            .iter()
            .filter(|(one, _)| one.domains.iter().any(|(_, id)| *id == domain))
            .map(|(_, registered)| registered)
            .collect();
        let attached = pipeline::attach(services, &domain, &images, &session.reporter).await?;
        if session.json() {
            output::json(&attached.after);
        } else {
            output::data(&output::domain_list(&domain, &attached.after));
        }
    }
    Ok(Ending::Done)
}
