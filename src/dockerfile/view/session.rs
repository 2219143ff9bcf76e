//! What a session finds: variables, labels, secrets while it is built.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::recipe::Recipe;
use crate::spec::{ImageSpec, Secret};

/// Variables that SageMaker and Workbench need in every image, with the values they have where the spec says nothing
/// (facts 1.1: AWS's sample leaves the addresses empty; 6: the exit code).
pub const REQUIRED_VARIABLES: [(&str, &str); 4] = [
    ("RETICULATE_MINICONDA_ENABLED", "FALSE"),
    ("RSTUDIO_CONNECT_URL", ""),
    ("RSTUDIO_FORCE_NON_ZERO_EXIT_CODE", "1"),
    ("RSTUDIO_PACKAGE_MANAGER_URL", ""),
];

/// A build secret and its mount.
#[derive(Debug, Serialize)]
pub struct SecretView {
    id: String,
    path: String,
}

/// A name and its value.
#[derive(Debug, Serialize)]
pub struct Pair {
    name: String,
    value: String,
}

impl SecretView {
    pub(super) fn new(secret: &Secret) -> Self {
        Self { id: secret.id.to_string(), path: secret.path.to_string() }
    }
}

pub(super) fn environment(spec: &ImageSpec) -> Vec<Pair> {
    let mut variables: BTreeMap<&str, String> =
        REQUIRED_VARIABLES.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    if let Some(python) = &spec.python {
        variables.insert("RETICULATE_PYTHON", format!("/opt/python/{}/bin/python3", python.version));
    }
    variables.extend(spec.environment.iter().map(|(name, value)| (name.as_str(), value.clone())));
    variables.into_iter().map(|(name, value)| Pair { name: name.to_owned(), value }).collect()
}

pub(super) fn labels(recipe: &Recipe) -> Vec<Pair> {
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
