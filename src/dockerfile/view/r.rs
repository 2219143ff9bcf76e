//! R and its packages in a view.

use serde::Serialize;

use super::download::Stage;
use crate::lock::{Download, Lock};
use crate::spec::{ImageSpec, RVersion};

/// R packages of every image: `reticulate` is among SageMaker's requirements (facts 1.1).
const REQUIRED_PACKAGES: [&str; 1] = ["reticulate"];

/// R packages are installed in layers of this many, in the order of the spec: adding one rebuilds what comes after
/// it, not what comes before, and two hundred of them stay far below the 127 layers that the engine stacks.
const PACKAGES_PER_LAYER: usize = 8;

/// An R version and where it is installed from.
#[derive(Debug, Serialize)]
pub struct RVersionView {
    key: String,
    number: String,
    stage: String,
    file: String,
}

/// Packages that one instruction installs.
#[derive(Debug, Serialize)]
pub struct PackageLayer {
    key: String,
    packages: Vec<String>,
}

/// The stages that download R, by version.
pub(super) fn stages(spec: &ImageSpec, lock: &Lock) -> Vec<(String, Stage)> {
    let stage = |(version, download): (&RVersion, &Download)| {
        let index = spec.r.versions.iter().position(|declared| declared == version);
        let key = index.map_or_else(|| "r.versions".to_owned(), |index| format!("r.versions[{index}]"));
        (version.to_string(), Stage::new(&key, format!("r-{version}"), download))
    };
    lock.r.iter().map(stage).collect()
}

pub(super) fn versions(stages: &[(String, Stage)]) -> Vec<RVersionView> {
    let version = |(number, stage): &(String, Stage)| RVersionView {
        key: stage.key.clone(),
        number: number.clone(),
        stage: stage.alias.clone(),
        file: stage.path(),
    };
    stages.iter().map(version).collect()
}

pub(super) fn package_layers(spec: &ImageSpec) -> Vec<PackageLayer> {
    let required =
        PackageLayer { key: "r".to_owned(), packages: REQUIRED_PACKAGES.into_iter().map(str::to_owned).collect() };
    let declared = spec.r.packages.chunks(PACKAGES_PER_LAYER).enumerate().map(|(index, packages)| PackageLayer {
        key: format!("r.packages[{}]", index * PACKAGES_PER_LAYER),
        packages: packages.iter().map(ToString::to_string).collect(),
    });
    std::iter::once(required).chain(declared).collect()
}
