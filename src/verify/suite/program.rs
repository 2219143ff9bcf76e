//! Small programs that the tests run in the container, each readable by itself.

/// Where the script keeps its files, in memory.
pub(super) const FOLDER: &str = "/tmp/slipway-tests";

/// A program that is brought into the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Program {
    file: &'static str,
    pub(super) text: &'static str,
}

impl Program {
    /// Its path in the container.
    pub(super) fn path(self) -> String {
        format!("{FOLDER}/{}", self.file)
    }
}

/// Where a program notes how each of several tests went.
pub(super) fn marks() -> String {
    format!("{FOLDER}/marks")
}

macro_rules! program {
    ($name:ident, $file:literal) => {
        pub(super) const $name: Program = Program { file: $file, text: include_str!(concat!("programs/", $file)) };
    };
}

program!(ANSWERS, "answers.sh");
program!(CERTIFICATE, "certificate.sh");
program!(DEFAULT_R, "default-r.sh");
program!(DRIVERS, "drivers.sh");
program!(IMPORT_MODULES, "import-modules.py");
program!(INSTALLED, "installed.sh");
program!(LOAD_PACKAGES, "load-packages.R");
program!(LOCALE, "locale.sh");
program!(R_VERSIONS, "r-versions.sh");
program!(WORKBENCH_DEBIAN, "workbench-debian.sh");
program!(WORKBENCH_RHEL, "workbench-rhel.sh");
