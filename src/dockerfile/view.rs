//! What the templates see: plain values, computed from a recipe.

use std::collections::BTreeMap;

use serde::Serialize;

use super::recipe::Recipe;
use crate::catalog::Os;
use crate::lock::Download;
use crate::spec::{ImageSpec, Secret};

/// Packages of every Debian-family image: what SageMaker asks for (`sudo`, a JDK, libpng; facts 1.1), what compiles
/// R packages, and what fetches and unpacks.
const BASE_PACKAGES: [&str; 15] = [
    "build-essential",
    "ca-certificates",
    "curl",
    "gfortran",
    "git",
    "libcurl4-openssl-dev",
    "libpng-dev",
    "libssl-dev",
    "libxml2-dev",
    "locales",
    "sudo",
    "tzdata",
    "unzip",
    "xz-utils",
    "zlib1g-dev",
];

/// R packages of every image: `reticulate` is among SageMaker's requirements (facts 1.1).
const REQUIRED_R_PACKAGES: [&str; 1] = ["reticulate"];

/// R packages are installed in layers of this many, in the order of the spec: adding one rebuilds what comes after
/// it, not what comes before, and two hundred of them stay far below the 127 layers that the engine stacks.
const PACKAGES_PER_LAYER: usize = 8;

/// Variables that SageMaker and Workbench need in every image, with the values they have where the spec says nothing
/// (facts 1.1: AWS's sample leaves the addresses empty; 6: the exit code).
pub const REQUIRED_VARIABLES: [(&str, &str); 4] = [
    ("RETICULATE_MINICONDA_ENABLED", "FALSE"),
    ("RSTUDIO_CONNECT_URL", ""),
    ("RSTUDIO_FORCE_NON_ZERO_EXIT_CODE", "1"),
    ("RSTUDIO_PACKAGE_MANAGER_URL", ""),
];

/// Keys and databases that installing Workbench makes and no image may hold (facts 3.2).
pub const FORBIDDEN_FILES: [&str; 7] = [
    "/etc/rstudio/launcher.pem",
    "/etc/rstudio/launcher.pub",
    "/etc/rstudio/secure-cookie-key",
    "/etc/rstudio/session-rpc-key",
    "/var/lib/rstudio-server/rstudio.sqlite",
    "/var/lib/rstudio-server/secure-cookie-key",
    "/var/lib/rstudio-server/session-rpc-key",
];

/// Everything that a template can name.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    title: String,
    os: &'static str,
    base: String,
    base_packages: Vec<String>,
    certificates: Vec<Copied>,
    downloads: Vec<Stage>,
    r_versions: Vec<RVersionView>,
    r_default: String,
    snapshot: String,
    repository: String,
    package_layers: Vec<PackageLayer>,
    python: Option<PythonView>,
    drivers: Option<Installed>,
    workbench: Installed,
    forbidden_files: [&'static str; 7],
    system_packages: Vec<String>,
    secrets: Vec<SecretView>,
    environment: Vec<Pair>,
    labels: Vec<Pair>,
}

/// A file of the context and its place in the image.
#[derive(Debug, Clone, Serialize)]
pub struct Copied {
    /// Path within the context.
    pub from: String,
    /// Path within the image.
    pub to: String,
}

/// A stage that downloads one file.
#[derive(Debug, Clone, Serialize)]
struct Stage {
    key: String,
    #[serde(rename = "stage")]
    alias: String,
    name: String,
    url: String,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct Installed {
    version: String,
    stage: String,
    file: String,
}

#[derive(Debug, Serialize)]
struct RVersionView {
    key: String,
    number: String,
    stage: String,
    file: String,
}

#[derive(Debug, Serialize)]
struct PythonView {
    version: String,
    stage: String,
    file: String,
    requirements: String,
    index: String,
}

#[derive(Debug, Serialize)]
struct PackageLayer {
    key: String,
    packages: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SecretView {
    id: String,
    path: String,
}

#[derive(Debug, Serialize)]
struct Pair {
    name: String,
    value: String,
}

impl View {
    /// What the templates see of a recipe.
    pub fn new(recipe: &Recipe) -> Self {
        let (spec, lock) = (recipe.spec(), recipe.lock());
        let r: Vec<(String, Stage)> = lock
            .r
            .iter()
            .map(|(version, download)| {
                let index = spec.r.versions.iter().position(|declared| declared == version);
                let key = index.map_or_else(|| "r.versions".to_owned(), |index| format!("r.versions[{index}]"));
                (version.to_string(), stage(&key, format!("r-{version}"), download))
            })
            .collect();
        let python =
            lock.python.as_ref().map(|python| stage("python.version", "python".to_owned(), &python.build.download));
        let drivers =
            lock.drivers.as_ref().map(|drivers| stage("drivers.version", "drivers".to_owned(), &drivers.download));
        let workbench = stage("workbench.version", "workbench".to_owned(), &lock.workbench.download);
        let stages = r.iter().map(|(_, stage)| stage).chain(&python).chain(&drivers).chain([&workbench]);
        Self {
            name: spec.name.to_string(),
            title: spec.title.to_string(),
            os: spec.base.os.name(),
            base: format!("{}@{}", lock.base.image, lock.base.digest),
            base_packages: base_packages(spec.base.os),
            certificates: certificates(spec),
            downloads: stages.cloned().collect(),
            r_versions: r
                .iter()
                .map(|(number, stage)| RVersionView {
                    key: stage.key.clone(),
                    number: number.clone(),
                    stage: stage.alias.clone(),
                    file: stage.path(),
                })
                .collect(),
            r_default: spec.r.default.to_string(),
            snapshot: lock.cran.date.to_string(),
            repository: lock.cran.repository.clone(),
            package_layers: package_layers(spec),
            python: spec.python.as_ref().zip(lock.python.as_ref()).zip(python).map(|((declared, locked), stage)| {
                PythonView {
                    version: declared.version.to_string(),
                    file: stage.path(),
                    stage: stage.alias,
                    requirements: declared.requirements.path.clone(),
                    index: locked.index.clone(),
                }
            }),
            drivers: spec.drivers.as_ref().zip(drivers).map(|(version, stage)| stage.installed(version.as_str())),
            workbench: workbench.installed(spec.workbench.as_str()),
            forbidden_files: FORBIDDEN_FILES,
            system_packages: spec.system.packages.iter().map(ToString::to_string).collect(),
            secrets: spec.secrets.iter().map(SecretView::new).collect(),
            environment: environment(spec),
            labels: labels(recipe),
        }
    }
}

impl Stage {
    fn path(&self) -> String {
        format!("/download/{}", self.name)
    }

