//! `slipway render`: Dockerfiles, for people who review them.

use clap::Args;

use super::{Ending, Selection, Session, output};
use crate::dockerfile::render;
use crate::error::Error;

/// Write Dockerfiles.
#[derive(Debug, Args)]
pub struct Render {
    #[command(flatten)]
    selection: Selection,
    /// Write nothing; exit with 2 where a Dockerfile is not what it would be.
    #[arg(long)]
    check: bool,
}

impl Render {
    /// Writes `Dockerfile` beside each spec.
    pub fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let mut ending = Ending::Done;
        for spec in session.specs(&project, &self.selection)? {
            let recipe = session.recipe(&project, spec)?;
            let context = render(&recipe)?;
            let name = recipe.spec().name.as_str();
            let path = project.specs_folder().join(name).join("Dockerfile");
            let same = std::fs::read_to_string(&path).is_ok_and(|there| there == context.dockerfile());
            let word = match (same, self.check) {
                (true, _) => "unchanged",
                (false, true) => {
                    ending = Ending::Pending;
                    "differs"
                }
                (false, false) => {
                    std::fs::write(&path, context.dockerfile()).map_err(|source| Error::Write { path, source })?;
                    "written"
                }
            };
            output::data(&format!("{name:<24} {word}, fingerprint {}", context.fingerprint().short()));
        }
        Ok(ending)
    }
}
