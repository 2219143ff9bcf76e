//! `image.lock`: sorted, commented, the same bytes for the same content.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Download, Lock, Locked, LockedBase, LockedPython, LockedSnapshot};
use crate::spec::name::NameError;

/// The lock's file name, beside `image.toml`.
pub const LOCK_FILE: &str = "image.lock";

const HEADER: &str = "# Written by `slipway lock` from image.toml: what every declared version resolved to.\n\
                      # Commit it. `slipway lock --update` resolves again; editing it by hand breaks the build.\n";

/// Why a lock file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockFileError {
    /// There is none yet.
    #[error("`{0}` does not exist")]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not a lock.
    #[error("`{path}` is not a lock")]
    Form {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A value in it is not what it should be.
    #[error("`{path}` holds a value that cannot be")]
    Value {
        /// The file.
        path: PathBuf,
        /// Which.
        #[source]
        source: NameError,
    },
    /// It cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl LockFileError {
    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing(_) => Some("`slipway lock` makes it"),
            Self::Form { .. } | Self::Value { .. } => Some("`slipway lock --update all` writes it anew"),
            Self::Read { .. } | Self::Write { .. } => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawLock {
    schema: u8,
    by_hand: Option<String>,
    base: RawBase,
    workbench: RawEntry,
    cran: RawCran,
    r: Vec<RawEntry>,
    python: Option<RawPython>,
    drivers: Option<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBase {
    image: String,
    digest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCran {
    snapshot: String,
    repository: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    version: String,
    url: String,
    sha256: String,
    size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPython {
    version: String,
    url: String,
    sha256: String,
    size: u64,
    requirements: String,
    index: String,
}

/// Reads the lock in a spec's folder.
pub fn load(folder: &Path) -> Result<Lock, LockFileError> {
    let path = folder.join(LOCK_FILE);
    let text = std::fs::read_to_string(&path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => LockFileError::Missing(path.clone()),
        _ => LockFileError::Read { path: path.clone(), source },
    })?;
    let raw: RawLock =
        toml::from_str(&text).map_err(|source| LockFileError::Form { path: path.clone(), source: Box::new(source) })?;
    parse(raw).map_err(|source| LockFileError::Value { path, source })
}

/// Writes the lock into a spec's folder; a reader never sees half of it.
pub fn store(lock: &Lock, folder: &Path) -> Result<(), LockFileError> {
    let path = folder.join(LOCK_FILE);
    let written = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, render(lock).as_bytes())?;
        readable_by_all(file.as_file())?;
        file.persist(&path).map_err(|error| error.error)
    };
    written().map(drop).map_err(|source| LockFileError::Write { path: path.clone(), source })
}

/// Temporary files are private; a lock is a file of the repository like any other.
fn readable_by_all(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

fn parse(raw: RawLock) -> Result<Lock, NameError> {
    if raw.schema != 1 {
        let rule = "this Slipway reads `schema = 1`";
        return Err(NameError { text: format!("schema = {}", raw.schema), kind: "a known form of lock", rule });
    }
    let r =
        raw.r.into_iter().map(|entry| Ok((entry.version.parse()?, download(entry.url, &entry.sha256, entry.size)?)));
    Ok(Lock {
        by_hand: raw.by_hand,
        base: LockedBase { image: raw.base.image, digest: raw.base.digest.parse()? },
        workbench: locked(raw.workbench)?,
        r: r.collect::<Result<_, NameError>>()?,
        cran: LockedSnapshot { date: raw.cran.snapshot.parse()?, repository: raw.cran.repository },
        python: raw.python.map(locked_python).transpose()?,
        drivers: raw.drivers.map(locked).transpose()?,
    })
}

fn locked<V: std::str::FromStr<Err = NameError>>(raw: RawEntry) -> Result<Locked<V>, NameError> {
    Ok(Locked { version: raw.version.parse()?, download: download(raw.url, &raw.sha256, raw.size)? })
}

fn locked_python(raw: RawPython) -> Result<LockedPython, NameError> {
    let build = Locked { version: raw.version.parse()?, download: download(raw.url, &raw.sha256, raw.size)? };
    Ok(LockedPython { build, requirements: raw.requirements.parse()?, index: raw.index })
}

/// An address in a lock reaches a shell in the Dockerfile, so it is held to the same grammar as a source.
fn download(url: String, sha256: &str, size: u64) -> Result<Download, NameError> {
    url.parse::<crate::spec::SourceUrl>()?;
    Ok(Download { url, sha256: sha256.parse()?, size })
}

/// The text of a lock.
pub fn render(lock: &Lock) -> String {
    let mut text = format!("{HEADER}schema = 1\n");
    if let Some(reason) = &lock.by_hand {
        let _ = writeln!(text, "by-hand = {}", quoted(reason));
    }
    let _ = write!(
        text,
        "\n# The digest that the tag had.\n[base]\nimage = {}\ndigest = {}\n",
        quoted(&lock.base.image),
        quoted(lock.base.digest.as_str())
    );
    let _ = write!(
        text,
        "\n# The dated snapshot that R installs from.\n[cran]\nsnapshot = {}\nrepository = {}\n",
        quoted(&lock.cran.date.to_string()),
        quoted(&lock.cran.repository)
    );
    if let Some(drivers) = &lock.drivers {
        entry(&mut text, "[drivers]", drivers.version.as_str(), &drivers.download);
    }
    if let Some(python) = &lock.python {
        entry(&mut text, "[python]", &python.build.version.to_string(), &python.build.download);
        let _ = writeln!(text, "requirements = {}", quoted(python.requirements.as_str()));
        let _ = writeln!(text, "index = {}", quoted(&python.index));
    }
    for (version, download) in &lock.r {
        entry(&mut text, "[[r]]", &version.to_string(), download);
    }
    entry(&mut text, "[workbench]", lock.workbench.version.as_str(), &lock.workbench.download);
    text
}

fn entry(text: &mut String, table: &str, version: &str, download: &Download) {
    let _ = write!(
        text,
        "\n{table}\nversion = {}\nurl = {}\nsha256 = {}\nsize = {}\n",
        quoted(version),
        quoted(&download.url),
        quoted(download.sha256.as_str()),
        download.size
    );
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}
