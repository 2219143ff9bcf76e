//! Operating systems that an image can be made from: one row each.

mod family;
mod rows;

use std::fmt;
use std::str::FromStr;

pub use family::{Family, PackageTool};
use rows::Row;

/// Whether AWS publishes the installation of Workbench session images for an operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishedFor {
    /// AWS's own snippets use it (facts 1.1).
    SageMaker,
    /// Posit has packages that run on it, AWS says nothing about it (facts 1.3).
    PositOnly,
}

/// An operating system: a row of the table in `rows`.
#[derive(Clone, Copy)]
pub struct Os(&'static Row);

impl Os {
    /// Every operating system, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        rows::ROWS.iter().map(Self)
    }

    /// The name that specs use.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The family it belongs to.
    pub fn family(self) -> Family {
        self.0.tool.family()
    }

    /// What installs packages.
    pub fn package_tool(self) -> PackageTool {
        self.0.tool
    }

    /// Whether AWS documents it.
    pub fn published_for(self) -> PublishedFor {
        self.0.published_for
    }

    /// The folder of R and Python builds on Posit's servers.
    pub fn builds_folder(self) -> &'static str {
        self.0.builds
    }

    /// The folder of Workbench packages on Posit's servers.
    pub fn workbench_folder(self) -> &'static str {
        self.0.workbench
    }

    /// The distribution's name on Posit Package Manager.
    pub fn package_manager_name(self) -> &'static str {
        self.0.package_manager
    }

    /// Packages of every image, sorted: what SageMaker asks for (`sudo`, a JDK, libpng; facts 1.1), what compiles R
    /// packages, and what fetches and unpacks.
    pub fn base_packages(self) -> Vec<&'static str> {
        let mut packages: Vec<&str> = self.family().base_packages().iter().chain(self.0.packages).copied().collect();
        packages.sort_unstable();
        packages
    }

    /// Commands that enable the repositories which R's libraries come from; none where the distribution's own suffice.
    pub fn repository_commands(self) -> &'static [&'static str] {
        self.0.repositories
    }
}

impl PartialEq for Os {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Os {}

impl fmt::Debug for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no known operating system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a known operating system")]
pub struct UnknownOs(pub String);

impl FromStr for Os {
    type Err = UnknownOs;

    fn from_str(text: &str) -> Result<Self, UnknownOs> {
        Self::all().find(|os| os.name() == text).ok_or_else(|| UnknownOs(text.to_owned()))
    }
}
