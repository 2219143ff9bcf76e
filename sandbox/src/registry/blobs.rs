//! Content on disk, by digest, once however many repositories hold it.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Digest;
use crate::ecr::Repositories;

/// The folder of all content.
#[derive(Debug)]
pub struct BlobStore {
    folder: PathBuf,
}

impl BlobStore {
    /// Opens the folder and removes content that no repository holds any more.
    pub fn open(folder: PathBuf, repositories: &Repositories) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        let store = Self { folder };
        store.sweep(repositories)?;
        Ok(store)
    }

    fn sweep(&self, repositories: &Repositories) -> io::Result<()> {
        let held: HashSet<&str> = repositories
            .values()
            .flat_map(|repository| repository.blobs.keys().chain(repository.manifests.keys()))
            .map(Digest::hex)
            .collect();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| held.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Where content with this digest is, or would be.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(digest.hex())
    }

    /// Takes over a finished file whose digest was checked.
    pub fn adopt(&self, file: &Path, digest: &Digest) -> io::Result<()> {
        fs::rename(file, self.path(digest))
    }

    /// Stores a small piece of content.
    pub fn put(&self, content: &[u8], digest: &Digest) -> io::Result<()> {
        let path = self.path(digest);
        if path.exists() {
            return Ok(());
        }
        let beside = path.with_extension("new");
        fs::File::create(&beside)?.write_all(content)?;
        fs::rename(&beside, &path)
    }

    /// Reads a small piece of content.
    pub fn get(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        fs::read(self.path(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_that_nobody_holds_is_gone_after_a_restart() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let nobody = Repositories::new();
        let store = BlobStore::open(folder.path().to_owned(), &nobody)?;
        let digest = Digest::of(b"orphan");
        store.put(b"orphan", &digest)?;
        assert_eq!(store.get(&digest)?, b"orphan");
        assert!(BlobStore::open(folder.path().to_owned(), &nobody)?.get(&digest).is_err());
        Ok(())
    }
}
