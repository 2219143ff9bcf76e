//! The operating system in a view.

use serde::Serialize;

use crate::catalog::Os;
use crate::spec::ImageSpec;

/// What templates ask about the operating system.
#[derive(Debug, Serialize)]
pub struct OsView {
    name: &'static str,
    family: &'static str,
    package_tool: &'static str,
    odbc_packages: &'static [&'static str],
    repositories: &'static [&'static str],
}

impl OsView {
    pub(super) fn new(os: Os) -> Self {
        Self {
            name: os.name(),
            family: os.family().folder(),
            package_tool: os.package_tool().command(),
            odbc_packages: os.family().odbc_packages(),
            repositories: os.repository_commands(),
        }
    }
}

/// A file of the context and its place in the image.
#[derive(Debug, Clone, Serialize)]
pub struct Copied {
    /// Path within the context.
    pub from: String,
    /// Path within the image.
    pub to: String,
}

/// Where the certificates of a spec stand in the context and in the image.
pub fn certificates(spec: &ImageSpec) -> Vec<Copied> {
    let (folder, ending) = spec.base.os.family().trust_anchors();
    let place = |path: &str| {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem).replace('/', "-");
        Copied { from: path.to_owned(), to: format!("{folder}/{stem}.{ending}") }
    };
    spec.system.certificates.iter().map(|file| place(&file.path)).collect()
}
