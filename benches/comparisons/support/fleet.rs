//! Projects of many images, made of the two production specs that ship.

use std::fs;
use std::path::Path;

use slipway::dockerfile::Recipe;
use slipway::spec::{Project, load_project};
use tempfile::TempDir;

use super::project::{free_port, recipe};
use crate::Failure;

/// How many images a large company has.
pub const MANY: usize = 800;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/image-specs");

/// A project in a temporary folder, removed with it.
#[derive(Debug)]
pub struct Fleet {
    folder: TempDir,
    /// The names of its images, sorted.
    pub names: Vec<String>,
}

impl Fleet {
    /// Writes a project of `size` images: by turns the specs `clinical` and `exploration`, each with a title of its own.
    pub fn write(size: usize) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let file = fs::read_to_string(format!("{SHIPPED}/../slipway.toml"))?;
        fs::write(folder.path().join("slipway.toml"), format!("{file}\n[target.sandbox]\nport = {}\n", free_port()?))?;
        let names: Vec<String> = (0..size).map(|number| format!("image-{number:03}")).collect();
        for (number, name) in names.iter().enumerate() {
            let like = ["clinical", "exploration"][number % 2];
            copy(Path::new(SHIPPED).join(like).as_path(), &folder.path().join("image-specs").join(name), number)?;
        }
        Ok(Self { folder, names })
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its `slipway.toml`, read.
    pub fn project(&self) -> Result<Project, Failure> {
        Ok(load_project(self.path())?.value.ok_or("the project should be valid")?)
    }

    /// All recipes, read from disk.
    pub fn recipes(&self, project: &Project) -> Result<Vec<Recipe>, Failure> {
        self.names.iter().map(|name| recipe(project, name)).collect()
    }
}

fn copy(from: &Path, to: &Path, number: usize) -> Result<(), Failure> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let content = fs::read_to_string(entry.path())?;
        let lines = content.lines().map(|line| match line.split_once(" = ") {
            Some(("title", _)) => format!("title = \"Image {number}\"\n"),
            // Locks that were written by hand are not built from; the benchmark only plans.
            Some(("by-hand", _)) => String::new(),
            _ => format!("{line}\n"),
        });
        fs::write(to.join(entry.file_name()), lines.collect::<String>())?;
    }
    Ok(())
}
