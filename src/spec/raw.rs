//! The two files as they are written: texts only, everything optional, so that all mistakes can be told at once.
//!
//! The doc comments are what `slipway schema` shows in editors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// An RStudio image: `image-specs/NAME/image.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename = "image.toml")]
pub struct RawImage {
    /// Version of this file's form: 1.
    #[schemars(required)]
    pub schema: Option<i64>,
    /// Name that people read in the session launcher.
    #[schemars(required)]
    pub title: Option<String>,
    /// What the image is for, in one line.
    pub description: Option<String>,
    /// Who answers for the image, such as a mail address.
    pub owner: Option<String>,
    /// Where the image starts.
    #[schemars(required)]
    pub base: Option<RawBase>,
    /// Posit Workbench, whose session runs in SageMaker.
    #[schemars(required)]
    pub workbench: Option<RawWorkbench>,
    /// R versions and packages.
    #[schemars(required)]
    pub r: Option<RawR>,
    /// Python, beside R.
    pub python: Option<RawPython>,
    /// Posit Pro Drivers, with unixODBC.
    pub drivers: Option<RawDrivers>,
    /// Packages and certificates of the operating system.
    pub system: Option<RawSystem>,
    /// Environment variables of every session.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Build secrets: mounted while packages are installed, never in a layer.
    #[serde(default)]
    pub secret: Vec<RawSecret>,
    /// Commands that must succeed in the built image.
    #[serde(default)]
    pub check: Vec<RawCheck>,
    /// Bounds that stop an image from being published.
    pub limits: Option<RawLimits>,
    /// Where the image goes.
    pub publish: Option<RawPublish>,
}

/// Where the image starts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawBase {
    /// Operating system, such as `ubuntu-22.04`: decides templates, package manager and download names.
    #[schemars(required)]
    pub os: Option<String>,
    /// Base image with registry and tag; the lock adds the digest.
    #[schemars(required)]
    pub image: Option<String>,
}

/// Posit Workbench.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawWorkbench {
    /// Version of Workbench; it has to be the domain's: `2026.08.2+200.pro1`.
    #[schemars(required)]
    pub version: Option<String>,
}

/// R.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawR {
    /// R versions, installed side by side under `/opt/R`.
    #[schemars(required)]
    pub versions: Option<Vec<String>>,
    /// The version that `R` starts; the first one where nothing is said.
    pub default: Option<String>,
    /// Day of the CRAN snapshot that packages come from: `2026-08-01`.
    #[schemars(required)]
    pub snapshot: Option<String>,
    /// CRAN packages, installed for every R version in this order.
    #[serde(default)]
    pub packages: Vec<String>,
}

/// Python.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawPython {
    /// Version of Python, installed under `/opt/python`.
    #[schemars(required)]
    pub version: Option<String>,
    /// File of requirements with hashes, beside this file.
    #[schemars(required)]
    pub requirements: Option<String>,
}

/// Posit Pro Drivers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawDrivers {
    /// Version of the drivers: `2026.07.0`.
    #[schemars(required)]
    pub version: Option<String>,
}

/// The operating system.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawSystem {
    /// Packages of the distribution.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Root certificates in PEM form, files beside this one.
    #[serde(default)]
    pub certificates: Vec<String>,
}

/// A build secret.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawSecret {
    /// Name of the secret.
    #[schemars(required)]
    pub id: Option<String>,
    /// Environment variable that holds the secret where `slipway` runs.
    pub from_env: Option<String>,
    /// File that holds the secret where `slipway` runs.
    pub from_file: Option<String>,
    /// Where the secret is mounted during the build; `/run/secrets/ID` where nothing is said.
    pub path: Option<String>,
}

/// A command that must succeed in the built image.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawCheck {
    /// What the check shows, as a sentence.
    #[schemars(required)]
    pub name: Option<String>,
    /// Program and arguments.
    #[schemars(required)]
    pub run: Option<Vec<String>>,
}

/// Bounds.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawLimits {
    /// Largest uncompressed size, such as `8 GB`; at most the 25 GB that SageMaker takes.
    pub size: Option<String>,
}

/// Where the image goes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawPublish {
    /// Targets of `slipway.toml`.
    #[serde(default)]
    pub targets: Vec<String>,
    /// Domains of those targets to which the image is attached.
    #[serde(default)]
    pub domains: Vec<String>,
}

/// A project: `slipway.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename = "slipway.toml")]
pub struct RawProject {
    /// Version of this file's form: 1.
    #[schemars(required)]
    pub schema: Option<i64>,
    /// Folder of the image specs; `image-specs` where nothing is said.
    pub specs: Option<String>,
    /// Hosts that things are downloaded from, for mirrors.
    pub sources: Option<RawSources>,
    /// How images are built.
    pub build: Option<RawBuild>,
    /// Where images go, by name.
    #[serde(default)]
    pub target: BTreeMap<String, RawTarget>,
}

/// Download hosts; each can be a mirror with the same layout.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawSources {
    /// R builds: `https://cdn.posit.co/r`.
    pub r: Option<String>,
    /// Workbench packages: `https://s3.amazonaws.com/rstudio-ide-build/server`.
    pub workbench: Option<String>,
    /// Pro Drivers: `https://cdn.posit.co/drivers`.
    pub drivers: Option<String>,
    /// Python builds: `https://cdn.posit.co/python`.
    pub python: Option<String>,
    /// CRAN snapshots: `https://packagemanager.posit.co/cran`.
    pub cran: Option<String>,
    /// Python packages: `https://pypi.org/simple`.
    pub pypi: Option<String>,
}

/// How images are built.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawBuild {
    /// Network of build steps: `default` or `host`.
    pub network: Option<String>,
    /// How many images are built side by side; 4 where nothing is said.
    pub parallel: Option<i64>,
}

/// A place where images go.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RawTarget {
    /// AWS account.
    pub account: Option<String>,
    /// AWS Region, the domains' own.
    pub region: Option<String>,
    /// ECR repository, created if missing; its name contains `sagemaker`.
    pub repository: Option<String>,
    /// Role that SageMaker takes to pull the image.
    pub image_role: Option<String>,
    /// Role that Slipway takes before it calls AWS.
    pub assume_role: Option<String>,
    /// Profile of the AWS configuration that credentials come from.
    pub profile: Option<String>,
    /// SageMaker domains, by name.
    #[serde(default)]
    pub domains: BTreeMap<String, String>,
    /// Port of the sandbox, for the target `sandbox` only.
    pub port: Option<i64>,
    /// Folder of the sandbox's state, for the target `sandbox` only.
    pub state: Option<String>,
}
