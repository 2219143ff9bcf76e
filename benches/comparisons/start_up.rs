//! How long the program takes to start.

use std::process::Command;
use std::time::Duration;

use super::Failure;
use super::support::command::output;
use super::support::fleet::Fleet;
use super::support::slipway::{BINARY, slipway};
use super::support::table::{Goal, Quantity, Row};
use super::support::timing::median_of;

const RUNS: usize = 50;

/// `--version` beside the Docker client's own, and the reading of a small project.
pub fn compare() -> Result<Vec<Row>, Failure> {
    let median =
        |command: &mut dyn FnMut() -> Command| median_of(RUNS, || output(&mut command()).map(drop)).map(Quantity::Time);
    let version = median(&mut || {
        let mut command = Command::new(BINARY);
        command.arg("--version");
        command
    })?;
    let docker = median(&mut || {
        let mut command = Command::new("docker");
        command.arg("--version");
        command
    })?;
    let project = Fleet::write(2)?;
    let validate = median(&mut || {
        let mut command = slipway(project.path());
        command.arg("validate");
        command
    })?;
    println!("medians of {RUNS} runs, with the start of the process; other: docker --version");
    let limit = Goal::Below(Quantity::Time(Duration::from_millis(10)));
    Ok(vec![
        Row::beside("start-up: --version", version, docker, limit),
        Row::alone("start-up: validate 2 images", validate, Goal::None),
    ])
}
