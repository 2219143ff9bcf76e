//! Spec and lock, checked against each other: the only thing that rendering reads.

use crate::lock::{Disagreement, Lock};
use crate::spec::ImageSpec;

/// A spec and the lock that agrees with it.
#[derive(Debug, Clone)]
pub struct Recipe {
    spec: ImageSpec,
    lock: Lock,
}

/// Why a spec and a lock make no recipe.
#[derive(Debug, thiserror::Error)]
#[error("image.lock of `{image}` is out of date:{}", listed(.disagreements))]
pub struct RecipeError {
    /// The image.
    pub image: String,
    /// Every field that differs.
    pub disagreements: Vec<Disagreement>,
}

fn listed(disagreements: &[Disagreement]) -> String {
    disagreements.iter().fold(String::new(), |text, one| text + "\n  " + &one.to_string())
}

impl Recipe {
    /// Joins a spec and its lock; refuses a lock that was made from other values.
    pub fn new(spec: ImageSpec, lock: Lock) -> Result<Self, RecipeError> {
        let disagreements = lock.disagreements(&spec);
        if disagreements.is_empty() {
            Ok(Self { spec, lock })
        } else {
            Err(RecipeError { image: spec.name.to_string(), disagreements })
        }
    }

    /// What was declared.
    pub fn spec(&self) -> &ImageSpec {
        &self.spec
    }

    /// What it resolved to.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }
}
