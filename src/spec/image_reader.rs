//! From the raw `image.toml` to an [`ImageSpec`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::catalog::{Family, Os, PublishedFor};

use super::document::Places;
use super::image::{Base, Check, ImageSpec, Publish, Python, R, Secret, SecretSource, SpecFile, System};
use super::name::{ImageName, SystemPackage, Title, VariableName};
use super::raw::{RawBase, RawCheck, RawImage, RawPython, RawR, RawSecret, RawSystem};
use super::reader::Reader;
use super::size::ByteSize;
use super::suggest::nearest;
use super::version::RVersion;

/// The most that SageMaker takes, as `docker image ls` shows it (facts 1.1).
const LARGEST_IMAGE: ByteSize = ByteSize(25_000_000_000);

/// Reads an image; `None` where the file says too little to make one, which has been reported.
pub fn read_image(
    name: &ImageName,
    raw: &RawImage,
    file: SpecFile,
    folder: &Path,
    read: &mut Reader<'_>,
) -> Option<ImageSpec> {
    read.schema_version(raw.schema);
    let title = read.parse("title", raw.title.as_deref());
    let description = read.parse("description", raw.description.as_deref());
    let owner = read.parse("owner", raw.owner.as_deref());
    let base = raw.base.as_ref().and_then(|base| read_base(base, read));
    let workbench = read.parse("workbench.version", raw.workbench.as_ref().and_then(|raw| raw.version.as_deref()));
    let r = raw.r.as_ref().and_then(|r| read_r(r, read));
    let python = raw.python.as_ref().and_then(|python| read_python(python, folder, read));
    let drivers = read.parse("drivers.version", raw.drivers.as_ref().and_then(|raw| raw.version.as_deref()));
    let family = base.as_ref().map(|base| base.os.family());
    let system = raw.system.as_ref().map(|system| read_system(system, family, folder, read)).unwrap_or_default();
    let environment = read_environment(&raw.environment, read);
    let secrets = read_secrets(&raw.secret, read);
    let checks = read_checks(&raw.check, read);
    let size_limit = read_size_limit(raw.limits.as_ref().and_then(|raw| raw.size.as_deref()), read);
    let publish = raw.publish.as_ref().map_or_else(Publish::default, |raw| Publish {
        targets: read.parse_each("publish.targets", &raw.targets),
        domains: read.parse_each("publish.domains", &raw.domains),
    });
    Some(ImageSpec {
        name: name.clone(),
        title: title?,
        description,
        owner,
        base: base?,
        workbench: workbench?,
        r: r?,
        python,
        drivers,
        system,
        environment,
        secrets,
        checks,
        size_limit,
        publish,
        source: file,
    })
}

fn read_base(raw: &RawBase, read: &mut Reader<'_>) -> Option<Base> {
    let os = raw.os.as_deref().and_then(|text| match text.parse::<Os>() {
        Ok(os) => Some(os),
        Err(error) => {
            let known: Vec<&str> = Os::all().map(Os::name).collect();
            let hint = match nearest(text, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? known are {}", known.join(", ")),
                None => format!("known are {}", known.join(", ")),
            };
            read.refuse("base.os", format!("`base.os`: {error}"), Some(hint));
            None
        }
    });
    if let Some(os) = os.filter(|os| os.published_for() == PublishedFor::PositOnly) {
        let hint = "AWS's own instructions use ubuntu-22.04; test a session of this image before people rely on it";
        read.warn("base.os", format!("AWS documents no session images on {os}"), Some(hint.to_owned()));
    }
    let image = read.parse("base.image", raw.image.as_deref());
    Some(Base { os: os?, image: image? })
}

fn read_r(raw: &RawR, read: &mut Reader<'_>) -> Option<R> {
    let versions: Vec<RVersion> = read.parse_each("r.versions", raw.versions.as_deref().unwrap_or_default());
    let snapshot = read.parse("r.snapshot", raw.snapshot.as_deref());
    let packages = read.parse_each("r.packages", &raw.packages);
    let default = match raw.default.as_deref() {
        None => versions.first().copied(),
        Some(text) => read.parse("r.default", Some(text)).filter(|default| {
            let listed = versions.contains(default);
            if !listed {
                let hint = format!("add `\"{default}\"` to `r.versions`, or choose one that is there");
                read.refuse(
                    "r.default",
                    format!("`r.default` is {default}, which `r.versions` does not name"),
                    Some(hint),
                );
            }
            listed
        }),
    };
    if raw.versions.as_ref().is_some_and(Vec::is_empty) {
        read.refuse(
            "r.versions",
            "`r.versions` names no version",
            Some("name at least one, such as `[\"4.5.1\"]`".to_owned()),
        );
    }
    Some(R { versions, default: default?, snapshot: snapshot?, packages })
}

fn read_python(raw: &RawPython, folder: &Path, read: &mut Reader<'_>) -> Option<Python> {
    let version = read.parse("python.version", raw.version.as_deref());
    let requirements = raw.requirements.as_deref();
    let requirements = requirements.and_then(|path| read_file("python.requirements", path, folder, read));
    Some(Python { version: version?, requirements: requirements? })
}

