//! `slipway man`: the manual page.

use clap::{Args, CommandFactory as _};

use super::{Ending, output};
use crate::cli::Cli;
use crate::error::Error;

/// Print the manual page.
#[derive(Debug, Args)]
pub struct Man {}

impl Man {
    /// Prints it in roff.
    pub fn run(self) -> Result<Ending, Error> {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page).expect("writing to memory should not fail");
        output::data(&String::from_utf8_lossy(&page));
        Ok(Ending::Done)
    }
}
