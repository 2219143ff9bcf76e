//! How every binary begins: from variables and standard output to a desk, clients and the place of the configuration.

use std::error::Error;
use std::io::stdout;
use std::process::ExitCode;

use super::audit::Journal;
use super::clients::{Aws, Surroundings, SurroundingsError};
use super::clock::Clock;
use super::configuration::{ConfigurationError, Source};
use super::desk::Desk;

/// What a function starts with.
#[derive(Debug)]
pub struct Start {
    /// Writes to standard output, by the system's clock.
    pub desk: Desk,
    /// Makes clients.
    pub aws: Aws,
    /// Where the configuration is.
    pub source: Source,
}

/// A desk that writes to standard output. From now on a panic leaves its place in the log and not its words, which may
/// quote what a person sent.
pub fn desk(function: &'static str) -> Desk {
    let desk = Desk { journal: Journal::new(function, stdout()), clock: Clock::system() };
    let witness = desk.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        witness.note("panic", &place);
    }));
    desk
}

impl Start {
    /// Reads the variables that are listed at [`Source::from_variables`] and [`Surroundings::from_variables`].
    ///
    /// # Errors
    /// One is missing.
    pub fn new(desk: Desk, variable: impl Fn(&str) -> Option<String>) -> Result<Self, StartError> {
        let source = Source::from_variables(&variable)?;
        let aws = Aws::new(Surroundings::from_variables(&variable)?);
        Ok(Self { desk, aws, source })
    }
}

/// Says in the log why a function does not run. Lambda reports that it ended.
pub fn failed(desk: &Desk, error: &dyn Error) -> ExitCode {
    desk.note("start.failed", &error.to_string());
    ExitCode::FAILURE
}

/// Why a function does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Nobody says where the configuration is, or it cannot be used.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// Nobody says which AWS is meant.
    #[error(transparent)]
    Surroundings(#[from] SurroundingsError),
}
