//! An image as it is declared: every value checked, nothing optional that the rest of the program has to doubt.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::catalog::Os;

use super::base_image::BaseImage;
use super::document::Places;
use super::name::{Description, ImageName, Label, Owner, RPackage, SecretId, SystemPackage, Title, VariableName};
use super::problem::line_of;
use super::size::ByteSize;
use super::version::{DriversVersion, PythonVersion, RVersion, SnapshotDate, WorkbenchVersion};

/// A declared image.
#[derive(Debug, Clone)]
pub struct ImageSpec {
    /// The folder's name.
    pub name: ImageName,
    /// What people read in the session launcher.
    pub title: Title,
    /// What it is for.
    pub description: Option<Description>,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// Operating system and base image.
    pub base: Base,
    /// Version of Posit Workbench.
    pub workbench: WorkbenchVersion,
    /// R and its packages.
    pub r: R,
    /// Python, where it is wanted.
    pub python: Option<Python>,
    /// Version of the Pro Drivers, where they are wanted.
    pub drivers: Option<DriversVersion>,
    /// Operating system packages and certificates.
    pub system: System,
    /// Environment variables of every session.
    pub environment: BTreeMap<VariableName, String>,
    /// Build secrets.
    pub secrets: Vec<Secret>,
    /// The administrator's own checks.
    pub checks: Vec<Check>,
    /// Largest uncompressed size.
    pub size_limit: ByteSize,
    /// Where it goes.
    pub publish: Publish,
    /// The file it was read from.
    pub source: SpecFile,
}

/// Where an image starts.
#[derive(Debug, Clone)]
pub struct Base {
    /// Operating system.
    pub os: Os,
    /// Registry, repository and tag.
    pub image: BaseImage,
}

/// R versions and packages.
#[derive(Debug, Clone)]
pub struct R {
    /// Versions, at least one, in the order of the file.
    pub versions: Vec<RVersion>,
    /// The one that `R` starts.
    pub default: RVersion,
    /// Day of the CRAN snapshot.
    pub snapshot: SnapshotDate,
    /// Packages for every version, in the order of the file.
    pub packages: Vec<RPackage>,
}

/// Python and its packages.
#[derive(Debug, Clone)]
pub struct Python {
    /// Version.
    pub version: PythonVersion,
    /// Requirements file.
    pub requirements: SpecFile,
}

/// The operating system.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// Packages of the distribution.
    pub packages: Vec<SystemPackage>,
    /// Root certificates in PEM form.
    pub certificates: Vec<SpecFile>,
}

/// A file beside the spec, with its content.
#[derive(Debug, Clone)]
pub struct SpecFile {
    /// Its path as the spec names it, relative to the spec's folder; for the spec itself, relative to the project.
    pub path: String,
    /// What it holds.
    pub content: String,
    /// Where the values of a TOML file stand; empty for other files.
    pub places: Places,
}

impl SpecFile {
    /// The line of a key's value, counted from 1.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.places.find(key).map(|span| line_of(&self.content, span.start))
    }
}

/// A build secret: mounted while R and Python packages are installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub id: SecretId,
    /// Where its value comes from.
    pub source: SecretSource,
    /// Where it is mounted.
    pub path: MountPath,
}

/// Where the value of a build secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable of the `slipway` process.
    Environment(VariableName),
    /// A file.
    File(PathBuf),
}

/// An absolute path in the image that needs no quoting in a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountPath(String);

impl FromStr for MountPath {
    type Err = super::name::NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let clean = text.starts_with('/') && !text.ends_with('/') && !text.contains("..") && text.chars().all(plain);
        if clean {
            Ok(Self(text.to_owned()))
        } else {
            let rule = "use an absolute path of letters, digits, `.`, `_`, `-` and `/`";
            Err(super::name::NameError { text: text.to_owned(), kind: "a path in the image", rule })
        }
    }
}

impl fmt::Display for MountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A command that must succeed in the built image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it shows.
    pub name: Title,
    /// Program and arguments, at least the program.
    pub run: Vec<String>,
}

/// Where an image goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publish {
    /// Targets by name; the sandbox takes every image.
    pub targets: Vec<Label>,
    /// Domains by the names they have in the target.
    pub domains: Vec<Label>,
}
