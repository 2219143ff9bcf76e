//! What the templates see: plain values, computed from a recipe.

mod download;
mod python;
mod r;
mod session;
mod system;

use serde::Serialize;

use download::{Installed, Stage};
use python::PythonView;
use r::{PackageLayer, RVersionView};
pub use session::REQUIRED_VARIABLES;
use session::{Pair, SecretView};
pub use system::certificates;
use system::{Copied, OsView};

use super::recipe::Recipe;

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
    os: OsView,
    base: String,
    base_packages: Vec<&'static str>,
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

impl View {
    /// What the templates see of a recipe.
    pub fn new(recipe: &Recipe) -> Self {
        let (spec, lock) = (recipe.spec(), recipe.lock());
        let r = r::stages(spec, lock);
        let python = python::stage(lock);
        let drivers =
            lock.drivers.as_ref().map(|drivers| Stage::new("drivers.version", "drivers".to_owned(), &drivers.download));
        let workbench = Stage::new("workbench.version", "workbench".to_owned(), &lock.workbench.download);
        let stages = r.iter().map(|(_, stage)| stage).chain(&python).chain(&drivers).chain([&workbench]);
        Self {
            name: spec.name.to_string(),
            title: spec.title.to_string(),
            os: OsView::new(spec.base.os),
            base: format!("{}@{}", lock.base.image, lock.base.digest),
            base_packages: spec.base.os.base_packages(),
            certificates: certificates(spec),
            downloads: stages.cloned().collect(),
            r_versions: r::versions(&r),
            r_default: spec.r.default.to_string(),
            snapshot: lock.cran.date.to_string(),
            repository: lock.cran.repository.clone(),
            package_layers: r::package_layers(spec),
            python: python::view(spec, lock, python),
            drivers: spec.drivers.as_ref().zip(drivers).map(|(version, stage)| stage.installed(version.as_str())),
            workbench: workbench.installed(spec.workbench.as_str()),
            forbidden_files: FORBIDDEN_FILES,
            system_packages: spec.system.packages.iter().map(ToString::to_string).collect(),
            secrets: spec.secrets.iter().map(SecretView::new).collect(),
            environment: session::environment(spec),
            labels: session::labels(recipe),
        }
    }
}
