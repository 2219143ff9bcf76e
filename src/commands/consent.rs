//! Nothing that others depend on changes without a yes.

use std::io::{BufRead as _, IsTerminal as _};

use super::output;
use crate::error::Error;

/// Asks a person on the terminal, unless `--yes` has said it already. Where there is no terminal the answer is no.
pub fn consent(given: bool, question: &str) -> Result<(), Error> {
    if given {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::NoAnswer);
    }
    output::say(&format!("{question} Only `yes` is taken as one:"));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && answer.trim() == "yes" { Ok(()) } else { Err(Error::Declined) }
}
