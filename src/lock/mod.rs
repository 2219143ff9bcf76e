//! What a spec resolves to: digests, addresses, hashes and sizes, so that the same image can be made again.

mod addresses;
mod agreement;
mod base;
mod download;
mod file;
mod resolve;

use std::collections::BTreeMap;

pub use agreement::Disagreement;
pub use base::BaseError;
pub use download::{DownloadCache, DownloadError, FetchPolicy};
pub use file::{LOCK_FILE, LockFileError, load, store};
pub use resolve::{ResolveError, Resolver, Update};

use crate::spec::name::{Digest, Sha256};
use crate::spec::{DriversVersion, PythonVersion, RVersion, SnapshotDate, WorkbenchVersion};

/// What a spec resolves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Why the lock cannot be built from, where a person wrote it: its hashes are placeholders.
    pub by_hand: Option<String>,
    /// The base image.
    pub base: LockedBase,
    /// Workbench.
    pub workbench: Locked<WorkbenchVersion>,
    /// R builds by version.
    pub r: BTreeMap<RVersion, Download>,
    /// CRAN.
    pub cran: LockedSnapshot,
    /// Python.
    pub python: Option<LockedPython>,
    /// Pro Drivers.
    pub drivers: Option<Locked<DriversVersion>>,
}

/// A base image and the digest that its tag had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedBase {
    /// The image as the spec names it.
    pub image: String,
    /// The digest of its manifest or index.
    pub digest: Digest,
}

/// A version and the file that it is installed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked<V> {
    /// The version as the spec names it.
    pub version: V,
    /// The file.
    pub download: Download,
}

/// A file on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Where it is.
    pub url: String,
    /// What it holds.
    pub sha256: Sha256,
    /// Its bytes.
    pub size: u64,
}

/// A dated snapshot of CRAN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedSnapshot {
    /// The day as the spec names it.
    pub date: SnapshotDate,
    /// The repository that R installs from.
    pub repository: String,
}

/// Python, its requirements and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedPython {
    /// Version and file.
    pub build: Locked<PythonVersion>,
    /// The sha256 of the requirements file.
    pub requirements: Sha256,
    /// The index that packages come from.
    pub index: String,
}
