//! Where each declared thing is downloaded from: the layout of Posit's servers.

use crate::catalog::Os;
use crate::spec::{DriversVersion, PythonVersion, RVersion, SnapshotDate, Sources, WorkbenchVersion};

/// An R build: `/<os>/pkgs/r-<version>_1_amd64.deb` (facts 3.1).
pub fn r_build(sources: &Sources, os: Os, version: RVersion) -> String {
    format!("{}/{}/pkgs/r-{version}_1_amd64.deb", sources.r, os.builds_folder())
}

/// A Python build: `/<os>/pkgs/python-<version>_1_amd64.deb` (facts 3.7).
pub fn python_build(sources: &Sources, os: Os, version: PythonVersion) -> String {
    format!("{}/{}/pkgs/python-{version}_1_amd64.deb", sources.python, os.builds_folder())
}

/// The Workbench package, with `+` written `-` (facts 3.2).
pub fn workbench(sources: &Sources, os: Os, version: &WorkbenchVersion) -> String {
    let folder = os.workbench_folder();
    format!("{}/{folder}/amd64/rstudio-workbench-{}-amd64.deb", sources.workbench, version.in_urls())
}

/// The Pro Drivers package (facts 3.5).
pub fn drivers(sources: &Sources, version: &DriversVersion) -> String {
    format!("{}/7C152C12/installer/rstudio-drivers_{version}_amd64.deb", sources.drivers)
}

/// The dated snapshot with binary packages for the operating system (facts 3.6).
pub fn cran_snapshot(sources: &Sources, os: Os, date: SnapshotDate) -> String {
    format!("{}/__linux__/{}/{date}", sources.cran, os.package_manager_name())
}
