//! `slipway status`: from the spec to the domain, for each image.

use clap::Args;
use serde::Serialize;

use super::plan::look;
use super::session::domains;
use super::{Ending, Selection, Session, output};
use crate::error::Error;
use crate::pipeline::Services;
use crate::plan::{Observed, Wanted};

/// Say how spec, registry, SageMaker and domains stand.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    selection: Selection,
}

/// How one image stands.
#[derive(Serialize)]
struct Line {
    image: String,
    commit: Option<String>,
    fingerprint: String,
    digest: Option<String>,
    version: Option<u32>,
    version_status: Option<String>,
    domains: Vec<Attachment>,
}

/// How an image stands in a domain.
#[derive(Serialize)]
struct Attachment {
    domain: String,
    id: String,
    version: Option<u32>,
    current: bool,
}

impl Status {
    /// Reads, and changes nothing.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let services = Services::connect(target, &domains(&wanted)).await?;
        let looked = look(&services, target, &wanted).await;
        services.close().await;
        let (_, observed) = looked?;
        let lines: Vec<Line> = wanted.iter().map(|one| line(one, &observed)).collect();
        if session.json() {
            output::json(&lines);
        } else {
            output::data(&table(&lines));
        }
        Ok(Ending::Done)
    }
}

fn line(wanted: &Wanted, observed: &Observed) -> Line {
    let seen = observed.images.get(&wanted.spec().name);
    let version = seen.and_then(|seen| seen.version.as_ref());
    let notes = version.and_then(|version| version.release_notes.as_deref());
    Line {
        image: wanted.spec().name.to_string(),
        commit: notes.and_then(|notes| notes.split_once(" commit ")).map(|(_, commit)| commit.to_owned()),
        fingerprint: wanted.fingerprint.short().to_owned(),
        digest: seen.and_then(|seen| seen.pushed.as_ref()).map(|pushed| pushed.digest.to_string()),
        version: version.map(|version| version.number),
        version_status: version.map(|version| version.status.to_string()),
        domains: wanted
            .domains
            .iter()
            .map(|(name, id)| {
                let entries =
                    observed.domains.get(id).map(|domain| domain.session_images.as_slice()).unwrap_or_default();
                let entry = entries.iter().find(|entry| entry.image == wanted.spec().name.as_str());
                let attached = entry.and_then(|entry| entry.version);
                let current = attached.is_some() && attached == version.map(|version| version.number);
                Attachment { domain: name.to_string(), id: id.to_string(), version: attached, current }
            })
            .collect(),
    }
}

fn table(lines: &[Line]) -> String {
    let mut rows = vec![["IMAGE", "COMMIT", "FINGERPRINT", "DIGEST", "VERSION", "DOMAINS"].map(str::to_owned)];
    rows.extend(lines.iter().map(cells));
    output::columns(&rows)
}

fn cells(line: &Line) -> [String; 6] {
    let dash = || "-".to_owned();
    let digest = line.digest.as_deref().map(|digest| digest.get(..19).unwrap_or(digest).to_owned());
    let domains = line.domains.iter().map(|one| match (one.version, one.current) {
        (Some(version), true) => format!("{} has {version}", one.domain),
        (Some(version), false) => format!("{} has {version}, behind", one.domain),
        (None, _) => format!("{} does not have it", one.domain),
    });
    let domains: Vec<String> = domains.collect();
    [
        line.image.clone(),
        line.commit.clone().unwrap_or_else(dash),
        line.fingerprint.clone(),
        digest.unwrap_or_else(|| "not pushed".to_owned()),
        line.version.map_or_else(dash, |version| version.to_string()),
        if domains.is_empty() { dash() } else { domains.join(", ") },
    ]
}
