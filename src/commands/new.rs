//! `slipway new`: a valid spec on the first run.

use clap::Args;

use super::{Ending, Session, output};
use crate::error::Error;
use crate::spec::name::ImageName;

/// Make an image spec.
#[derive(Debug, Args)]
pub struct New {
    /// Name of the image.
    name: String,
}

/// What a first image looks like: the only base that AWS documents, its current Workbench (facts 1.3).
const SPEC: &str = r#"#:schema ../image.schema.json
schema = 1
title = "TITLE"

[base]
os = "ubuntu-22.04"
image = "public.ecr.aws/ubuntu/ubuntu:22.04"

[workbench]
version = "2026.08.2+200.pro1"    # has to be the domain's

[r]
versions = ["4.5.1"]
snapshot = "2026-08-01"
packages = ["renv"]

[[check]]
name = "R computes"
run = ["Rscript", "-e", "stopifnot(1 + 1 == 2)"]

[publish]
targets = []                      # targets of slipway.toml; the sandbox takes every image
domains = []
"#;

impl New {
    /// Writes `image.toml`; overwrites nothing.
    pub fn run(self, session: &Session) -> Result<Ending, Error> {
        let name: ImageName = self.name.parse().map_err(|error| Error::Usage(format!("{error}")))?;
        let project = session.project()?;
        let folder = project.specs_folder().join(name.as_str());
        std::fs::create_dir_all(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?;
        output::create(&folder.join("image.toml"), &SPEC.replace("TITLE", name.as_str()))?;
        output::say(&format!(
            "next: `slipway lock {name}` resolves its versions, `slipway apply {name}` brings it to the sandbox"
        ));
        Ok(Ending::Done)
    }
}
