//! `slipway schema`: the form of the two files, for editors.

use clap::{Args, ValueEnum};

use super::{Ending, output};
use crate::error::Error;
use crate::spec::{image_schema, project_schema};

/// Print the JSON Schema of a file, for editors.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which file.
    #[arg(default_value = "image")]
    file: File,
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
        output::json(match self.file {
            File::Image => image_schema(),
            File::Project => project_schema(),
        });
        Ok(Ending::Done)
    }
}
