//! A project of its own for each story, with the test world as its sources.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::run::{Ended, run};
use super::world;

/// The domain that specs are published to, as the demo's `slipway.toml` names it.
pub const DOMAIN: &str = "d-demo00000001";
/// Where nothing ever listens.
pub const NO_ENGINE: &str = "unix:///nonexistent/docker.sock";
/// Folders of stories: on one file system, so that blobs can be linked instead of copied.
pub const TEMPORARY: &str = env!("CARGO_TARGET_TMPDIR");
/// What the demo's projects share: sources, build network, domain.
const DEMO: &str = include_str!("../../fixtures/demo/slipway.toml");

/// A project with one image, in a folder that is removed with it.
pub struct Project {
    folder: TempDir,
    /// The image.
    pub image: String,
    /// The sandbox's port.
    pub port: u16,
}

impl Project {
    /// A project whose image is called `image`, with a spec that is not locked yet.
    pub fn new(image: &str, spec: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("story-").tempdir_in(TEMPORARY).expect("a temporary folder");
        let project = Self { folder, image: image.to_owned(), port: free_port() };
        let sandbox =
            format!("[target.sandbox]\nport = {}\nstate = \"cloud\"\n\n[target.sandbox.domains]", project.port);
        let settings = DEMO.replace("[target.sandbox.domains]", &sandbox);
        assert_ne!(settings, DEMO, "the demo's slipway.toml should have sandbox domains");
        fs::create_dir_all(project.spec_folder()).expect("a folder");
        project.write("slipway.toml", &settings);
        project.declare(spec);
        project
    }

    /// The same, with a lock made from the test world.
    pub fn locked(image: &str, spec: &str) -> Self {
        world::up();
        let project = Self::new(image, spec);
        project.run(&["lock"]).with_code(0);
        project
    }

    /// Replaces the spec.
    pub fn declare(&self, spec: &str) {
        self.write(&format!("image-specs/{}/image.toml", self.image), spec);
    }

    /// Writes a file of the project.
    pub fn write(&self, path: &str, content: &str) {
        let path = self.root().join(path);
        fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Changes a file of the project, which has to hold `from`.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let content = fs::read_to_string(self.root().join(path)).expect("a file of the project");
        assert!(content.contains(from), "{path} should hold `{from}`:\n{content}");
        self.write(path, &content.replace(from, to));
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the image's spec.
    pub fn spec_folder(&self) -> PathBuf {
        self.root().join("image-specs").join(&self.image)
    }

    /// The sandbox's state.
    pub fn cloud_folder(&self) -> PathBuf {
        self.root().join("cloud")
    }

    /// A call of the binary that has yet to be run.
    pub fn slipway(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
        for variable in ["SLIPWAY_TARGET", "AWS_PROFILE", "AWS_ENDPOINT_URL", "NO_COLOR"] {
            command.env_remove(variable);
        }
        command.arg("--project").arg(self.root());
        command.arg("--cache").arg(concat!(env!("CARGO_TARGET_TMPDIR"), "/stories-cache")).args(arguments);
        command
    }

    /// A call of the binary, to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        run(&mut self.slipway(arguments))
    }

    /// The image's tag in the registry, as the plan names it.
    pub fn tag(&self) -> String {
        let plan = self.run(&["plan", "--json"]).json();
        plan["images"][0]["tag"].as_str().expect("a tag").to_owned()
    }

    /// The image's name in the engine.
    pub fn local_name(&self) -> String {
        let tag = self.tag();
        format!("slipway/{}:{}", self.image, tag.rsplit('-').next().unwrap_or_default())
    }
}

/// A spec whose lower layers are those of the demo images, so that the engine has them in its cache.
pub fn spec(title: &str, packages: &[&str]) -> String {
    format!(
        r#"schema = 1
title = "{title}"

[base]
os = "debian-12"
image = "127.0.0.1:5017/base/debian:12"

[workbench]
version = "2026.08.2+200.pro1"

[r]
versions = ["4.2.2"]
snapshot = "2026-08-01"
packages = {packages:?}

[system]
packages = ["tree"]

[publish]
domains = ["stats"]
"#
    )
}

/// A port that nothing listens on at the moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
