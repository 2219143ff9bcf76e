//! The files that an image is built from, and the fingerprint that identifies the image before it is built.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};

use super::origin::Origin;

/// The Dockerfile's name within a context.
pub const DOCKERFILE: &str = "Dockerfile";

/// A rendered Dockerfile and the files that it copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    files: BTreeMap<String, Vec<u8>>,
    origins: Vec<Origin>,
}

impl Context {
    /// A context of files by their relative paths, `Dockerfile` among them.
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        let dockerfile = files.get(DOCKERFILE).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
        let origins = Origin::read(&dockerfile);
        Self { files, origins }
    }

    /// The Dockerfile.
    pub fn dockerfile(&self) -> &str {
        let bytes = self.files.get(DOCKERFILE).map(Vec::as_slice).unwrap_or_default();
        std::str::from_utf8(bytes).expect("a rendered Dockerfile should be text")
    }

    /// The files by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// The spec's key that an instruction came from, as the engine names the instruction.
    pub fn key_of(&self, instruction: &str) -> Option<&str> {
        self.origins.iter().find(|origin| origin.made(instruction)).map(Origin::key)
    }

    /// The spec's key whose command an engine's message quotes.
    pub fn key_quoted_in(&self, message: &str) -> Option<&str> {
        self.origins.iter().find(|origin| origin.is_quoted_in(message)).map(Origin::key)
    }

    /// sha256 over the files in the order of their paths. Every part is preceded by its length, so that no two
    /// contexts share a sequence of bytes.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Sha256::new();
        for (path, content) in &self.files {
            for part in [path.as_bytes(), content.as_slice()] {
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part);
            }
        }
        Fingerprint(hex::encode(hasher.finalize()))
    }

    /// The context as a tar archive: no times, no owners, sorted, so that equal contexts are equal archives and the
    /// engine finds an uploaded one in its cache.
    pub fn to_tar(&self) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, content) in &self.files {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, content.as_slice()).expect("writing to memory should not fail");
        }
        archive.into_inner().expect("writing to memory should not fail")
    }
}

/// The sha256 of a context: 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The whole digest.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first sixteen digits, enough to tell the images of a repository apart and short enough to read.
    pub fn short(&self) -> &str {
        self.0.get(..16).expect("a sha256 should have 64 digits")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn files() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
        proptest::collection::btree_map("[a-z]{1,8}(/[a-z]{1,4})?", proptest::collection::vec(any::<u8>(), 0..64), 1..6)
    }

    proptest! {
        #[test]
        fn the_fingerprint_changes_with_any_byte(files in files(), pick: prop::sample::Index, at: prop::sample::Index, flip in 1u8..) {
            let before = Context::new(files.clone()).fingerprint();
            let mut changed = files.clone();
            let path = changed.keys().nth(pick.index(files.len())).cloned().expect("one file at least");
            let content = changed.get_mut(&path).expect("just found");
            if content.is_empty() {
                content.push(flip);
            } else {
                let at = at.index(content.len());
                content[at] ^= flip;
            }
            prop_assert_ne!(before, Context::new(changed).fingerprint());
        }

        #[test]
        fn the_fingerprint_changes_with_a_path(files in files()) {
            let before = Context::new(files.clone()).fingerprint();
            let renamed = files.into_iter().map(|(path, content)| (format!("{path}x"), content)).collect();
            prop_assert_ne!(before, Context::new(renamed).fingerprint());
        }

        #[test]
        fn equal_contexts_have_equal_fingerprints_and_archives(files in files()) {
            let (one, other) = (Context::new(files.clone()), Context::new(files));
            prop_assert_eq!(one.fingerprint(), other.fingerprint());
            prop_assert_eq!(one.to_tar(), other.to_tar());
        }
    }

    #[test]
    fn moving_bytes_between_files_changes_the_fingerprint() {
        let context = |a: &str, b: &str| {
            Context::new([("a".to_owned(), a.into()), ("b".to_owned(), b.into())].into_iter().collect()).fingerprint()
        };
        assert_ne!(context("xy", "z"), context("x", "yz"));
    }
}
