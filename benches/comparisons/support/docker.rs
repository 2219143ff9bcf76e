//! The engine, by its command-line client: what was made, and its removal.

use std::process::Command;

use super::command::output;
use crate::Failure;

/// The label of everything that the shell scripts build.
pub const LABEL: &str = "slipway.bench";

/// Digests of an image's layers, the lowest first.
pub fn layers(image: &str) -> Result<Vec<String>, Failure> {
    let told = output(docker().args(["image", "inspect", "--format", "{{join .RootFS.Layers \"\\n\"}}", image]))?;
    Ok(told.lines().map(str::to_owned).collect())
}

/// The client.
pub fn docker() -> Command {
    Command::new("docker")
}

/// Images that are removed when this is dropped: those of our projects by their names, those of the scripts by label.
#[derive(Debug, Default)]
pub struct Leftovers {
    names: Vec<String>,
}

impl Leftovers {
    /// Also removes every image whose name in the engine is `slipway/IMAGE`, for each of the images.
    pub fn of(images: impl IntoIterator<Item = String>) -> Self {
        Self { names: images.into_iter().collect() }
    }

    fn remove(&self) -> Result<(), Failure> {
        let mut found = Vec::new();
        for name in &self.names {
            let listed = output(docker().args([
                "image",
                "ls",
                "--format",
                "{{.Repository}}:{{.Tag}}",
                &format!("slipway/{name}"),
            ]))?;
            found.extend(listed.lines().map(str::to_owned));
        }
        let labelled =
            output(docker().args(["image", "ls", "--quiet", "--no-trunc", "--filter", &format!("label={LABEL}")]))?;
        found.extend(labelled.lines().map(str::to_owned));
        found.sort();
        found.dedup();
        if !found.is_empty() {
            output(docker().args(["image", "rm", "--force"]).args(&found))?;
        }
        Ok(())
    }
}

impl Drop for Leftovers {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            println!("images of the benchmark are left in the engine: {error}");
        }
    }
}
