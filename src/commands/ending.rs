//! How a verb that did not fail ended.

use std::process::ExitCode;

/// How a verb that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing had to be done, or all of it was: exit code 0.
    Done,
    /// Something is to be done and was not, because the verb only says so: exit code 2.
    Pending,
    /// What was asked about is not let in, or somebody is who should not be: exit code 3.
    NotAsAsked,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::SUCCESS,
            Ending::Pending => Self::from(2),
            Ending::NotAsAsked => Self::from(3),
        }
    }
}
