//! Python in a view.

use serde::Serialize;

use super::download::Stage;
use crate::lock::{Lock, LockedPython};
use crate::spec::{ImageSpec, Python};

/// Python, and what it installs from.
#[derive(Debug, Serialize)]
pub struct PythonView {
    version: String,
    stage: String,
    file: String,
    requirements: String,
    index: String,
}

pub(super) fn stage(lock: &Lock) -> Option<Stage> {
    let python = lock.python.as_ref()?;
    Some(Stage::new("python.version", "python".to_owned(), &python.build.download))
}

pub(super) fn view(spec: &ImageSpec, lock: &Lock, stage: Option<Stage>) -> Option<PythonView> {
    let (declared, locked): (&Python, &LockedPython) = spec.python.as_ref().zip(lock.python.as_ref())?;
    let stage = stage?;
    Some(PythonView {
        version: declared.version.to_string(),
        file: stage.path(),
        stage: stage.alias,
        requirements: declared.requirements.path.clone(),
        index: locked.index.clone(),
    })
}