fn read_system(raw: &RawSystem, family: Option<Family>, folder: &Path, read: &mut Reader<'_>) -> System {
    let files = raw.certificates.iter().enumerate().filter_map(|(index, path)| {
        let key = format!("system.certificates[{index}]");
        let file = read_file(&key, path, folder, read)?;
        if !file.content.contains("-----BEGIN CERTIFICATE-----") {
            read.refuse(&key, format!("`{path}` holds no certificate in PEM form"), None);
        }
        Some(file)
    });
    let certificates = files.collect();
    let packages: Vec<SystemPackage> = read.parse_each("system.packages", &raw.packages);
    for package in family.iter().flat_map(|family| packages.iter().filter(|package| !package.fits(*family))) {
        let index = raw.packages.iter().position(|name| name == package.as_str()).unwrap_or_default();
        let hint = "Debian's package names are lower case, such as `unixodbc-dev`".to_owned();
        let message = format!("`{package}` is no package of Debian or Ubuntu");
        read.refuse(&format!("system.packages[{index}]"), message, Some(hint));
    }
    System { packages, certificates }
}

/// Reads a file beside the spec. It must not lie outside the spec's folder, because the lock covers the folder only.
fn read_file(key: &str, path: &str, folder: &Path, read: &mut Reader<'_>) -> Option<SpecFile> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if path.starts_with('/') || path.split('/').any(|part| part == "..") || !path.chars().all(plain) {
        let hint = "use a path below the spec's folder, of letters, digits, `.`, `_`, `-` and `/`".to_owned();
        read.refuse(key, format!("`{path}` is not a file of this spec"), Some(hint));
        return None;
    }
    match std::fs::read_to_string(folder.join(path)) {
        Ok(content) => Some(SpecFile { path: path.to_owned(), content, places: Places::default() }),
        Err(error) => {
            read.refuse(key, format!("cannot read `{path}`: {error}"), None);
            None
        }
    }
}

fn read_environment(raw: &BTreeMap<String, String>, read: &mut Reader<'_>) -> BTreeMap<VariableName, String> {
    let mut variables = BTreeMap::new();
    for (name, value) in raw {
        let key = format!("environment.{name}");
        let parsed = read.parse::<VariableName>(&key, Some(name));
        if value.chars().any(char::is_control) {
            read.refuse(&key, format!("`{key}` has a line break or another control character"), None);
        } else if let Some(parsed) = parsed {
            variables.insert(parsed, value.clone());
        }
    }
    variables
}

fn read_secrets(raw: &[RawSecret], read: &mut Reader<'_>) -> Vec<Secret> {
    let mut secrets: Vec<Secret> = Vec::new();
    for (index, raw) in raw.iter().enumerate() {
        let key = format!("secret[{index}]");
        let Some(secret) = read_secret(raw, &key, read) else { continue };
        if secrets.iter().any(|other| other.id == secret.id) {
            read.refuse(&format!("{key}.id"), format!("two secrets are called `{}`", secret.id), None);
        }
        secrets.push(secret);
    }
    secrets
}

fn read_secret(raw: &RawSecret, key: &str, read: &mut Reader<'_>) -> Option<Secret> {
    let id = read.parse(&format!("{key}.id"), raw.id.as_deref())?;
    let source = match (&raw.from_env, &raw.from_file) {
        (Some(name), None) => read.parse(&format!("{key}.from-env"), Some(name)).map(SecretSource::Environment),
        (None, Some(path)) => Some(SecretSource::File(PathBuf::from(path))),
        _ => {
            let hint = "say either `from-env = \"NAME\"` or `from-file = \"PATH\"`".to_owned();
            read.refuse(key, format!("secret `{id}` needs one source"), Some(hint));
            None
        }
    };
    let default = format!("/run/secrets/{id}");
    let path = read.parse(&format!("{key}.path"), Some(raw.path.as_deref().unwrap_or(&default)));
    Some(Secret { id, source: source?, path: path? })
}

fn read_checks(raw: &[RawCheck], read: &mut Reader<'_>) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for (index, raw) in raw.iter().enumerate() {
        let key = format!("check[{index}]");
        let Some(name) = read.parse::<Title>(&format!("{key}.name"), raw.name.as_deref()) else { continue };
        let Some(run) = &raw.run else { continue };
        if run.is_empty() {
            let hint = "name a program and its arguments: `run = [\"Rscript\", \"-e\", \"1 + 1\"]`".to_owned();
            read.refuse(&key, format!("check `{name}` runs nothing"), Some(hint));
        }
        if run.iter().any(|word| word.contains('\0')) {
            read.refuse(
                &format!("{key}.run"),
                format!("check `{name}` has a NUL, which no program can be given"),
                None,
            );
        }
        if checks.iter().any(|other| other.name == name) {
            read.refuse(&format!("{key}.name"), format!("two checks are called `{name}`"), None);
        }
        checks.push(Check { name, run: run.clone() });
    }
    checks
}

fn read_size_limit(text: Option<&str>, read: &mut Reader<'_>) -> ByteSize {
    let limit = read.parse::<ByteSize>("limits.size", text).unwrap_or(LARGEST_IMAGE);
    if limit > LARGEST_IMAGE {
        let hint = format!("SageMaker takes images of at most {LARGEST_IMAGE}");
        read.refuse("limits.size", format!("`limits.size` is {limit}"), Some(hint));
    }
    limit
}
