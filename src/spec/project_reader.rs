//! From the raw `slipway.toml` to a [`Project`].

use std::collections::BTreeMap;
use std::path::Path;

use super::name::{DomainId, Label};
use super::project::{BuildNetwork, BuildSettings, Place, Project, SourceUrl, Sources, Target};
use super::raw::{RawBuild, RawProject, RawSources, RawTarget};
use super::reader::Reader;

/// The name of the target that needs no AWS account.
pub const SANDBOX: &str = "sandbox";

const SANDBOX_PORT: u16 = 4510;
const SANDBOX_STATE: &str = ".slipway/sandbox";

/// Reads a project; `None` where the file says too little to make one, which has been reported.
pub fn read_project(raw: &RawProject, root: &Path, read: &mut Reader<'_>) -> Option<Project> {
    read.schema_version(raw.schema);
    let specs = raw.specs.clone().unwrap_or_else(|| "image-specs".to_owned());
    if specs.starts_with('/') || specs.split('/').any(|part| part == "..") {
        read.refuse("specs", format!("`{specs}` is not a folder below the project"), None);
    }
    let none = RawSources::default();
    let sources = read_sources(raw.sources.as_ref().unwrap_or(&none), read);
    let build = read_build(raw.build.as_ref(), read);
    let mut targets = BTreeMap::new();
    for (name, target) in &raw.target {
        let path = format!("target.{name}");
        let Some(label) = read.parse::<Label>(&path, Some(name)) else { continue };
        let read_target = if name == SANDBOX { read_sandbox_target } else { read_aws_target };
        if let Some(target) = read_target(&label, target, root, &path, read) {
            targets.insert(label, target);
        }
    }
    let sandbox: Label = SANDBOX.parse().expect("the sandbox's name should be a label");
    if !raw.target.contains_key(SANDBOX) {
        let target = read_sandbox_target(&sandbox, &RawTarget::default(), root, "target.sandbox", read)?;
        targets.insert(sandbox, target);
    }
    Some(Project { root: root.to_owned(), specs, sources: sources?, build, targets })
}

fn read_sources(raw: &RawSources, read: &mut Reader<'_>) -> Option<Sources> {
    let mut source = |key: &str, text: Option<&str>, default: &str| {
        read.parse::<SourceUrl>(&format!("sources.{key}"), Some(text.unwrap_or(default)))
    };
    let r = source("r", raw.r.as_deref(), "https://cdn.posit.co/r");
    // AWS's own instructions download from Posit's build bucket, which also holds SageMaker-only builds (facts 3.2).
    let workbench = source("workbench", raw.workbench.as_deref(), "https://s3.amazonaws.com/rstudio-ide-build/server");
    let drivers = source("drivers", raw.drivers.as_deref(), "https://cdn.posit.co/drivers");
    let python = source("python", raw.python.as_deref(), "https://cdn.posit.co/python");
    let cran = source("cran", raw.cran.as_deref(), "https://packagemanager.posit.co/cran");
    let pypi = source("pypi", raw.pypi.as_deref(), "https://pypi.org/simple");
    Some(Sources { r: r?, workbench: workbench?, drivers: drivers?, python: python?, cran: cran?, pypi: pypi? })
}

fn read_build(raw: Option<&RawBuild>, read: &mut Reader<'_>) -> BuildSettings {
    let network = raw.and_then(|raw| read.parse("build.network", raw.network.as_deref()));
    let parallel = match raw.and_then(|raw| raw.parallel) {
        None => 4,
        Some(number @ 1..=64) => usize::try_from(number).expect("a number up to 64 should be a usize"),
        Some(number) => {
            read.refuse("build.parallel", format!("`build.parallel` is {number}; use 1 to 64"), None);
            1
        }
    };
    BuildSettings { network: network.unwrap_or(BuildNetwork::Default), parallel }
}

fn read_aws_target(name: &Label, raw: &RawTarget, _: &Path, path: &str, read: &mut Reader<'_>) -> Option<Target> {
    for (key, value) in [("account", &raw.account), ("region", &raw.region), ("image-role", &raw.image_role)] {
        if value.is_none() {
            read.refuse(path, format!("`{path}.{key}` is missing"), None);
        }
    }
    if raw.port.is_some() || raw.state.is_some() {
        read.refuse(path, format!("`port` and `state` belong to the target `sandbox`, not to `{name}`"), None);
    }
    let account = read.parse(&format!("{path}.account"), raw.account.as_deref());
    let region = read.parse(&format!("{path}.region"), raw.region.as_deref());
    let repository = raw.repository.as_deref().unwrap_or("sagemaker-rstudio");
    let repository = read.parse(&format!("{path}.repository"), Some(repository));
    let image_role = read.parse(&format!("{path}.image-role"), raw.image_role.as_deref());
    let assume_role = read.parse(&format!("{path}.assume-role"), raw.assume_role.as_deref());
    let domains = read_domains(raw, path, read);
    Some(Target {
        name: name.clone(),
        account: account?,
        region: region?,
        repository: repository?,
        image_role: image_role?,
        place: Place::Aws { assume_role, profile: raw.profile.clone() },
        domains,
    })
}

/// The sandbox needs nothing said: every value has a default.
fn read_sandbox_target(
    name: &Label,
    raw: &RawTarget,
    root: &Path,
    path: &str,
    read: &mut Reader<'_>,
) -> Option<Target> {
    if raw.assume_role.is_some() || raw.profile.is_some() {
        read.refuse(path, "the sandbox takes no role and no profile", None);
    }
    let account = raw.account.as_deref().unwrap_or("123456789012");
    let role = format!("arn:aws:iam::{account}:role/slipway-image");
    let port = match raw.port {
        None => Some(SANDBOX_PORT),
        Some(port) => u16::try_from(port).ok().filter(|port| *port > 0).or_else(|| {
            read.refuse(&format!("{path}.port"), format!("`{port}` is not a port"), None);
            None
        }),
    };
    let account = read.parse(&format!("{path}.account"), Some(account));
    let region = read.parse(&format!("{path}.region"), Some(raw.region.as_deref().unwrap_or("eu-west-1")));
    let repository = raw.repository.as_deref().unwrap_or("sagemaker-rstudio");
    let repository = read.parse(&format!("{path}.repository"), Some(repository));
    let image_role = read.parse(&format!("{path}.image-role"), Some(raw.image_role.as_deref().unwrap_or(&role)));
    let domains = read_domains(raw, path, read);
    let state = root.join(raw.state.as_deref().unwrap_or(SANDBOX_STATE));
    Some(Target {
        name: name.clone(),
        account: account?,
        region: region?,
        repository: repository?,
        image_role: image_role?,
        place: Place::Sandbox { port: port?, state },
        domains,
    })
}

fn read_domains(raw: &RawTarget, path: &str, read: &mut Reader<'_>) -> BTreeMap<Label, DomainId> {
    let mut domains = BTreeMap::new();
    for (name, id) in &raw.domains {
        let key = format!("{path}.domains.{name}");
        let label = read.parse::<Label>(&key, Some(name));
        let id = read.parse::<DomainId>(&key, Some(id));
        if let (Some(label), Some(id)) = (label, id) {
            domains.insert(label, id);
        }
    }
    domains
}
