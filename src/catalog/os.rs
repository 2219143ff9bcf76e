//! Operating systems that an image can be made from: one row each.

use std::fmt;
use std::str::FromStr;

/// Operating systems that share templates and a package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// apt and deb.
    Debian,
}

impl Family {
    /// The folder below `dockerfiles/` that holds the family's templates.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debian => "debian",
        }
    }
}

/// Whether AWS publishes the installation of Workbench session images for an operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishedFor {
    /// AWS's own snippets use it (facts 1.1).
    SageMaker,
    /// Posit has packages that run on it, AWS says nothing about it (facts 1.3).
    PositOnly,
}

/// An operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Os {
    /// Ubuntu 22.04 (jammy), the only base that AWS documents for any version alive today (facts 1.1).
    Ubuntu2204,
    /// Ubuntu 24.04 (noble).
    Ubuntu2404,
    /// Debian 12 (bookworm).
    Debian12,
}

struct Row {
    name: &'static str,
    family: Family,
    published_for: PublishedFor,
    /// Folder of R and Python builds (facts 3.1, 3.7).
    builds: &'static str,
    /// Folder of Workbench packages (facts 3.2); newer Debian-family systems use the `jammy` package (facts 1.3).
    workbench: &'static str,
    /// Distribution of binary packages on Posit Package Manager (facts 3.6).
    package_manager: &'static str,
    /// The JDK that SageMaker's image requirements ask for (facts 1.1), under the distribution's name.
    jdk: &'static str,
}

impl Os {
    /// Every operating system.
    pub const ALL: [Self; 3] = [Self::Ubuntu2204, Self::Ubuntu2404, Self::Debian12];

    fn row(self) -> Row {
        match self {
            Self::Ubuntu2204 => Row {
                name: "ubuntu-22.04",
                family: Family::Debian,
                published_for: PublishedFor::SageMaker,
                builds: "ubuntu-2204",
                workbench: "jammy",
                package_manager: "jammy",
                jdk: "openjdk-11-jdk-headless",
            },
            Self::Ubuntu2404 => Row {
                name: "ubuntu-24.04",
                family: Family::Debian,
                published_for: PublishedFor::PositOnly,
                builds: "ubuntu-2404",
                workbench: "jammy",
                package_manager: "noble",
                jdk: "openjdk-11-jdk-headless",
            },
            Self::Debian12 => Row {
                name: "debian-12",
                family: Family::Debian,
                published_for: PublishedFor::PositOnly,
                builds: "debian-12",
                workbench: "jammy",
                package_manager: "bookworm",
                // Debian 12 ships no JDK 11.
                jdk: "openjdk-17-jdk-headless",
            },
        }
    }

    /// The name that specs use.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The family it belongs to.
    pub fn family(self) -> Family {
        self.row().family
    }

    /// Whether AWS documents it.
    pub fn published_for(self) -> PublishedFor {
        self.row().published_for
    }

    /// The folder of R and Python builds on Posit's servers.
    pub fn builds_folder(self) -> &'static str {
        self.row().builds
    }

    /// The folder of Workbench packages on Posit's servers.
    pub fn workbench_folder(self) -> &'static str {
        self.row().workbench
    }

    /// The distribution's name on Posit Package Manager.
    pub fn package_manager_name(self) -> &'static str {
        self.row().package_manager
    }

    /// The package that brings the JDK.
    pub fn jdk_package(self) -> &'static str {
        self.row().jdk
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
        Self::ALL.into_iter().find(|os| os.name() == text).ok_or_else(|| UnknownOs(text.to_owned()))
    }
}
