//! `slipway schema`: the form of the two files, for editors.

use clap::{Args, ValueEnum};

use super::{Ending, output};
use crate::error::Error;
use crate::spec::{image_schema, project_schema, reference_page};

/// Print the JSON Schema of a file, for editors.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which file.
    #[arg(default_value = "image")]
    file: File,
    /// Print the reference of both files for people, in Markdown: docs/spec.md.
    #[arg(long, conflicts_with = "file")]
    markdown: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum File {
    /// `image.toml`.
    Image,
    /// `slipway.toml`.
    Project,
}

impl Schema {
    /// Prints the schema.
    pub fn run(self) -> Result<Ending, Error> {
        if self.markdown {
            output::data(&reference_page());
            return Ok(Ending::Done);
        }
        output::json(match self.file {
            File::Image => image_schema(),
            File::Project => project_schema(),
        });
        Ok(Ending::Done)
    }
}
