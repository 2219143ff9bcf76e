//! A JSON document on disk, replaced whole and atomically: the file a killed process leaves is always a complete one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Format of the documents; a folder written by another format is refused instead of misread.
const SCHEMA: u32 = 1;

/// One document: many readers of the last version, one writer of the next.
#[derive(Debug)]
pub struct Document<T> {
    path: PathBuf,
    current: RwLock<Arc<T>>,
    writer: Mutex<()>,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    schema: u32,
    content: T,
}

impl<T: Clone + Default + Serialize + DeserializeOwned> Document<T> {
    /// Reads the document at `path`, or begins an empty one.
    pub fn open(path: PathBuf) -> Result<Self, DocumentError> {
        let content = match fs::read(&path) {
            Ok(bytes) => parse(&path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => T::default(),
            Err(source) => return Err(DocumentError::Read { path, source }),
        };
        Ok(Self { path, current: RwLock::new(Arc::new(content)), writer: Mutex::new(()) })
    }

    /// The last version. Cheap, and never waits for a writer's disk.
    pub fn read(&self) -> Arc<T> {
        // A panicking writer cannot leave half a change behind: versions are swapped, not edited.
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes the next version; it is on disk before this returns. When `change` or the disk fails, nothing has happened.
    pub fn change<R, E: From<DocumentError>>(&self, change: impl FnOnce(&mut T) -> Result<R, E>) -> Result<R, E> {
        let _one_at_a_time = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = T::clone(&self.read());
        let answer = change(&mut next)?;
        self.write(&next)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(answer)
    }

    fn write(&self, content: &T) -> Result<(), DocumentError> {
        let fail = |source| DocumentError::Write { path: self.path.clone(), source };
        let bytes = serde_json::to_vec(&Envelope { schema: SCHEMA, content }).map_err(|error| fail(error.into()))?;
        let beside = self.path.with_extension("json.new");
        fs::write(&beside, bytes).map_err(fail)?;
        fs::rename(&beside, &self.path).map_err(fail)
    }
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, DocumentError> {
    let fail = |source| DocumentError::Parse { path: path.to_owned(), source };
    // The schema first: content of another one need not even parse.
    let envelope: Envelope<IgnoredAny> = serde_json::from_slice(bytes).map_err(fail)?;
    if envelope.schema != SCHEMA {
        return Err(DocumentError::Schema { path: path.to_owned(), found: envelope.schema });
    }
    serde_json::from_slice(bytes).map(|envelope: Envelope<T>| envelope.content).map_err(fail)
}

/// Why the state could not be read or written.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The file exists and cannot be read.
    #[error("cannot read sandbox state `{}`", path.display())]
    Read {
        /// The document.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not what the sandbox wrote.
    #[error("sandbox state `{}` is damaged", path.display())]
    Parse {
        /// The document.
        path: PathBuf,
        /// Where it is damaged.
        #[source]
        source: serde_json::Error,
    },
    /// The file was written by another version of the sandbox.
    #[error("sandbox state `{}` has schema {found}, this sandbox reads schema {SCHEMA}", path.display())]
    Schema {
        /// The document.
        path: PathBuf,
        /// The schema it names.
        found: u32,
    },
    /// The next version could not be stored.
    #[error("cannot write sandbox state `{}`", path.display())]
    Write {
        /// The document.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    type Names = Document<BTreeMap<String, u32>>;

    #[test]
    fn a_change_is_on_disk_when_it_returns() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("names.json");
        let names = Names::open(path.clone())?;
        names.change::<_, DocumentError>(|names| Ok(names.insert("a".to_owned(), 1)))?;
        assert_eq!(Names::open(path)?.read().get("a"), Some(&1));
        Ok(())
    }

    #[test]
    fn a_refused_change_leaves_nothing_behind() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let names = Names::open(folder.path().join("names.json"))?;
        let refused: Result<(), DocumentError> = names.change(|names| {
            names.insert("a".to_owned(), 1);
            Err(DocumentError::Schema { path: PathBuf::new(), found: 0 })
        });
        assert!(refused.is_err());
        assert!(names.read().is_empty());
        Ok(())
    }

    #[test]
    fn a_document_of_another_schema_is_refused() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("names.json");
        fs::write(&path, r#"{"schema":99,"content":{}}"#)?;
        assert!(matches!(Names::open(path), Err(DocumentError::Schema { found: 99, .. })));
        Ok(())
    }
}
