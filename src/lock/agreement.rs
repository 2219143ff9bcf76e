//! Whether a lock still says what its spec declares.

use std::fmt;

use sha2::{Digest as _, Sha256 as Hasher};

use super::Lock;
use crate::spec::ImageSpec;

/// A field of the spec that the lock resolved from another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The key in `image.toml`.
    pub field: String,
    /// What the spec says.
    pub spec: String,
    /// What the lock was made from.
    pub lock: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {} in image.toml, but {} in image.lock", self.field, self.spec, self.lock)
    }
}

impl Lock {
    /// Every field in which the lock no longer says what the spec declares; empty where they agree.
    pub fn disagreements(&self, spec: &ImageSpec) -> Vec<Disagreement> {
        let mut found = Compare(Vec::new());
        found.field("base.image", spec.base.image.as_str(), &self.base.image);
        found.field("workbench.version", spec.workbench.as_str(), self.workbench.version.as_str());
        let mut versions = spec.r.versions.clone();
        versions.sort();
        found.field("r.versions", &list(versions.iter()), &list(self.r.keys()));
        found.field("r.snapshot", &spec.r.snapshot.to_string(), &self.cran.date.to_string());
        let python = self.python.as_ref();
        found.optional(
            "python.version",
            spec.python.as_ref().map(|python| python.version.to_string()),
            python.map(|python| python.build.version.to_string()),
        );
        found.optional(
            "python.requirements",
            spec.python.as_ref().map(|python| sha256_of(&python.requirements.content)),
            python.map(|python| python.requirements.to_string()),
        );
        found.optional(
            "drivers.version",
            spec.drivers.as_ref().map(ToString::to_string),
            self.drivers.as_ref().map(|drivers| drivers.version.to_string()),
        );
        found.0
    }
}

/// The sha256 of a text, as locks write it.
pub fn sha256_of(text: &str) -> String {
    hex::encode(Hasher::digest(text.as_bytes()))
}

struct Compare(Vec<Disagreement>);

impl Compare {
    fn field(&mut self, field: &str, spec: &str, lock: &str) {
        if spec != lock {
            let (spec, lock) = (format!("`{spec}`"), format!("`{lock}`"));
            self.0.push(Disagreement { field: field.to_owned(), spec, lock });
        }
    }

    fn optional(&mut self, field: &str, spec: Option<String>, lock: Option<String>) {
        if spec != lock {
            let shown =
                |value: Option<String>| value.map_or_else(|| "missing".to_owned(), |value| format!("`{value}`"));
            self.0.push(Disagreement { field: field.to_owned(), spec: shown(spec), lock: shown(lock) });
        }
    }
}

fn list(values: impl Iterator<Item = impl fmt::Display>) -> String {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}

impl Lock {
    /// What differs from an earlier lock, in a few words each.
    pub fn moved_since(&self, earlier: &Self) -> Vec<String> {
        let mut moved = Vec::new();
        if self.base != earlier.base {
            moved.push(format!("base image {} to {}", self.base.image, self.base.digest));
        }
        if self.cran != earlier.cran {
            moved.push(format!("CRAN snapshot {} to {}", earlier.cran.date, self.cran.date));
        }
        let before: Vec<&super::Download> = earlier.downloads().collect();
        let fresh = self.downloads().filter(|file| !before.contains(file));
        moved.extend(fresh.map(|file| file.url.rsplit('/').next().unwrap_or(&file.url).to_owned()));
        if self.python.as_ref().map(|python| &python.requirements)
            != earlier.python.as_ref().map(|python| &python.requirements)
        {
            moved.push("Python requirements".to_owned());
        }
        if self.by_hand != earlier.by_hand {
            moved.push("no longer written by hand".to_owned());
        }
        moved
    }
}
