//! `slipway lock`: what versions resolve to. The only verb that asks the network what is current.

use std::collections::BTreeSet;

use clap::Args;

use super::{Ending, Selection, Session, output};
use crate::error::Error;
use crate::lock::{self, DownloadCache, LockFileError, Resolver, Update};
use crate::spec::{ImageSpec, Project};

/// Resolve versions to digests, addresses and hashes.
#[derive(Debug, Args)]
pub struct Lock {
    #[command(flatten)]
    selection: Selection,
    /// Resolve again what the lock has already.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', num_args = 0.., default_missing_value = "all")]
    update: Vec<Update>,
    /// Ask nobody and write nothing; exit with 2 where a lock is missing or says other than its spec.
    #[arg(long, conflicts_with = "update")]
    check: bool,
}

impl Lock {
    /// Writes `image.lock` beside each spec.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let specs = session.specs(&project, &self.selection)?;
        if self.check {
            return check(&project, &specs);
        }
        let client = reqwest::Client::builder().user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION"))).build();
        let resolver = Resolver {
            sources: project.sources.clone(),
            cache: DownloadCache::new(session.cache().join("downloads"), client.map_err(Error::Http)?),
            update: self.update.iter().copied().collect::<BTreeSet<_>>(),
        };
        for spec in &specs {
            output::data(&format!("{:<24} {}", spec.name.as_str(), resolve(session, &project, &resolver, spec).await?));
        }
        Ok(Ending::Done)
    }
}

async fn resolve(session: &Session, project: &Project, resolver: &Resolver, spec: &ImageSpec) -> Result<String, Error> {
    let folder = project.specs_folder().join(spec.name.as_str());
    let previous = match lock::load(&folder) {
        Ok(lock) => Some(lock),
        Err(LockFileError::Missing(_)) => None,
        // A broken lock is made anew only by somebody who says so.
        Err(_) if resolver.update.contains(&Update::All) => None,
        Err(error) => return Err(error.into()),
    };
    let reporter = session.reporter.for_image(spec.name.as_str());
    let lock = resolver
        .resolve(spec, previous.as_ref(), &reporter)
        .await
        .map_err(|source| Error::Resolve { image: spec.name.to_string(), source })?;
    if previous.as_ref() == Some(&lock) {
        return Ok("unchanged".to_owned());
    }
    lock::store(&lock, &folder)?;
    Ok(match previous {
        Some(previous) => format!("moved: {}", lock.moved_since(&previous).join(", ")),
        None => "locked".to_owned(),
    })
}

fn check(project: &Project, specs: &[ImageSpec]) -> Result<Ending, Error> {
    let mut ending = Ending::Done;
    for spec in specs {
        let complaints: Vec<String> = match lock::load(&project.specs_folder().join(spec.name.as_str())) {
            Ok(lock) => lock.disagreements(spec).iter().map(ToString::to_string).collect(),
            Err(LockFileError::Missing(_)) => vec!["not locked yet".to_owned()],
            Err(error) => return Err(error.into()),
        };
        if complaints.is_empty() {
            output::data(&format!("{:<24} up to date", spec.name.as_str()));
        } else {
            ending = Ending::Pending;
            output::data(&format!("{:<24} out of date: {}", spec.name.as_str(), complaints.join("; ")));
        }
    }
    Ok(ending)
}
