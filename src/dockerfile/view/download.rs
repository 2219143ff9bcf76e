//! Downloads in a view: a stage each.

use serde::Serialize;

use crate::lock::Download;

/// A stage that downloads one file.
#[derive(Debug, Clone, Serialize)]
pub struct Stage {
    pub(super) key: String,
    #[serde(rename = "stage")]
    pub(super) alias: String,
    name: String,
    url: String,
    sha256: String,
}

/// Something that is installed from one downloaded file.
#[derive(Debug, Serialize)]
pub struct Installed {
    version: String,
    stage: String,
    file: String,
}

impl Stage {
    /// The stage `alias` for a file that the spec's `key` asks for.
    pub(super) fn new(key: &str, alias: String, download: &Download) -> Self {
        let file = download.url.rsplit('/').next().unwrap_or_default().to_owned();
        Self { key: key.to_owned(), alias, name: file, url: download.url.clone(), sha256: download.sha256.to_string() }
    }

    /// Where the file is in its stage.
    pub(super) fn path(&self) -> String {
        format!("/download/{}", self.name)
    }

    pub(super) fn installed(self, version: &str) -> Installed {
        Installed { version: version.to_owned(), file: self.path(), stage: self.alias }
    }
}