    fn installed(self, version: &str) -> Installed {
        Installed { version: version.to_owned(), file: self.path(), stage: self.alias }
    }
}

impl SecretView {
    fn new(secret: &Secret) -> Self {
        Self { id: secret.id.to_string(), path: secret.path.to_string() }
    }
}

fn stage(key: &str, name: String, download: &Download) -> Stage {
    let file = download.url.rsplit('/').next().unwrap_or_default().to_owned();
    Stage {
        key: key.to_owned(),
        alias: name,
        name: file,
        url: download.url.clone(),
        sha256: download.sha256.to_string(),
    }
}

fn base_packages(os: Os) -> Vec<String> {
    let mut packages: Vec<String> = BASE_PACKAGES.into_iter().chain([os.jdk_package()]).map(str::to_owned).collect();
    packages.sort();
    packages
}

/// Where the certificates of a spec stand in the context and in the image.
pub fn certificates(spec: &ImageSpec) -> Vec<Copied> {
    let place = |path: &str| {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem).replace('/', "-");
        // update-ca-certificates reads only files that end in .crt.
        Copied { from: path.to_owned(), to: format!("/usr/local/share/ca-certificates/{stem}.crt") }
    };
    spec.system.certificates.iter().map(|file| place(&file.path)).collect()
}

fn package_layers(spec: &ImageSpec) -> Vec<PackageLayer> {
    let required =
        PackageLayer { key: "r".to_owned(), packages: REQUIRED_R_PACKAGES.into_iter().map(str::to_owned).collect() };
    let declared = spec.r.packages.chunks(PACKAGES_PER_LAYER).enumerate().map(|(index, packages)| PackageLayer {
        key: format!("r.packages[{}]", index * PACKAGES_PER_LAYER),
        packages: packages.iter().map(ToString::to_string).collect(),
    });
    std::iter::once(required).chain(declared).collect()
}

fn environment(spec: &ImageSpec) -> Vec<Pair> {
    let mut variables: BTreeMap<&str, String> =
        REQUIRED_VARIABLES.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    if let Some(python) = &spec.python {
        variables.insert("RETICULATE_PYTHON", format!("/opt/python/{}/bin/python3", python.version));
    }
    variables.extend(spec.environment.iter().map(|(name, value)| (name.as_str(), value.clone())));
    variables.into_iter().map(|(name, value)| Pair { name: name.to_owned(), value }).collect()
}

fn labels(recipe: &Recipe) -> Vec<Pair> {
    let (spec, lock) = (recipe.spec(), recipe.lock());
    let label = |name: &str, value: &str| Pair { name: name.to_owned(), value: value.to_owned() };
    let mut labels = vec![
        label("org.opencontainers.image.title", spec.title.as_str()),
        label("org.opencontainers.image.base.name", &lock.base.image),
        label("org.opencontainers.image.base.digest", lock.base.digest.as_str()),
        label("io.slipway.image", spec.name.as_str()),
        label("io.slipway.workbench", spec.workbench.as_str()),
    ];
    labels.extend(spec.description.iter().map(|text| label("org.opencontainers.image.description", text.as_str())));
    labels.extend(spec.owner.iter().map(|text| label("org.opencontainers.image.authors", text.as_str())));
    labels
}
