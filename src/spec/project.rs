//! A project: where specs live, where downloads come from, where images go.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::name::{AccountId, DomainId, Label, NameError, Region, RepositoryName, RoleArn};

/// A project as `slipway.toml` declares it.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder of `slipway.toml`.
    pub root: PathBuf,
    /// The folder of image specs, relative to the root.
    pub specs: String,
    /// Download hosts.
    pub sources: Sources,
    /// How images are built.
    pub build: BuildSettings,
    /// Targets by name; `sandbox` is always among them.
    pub targets: BTreeMap<Label, Target>,
}

impl Project {
    /// The folder of image specs.
    pub fn specs_folder(&self) -> PathBuf {
        self.root.join(&self.specs)
    }
}

/// Where each kind of thing is downloaded from; no slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// R builds (facts 3.1).
    pub r: SourceUrl,
    /// Workbench packages (facts 3.2).
    pub workbench: SourceUrl,
    /// Pro Drivers (facts 3.5).
    pub drivers: SourceUrl,
    /// Python builds (facts 3.7).
    pub python: SourceUrl,
    /// CRAN snapshots (facts 3.6).
    pub cran: SourceUrl,
    /// Python packages.
    pub pypi: SourceUrl,
}

/// The address of a download host: `http` or `https`, no slash at the end, nothing that a shell would interpret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceUrl(String);

impl SourceUrl {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SourceUrl {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/+%@".contains(c);
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let good = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && host.chars().all(plain));
        if good {
            Ok(Self(text.trim_end_matches('/').to_owned()))
        } else {
            let rule = "use `https://host/path` without query or quotes";
            Err(NameError { text: text.to_owned(), kind: "a download address", rule })
        }
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How images are built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildSettings {
    /// Network of build steps.
    pub network: BuildNetwork,
    /// How many images are built side by side, at least 1.
    pub parallel: usize,
}

/// The network that build steps see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildNetwork {
    /// The engine's own.
    Default,
    /// The host's, for mirrors that listen on loopback and for company networks that the bridge does not reach.
    Host,
}

impl FromStr for BuildNetwork {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text {
            "default" => Ok(Self::Default),
            "host" => Ok(Self::Host),
            _ => Err(NameError { text: text.to_owned(), kind: "a build network", rule: "say `default` or `host`" }),
        }
    }
}

/// A place where images go: an account, a Region, a repository and domains.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name in `slipway.toml`.
    pub name: Label,
    /// AWS account.
    pub account: AccountId,
    /// AWS Region, the domains' own.
    pub region: Region,
    /// ECR repository.
    pub repository: RepositoryName,
    /// Role that SageMaker takes to pull the image.
    pub image_role: RoleArn,
    /// AWS or the local stand-in.
    pub place: Place,
    /// SageMaker domains by name.
    pub domains: BTreeMap<Label, DomainId>,
}

impl Target {
    /// The domain of a given name; the sandbox has a domain for every name.
    pub fn domain(&self, name: &Label) -> Option<DomainId> {
        self.domains.get(name).cloned().or_else(|| match self.place {
            Place::Sandbox { .. } => format!("d-{name}").parse().ok(),
            Place::Aws { .. } => None,
        })
    }
}

/// What answers for a target.
#[derive(Debug, Clone)]
pub enum Place {
    /// AWS.
    Aws {
        /// Role to take before calling AWS.
        assume_role: Option<RoleArn>,
        /// Profile of the AWS configuration.
        profile: Option<String>,
    },
    /// The local stand-in.
    Sandbox {
        /// Port on loopback.
        port: u16,
        /// Folder of its state.
        state: PathBuf,
    },
}
