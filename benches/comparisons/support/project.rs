//! Projects in temporary folders, as a user would have written them, over the test world.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use slipway::dockerfile::{Recipe, render};
use slipway::spec::{ImageSpec, load_image, load_project};
use tempfile::TempDir;

use super::command::output;
use super::cran::PORT;
use super::slipway::slipway;
use super::world::World;
use crate::Failure;

/// The domain that images are attached to.
pub const DOMAIN: &str = "d-bench00000001";

/// A spec, as far as the comparisons vary it.
#[derive(Debug, Clone)]
pub struct Image {
    /// Its name.
    pub name: String,
    /// Its base image; the test world's own where there is none.
    pub base: Option<String>,
    /// Its R packages.
    pub packages: Vec<String>,
}

/// A project in a temporary folder, removed with it.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// Writes a project; its specs are not locked yet.
    pub fn write(world: &World, images: &[Image]) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("slipway.toml"), project_file(world, free_port()?)?)?;
        for image in images {
            let spec = folder.path().join("image-specs").join(&image.name);
            fs::create_dir_all(&spec)?;
            fs::write(spec.join("image.toml"), image_file(world, image)?)?;
        }
        Ok(Self { folder })
    }

    /// Writes a project and locks its specs.
    pub fn locked(world: &World, images: &[Image]) -> Result<Self, Failure> {
        let project = Self::write(world, images)?;
        output(slipway(project.path()).arg("lock"))?;
        Ok(project)
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The recipes of all specs, in the order of their names.
    pub fn recipes(&self) -> Result<Vec<Recipe>, Failure> {
        let project = load_project(self.path())?.value.ok_or("the project should be valid")?;
        let names = slipway::spec::image_names(&project)?;
        names.iter().map(|name| recipe(&project, name)).collect()
    }

    /// Writes each image's context into a folder of its own: what `docker build` is given.
    pub fn write_contexts(&self) -> Result<Vec<PathBuf>, Failure> {
        let write = |recipe: &Recipe| -> Result<PathBuf, Failure> {
            let folder = self.path().join("contexts").join(recipe.spec().name.as_str());
            for (path, content) in render(recipe)?.files() {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().ok_or("a file of a context should lie in it")?)?;
                fs::write(path, content)?;
            }
            Ok(folder)
        };
        self.recipes()?.iter().map(write).collect()
    }
}

/// Reads a spec and its lock from disk.
pub fn recipe(project: &slipway::spec::Project, name: &str) -> Result<Recipe, Failure> {
    let spec: ImageSpec = load_image(project, name)?.value.ok_or_else(|| format!("spec `{name}` should be valid"))?;
    let lock = slipway::lock::load(&project.specs_folder().join(name))?;
    Ok(Recipe::new(spec, lock)?)
}

fn project_file(world: &World, port: u16) -> Result<String, Failure> {
    let mirror = world.value("MIRROR")?;
    Ok(format!(
        "schema = 1\n\
         [sources]\n\
         r = \"{mirror}/r\"\n\
         workbench = \"{mirror}/server\"\n\
         drivers = \"{mirror}/drivers\"\n\
         cran = \"http://127.0.0.1:{PORT}/cran\"\n\
         [build]\n\
         network = \"host\"\n\
         parallel = 8\n\
         [target.sandbox]\n\
         port = {port}\n\
         [target.sandbox.domains]\n\
         bench = \"{DOMAIN}\"\n"
    ))
}

fn image_file(world: &World, image: &Image) -> Result<String, Failure> {
    let base = match &image.base {
        Some(base) => base,
        None => world.value("BASE")?,
    };
    let mut packages = String::new();
    for package in &image.packages {
        write!(packages, "\"{package}\", ")?;
    }
    Ok(format!(
        "schema = 1\n\
         title = \"Benchmark {name}\"\n\
         [base]\n\
         os = \"debian-12\"\n\
         image = \"{base}\"\n\
         [workbench]\n\
         version = \"{workbench}\"\n\
         [r]\n\
         versions = [\"{r}\"]\n\
         snapshot = \"{snapshot}\"\n\
         packages = [{packages}]\n\
         [publish]\n\
         domains = [\"bench\"]\n",
        name = image.name,
        workbench = world.value("WORKBENCH_VERSION")?,
        r = world.r_version()?,
        snapshot = world.value("SNAPSHOT")?,
    ))
}

/// Letters and digits that no earlier run has used, so that nothing made of them is in any cache.
pub fn fresh_word() -> Result<String, Failure> {
    Ok(format!("{:x}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis()))
}

/// A loopback port that nobody listens on at this moment.
pub fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
