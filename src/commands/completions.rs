//! `slipway completions`: for shells.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Ending, output};
use crate::cli::Cli;
use crate::error::Error;

/// Print completions for a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell.
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(self) -> Result<Ending, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "slipway", &mut script);
        output::data(&String::from_utf8_lossy(&script));
        Ok(Ending::Done)
    }
}
