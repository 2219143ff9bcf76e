//! `slipway validate`: all mistakes of all specs at once.

use clap::Args;
use serde::Serialize;

use super::output::tell_problems;
use super::{Ending, Selection, Session, output};
use crate::error::Error;
use crate::lock::{self, LockFileError};
use crate::spec::{ImageSpec, Problem, Project};

/// Check every spec and tell all mistakes at once.
#[derive(Debug, Args)]
pub struct Validate {
    #[command(flatten)]
    selection: Selection,
}

#[derive(Serialize)]
struct Told {
    file: String,
    line: Option<usize>,
    message: String,
    warning: bool,
}

impl Validate {
    /// Reads everything, touches nothing.
    pub fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let (specs, problems) = session.read_specs(&project, &self.selection)?;
        let mistakes = problems.iter().filter(|problem| !problem.is_warning()).count();
        if session.json() {
            output::json(&problems.iter().map(told).collect::<Vec<_>>());
        }
        if mistakes > 0 {
            return Err(Error::Problems(problems));
        }
        if session.json() {
            return Ok(Ending::Done);
        }
        tell_problems(&problems);
        for spec in &specs {
            output::data(&format!("{:<24} valid, {}", spec.name.as_str(), lock_state(&project, spec)?));
        }
        Ok(Ending::Done)
    }
}

fn told(problem: &Problem) -> Told {
    let (file, line) = problem.place();
    Told { file, line, message: problem.message().to_owned(), warning: problem.is_warning() }
}

/// What the lock beside a valid spec is worth.
fn lock_state(project: &Project, spec: &ImageSpec) -> Result<String, Error> {
    match lock::load(&project.specs_folder().join(spec.name.as_str())) {
        Err(LockFileError::Missing(_)) => Ok("not locked yet".to_owned()),
        Err(error) => Err(error.into()),
        Ok(lock) => Ok(match (lock.disagreements(spec).first(), &lock.by_hand) {
            (Some(disagreement), _) => format!("lock out of date: {disagreement}"),
            (None, Some(_)) => "lock written by hand".to_owned(),
            (None, None) => "locked".to_owned(),
        }),
    }
}
