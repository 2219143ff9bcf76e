//! The engine as its own client shows it.

use std::fs;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by stories that build, verify or push: two cores do not build several images at a time any faster, and times
/// that are measured mean something only alone.
pub fn alone() -> MutexGuard<'static, ()> {
    static ENGINE: Mutex<()> = Mutex::new(());
    ENGINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `docker` answers.
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().expect("the Docker client");
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The layers of an image, from the lowest up.
pub fn layers(image: &str) -> Vec<String> {
    let layers = docker(&["image", "inspect", "--format", "{{json .RootFS.Layers}}", image]);
    serde_json::from_str(&layers).expect("a list of layers")
}

/// The engine's id of an image.
pub fn id(image: &str) -> String {
    docker(&["image", "inspect", "--format", "{{.Id}}", image])
}

/// Removes all tags of a story's image, now and when the story ends.
pub struct Images(String);

impl Images {
    /// The images `slipway/NAME`.
    pub fn of(image: &str) -> Self {
        let images = Self(format!("slipway/{image}"));
        images.remove();
        images
    }

    /// Removes them; the engine's build cache stays.
    pub fn remove(&self) {
        let names = docker(&["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", &self.0]);
        for name in names.lines() {
            docker(&["image", "rm", name]);
        }
    }
}

impl Drop for Images {
    fn drop(&mut self) {
        self.remove();
    }
}

/// The containers of an image, running or not, with their states.
pub fn containers(image: &str) -> Vec<(String, String)> {
    let ancestor = format!("ancestor={image}");
    let listed =
        docker(&["container", "ls", "--all", "--no-trunc", "--filter", &ancestor, "--format", "{{.ID}} {{.State}}"]);
    listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(id, state)| (id.to_owned(), state.to_owned()))
        .collect()
}

/// Whether a process on this machine has these arguments, one after the other.
pub fn process_exists(arguments: &[&str]) -> bool {
    let wanted = arguments.join("\0").into_bytes();
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .any(|line| line.windows(wanted.len()).any(|part| part == wanted))
}
