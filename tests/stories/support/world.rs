//! The offline test world: a base image and a mirror on loopback, which `tests/fixtures/world` builds and serves.

use std::process::Command;
use std::sync::OnceLock;

/// Sees to it that the world is served; a story without it would only tell about a missing mirror.
pub fn up() {
    static UP: OnceLock<Result<(), String>> = OnceLock::new();
    if let Err(reason) = UP.get_or_init(start) {
        panic!("the test world is not there, and no story can be told without it:\n{reason}");
    }
}

fn start() -> Result<(), String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/world");
    let output = Command::new(script).arg("up").output().map_err(|error| format!("cannot run {script}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("`{script} up` failed:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}
