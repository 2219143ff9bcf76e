//! Programs that are run to their end.

use std::process::{Command, Stdio};

use crate::Failure;

/// Runs a program; what it wrote to stdout, or an error with what it wrote to stderr.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let ended = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).trim().to_owned());
    }
    Err(format!("{command:?}: {}\n{}", ended.status, String::from_utf8_lossy(&ended.stderr)).into())
}

/// One of the scripts beside the comparisons.
pub fn script(name: &str) -> Command {
    let mut command = Command::new(format!("{}/benches/{name}", env!("CARGO_MANIFEST_DIR")));
    // Whatever this machine's user has set for AWS is nobody's business here.
    for variable in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "BUILD_ARGS", "NETWORK"] {
        command.env_remove(variable);
    }
    command
}
