//! `slipway init`: a valid project on the first run.

use clap::Args;

use super::{Ending, Session, output};
use crate::error::Error;

/// Make a project in a folder.
#[derive(Debug, Args)]
pub struct Init {}

const PROJECT: &str = r#"#:schema slipway.schema.json
schema = 1

# Where images go. The target `sandbox` needs no account and is there without being declared.
# [target.research]
# account    = "123456789012"
# region     = "eu-west-1"
# repository = "sagemaker-rstudio"
# image-role = "arn:aws:iam::123456789012:role/slipway-image"
# [target.research.domains]
# stats = "d-abcdef123456"
"#;

const IGNORED: &str = "/.slipway/\n";

impl Init {
    /// Writes `slipway.toml`, its schemas and `.gitignore`; overwrites nothing.
    pub fn run(self, session: &Session) -> Result<Ending, Error> {
        let root = session.folder();
        std::fs::create_dir_all(root.join("image-specs"))
            .map_err(|source| Error::Write { path: root.join("image-specs"), source })?;
        output::create(&root.join("slipway.toml"), PROJECT)?;
        output::create(&root.join("slipway.schema.json"), &output::pretty(crate::spec::project_schema()))?;
        output::create(&root.join("image-specs/image.schema.json"), &output::pretty(crate::spec::image_schema()))?;
        if !root.join(".gitignore").exists() {
            output::create(&root.join(".gitignore"), IGNORED)?;
        }
        output::say("next: `slipway new NAME` makes a first image");
        Ok(Ending::Done)
    }
}
