//! Where each declared thing is downloaded from: the layout of Posit's servers.

use crate::catalog::{Family, Os, PackageTool};
use crate::spec::{DriversVersion, PythonVersion, RVersion, SnapshotDate, Sources, WorkbenchVersion};

/// An R build: `/<os>/pkgs/r-<version>_1_amd64.deb` or `R-<version>-1-1.x86_64.rpm` (facts 3.1).
pub fn r_build(sources: &Sources, os: Os, version: RVersion) -> String {
    let file = match os.family() {
        Family::Debian => format!("r-{version}_1_amd64.deb"),
        Family::RedHat => format!("R-{version}-1-1.x86_64.rpm"),
    };
    format!("{}/{}/pkgs/{file}", sources.r, os.builds_folder())
}

/// A Python build: `/<os>/pkgs/python-<version>_1_amd64.deb` or `python-<version>-1-1.x86_64.rpm` (facts 3.7).
pub fn python_build(sources: &Sources, os: Os, version: PythonVersion) -> String {
    let file = match os.family() {
        Family::Debian => format!("python-{version}_1_amd64.deb"),
        Family::RedHat => format!("python-{version}-1-1.x86_64.rpm"),
    };
    format!("{}/{}/pkgs/{file}", sources.python, os.builds_folder())
}

/// The Workbench package, with `+` written `-` (facts 3.2). Amazon Linux's is called like SUSE's, without `rhel`.
pub fn workbench(sources: &Sources, os: Os, version: &WorkbenchVersion) -> String {
    let version = version.in_urls();
    let path = match os.package_tool() {
        PackageTool::Apt => format!("amd64/rstudio-workbench-{version}-amd64.deb"),
        PackageTool::Dnf => format!("x86_64/rstudio-workbench-rhel-{version}-x86_64.rpm"),
        PackageTool::Yum => format!("x86_64/rstudio-workbench-{version}-x86_64.rpm"),
    };
    format!("{}/{}/{path}", sources.workbench, os.workbench_folder())
}

/// The Pro Drivers package; rpms were renamed with 2024.03.0 (facts 3.5).
pub fn drivers(sources: &Sources, os: Os, version: &DriversVersion) -> String {
    let file = match os.family() {
        Family::Debian => format!("rstudio-drivers_{version}_amd64.deb"),
        Family::RedHat if version.as_str() < "2024.03.0" => format!("rstudio-drivers-{version}-1.el7.x86_64.rpm"),
        Family::RedHat => format!("rstudio-drivers-{version}-1.el.x86_64.rpm"),
    };
    format!("{}/7C152C12/installer/{file}", sources.drivers)
}

/// The dated snapshot with binary packages for the operating system (facts 3.6).
pub fn cran_snapshot(sources: &Sources, os: Os, date: SnapshotDate) -> String {
    format!("{}/__linux__/{}/{date}", sources.cran, os.package_manager_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Project, load_project};

    fn project() -> Project {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("slipway.toml"), "schema = 1\n").expect("a file");
        load_project(folder.path()).expect("a file").value.expect("a project")
    }

    /// Every address of an operating system, from Posit's servers.
    fn addresses(os: Os) -> [String; 5] {
        let sources = project().sources;
        let r = "4.5.1".parse().expect("a version");
        let python = "3.12.11".parse().expect("a version");
        let workbench_version = "2026.08.2+200.pro1".parse().expect("a version");
        let drivers_version = "2026.07.0".parse().expect("a version");
        let date = "2026-08-01".parse().expect("a day");
        [
            r_build(&sources, os, r),
            python_build(&sources, os, python),
            workbench(&sources, os, &workbench_version),
            drivers(&sources, os, &drivers_version),
            cran_snapshot(&sources, os, date),
        ]
    }

    #[test]
    fn every_operating_system_has_its_addresses() {
        let lines = Os::all().map(|os| format!("{os}\n  {}\n", addresses(os).join("\n  ")));
        insta::assert_snapshot!(lines.collect::<String>());
    }

    #[test]
    fn drivers_were_called_otherwise_before_2024() {
        let sources = project().sources;
        let old = "2023.12.1".parse().expect("a version");
        let os = "rocky-8".parse().expect("an operating system");
        assert!(drivers(&sources, os, &old).ends_with("/rstudio-drivers-2023.12.1-1.el7.x86_64.rpm"));
    }
}
