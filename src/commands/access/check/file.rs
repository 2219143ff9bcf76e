//! Policies in files.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum as _;
use serde_json::Value;

use super::error::CheckError;
use crate::commands::access::installation::Kind;

/// A file with policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// The kind of its one document; an object of kinds and documents, where nothing is said.
    kind: Option<Kind>,
    path: PathBuf,
}

impl FromStr for PolicyFile {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let named = text.split_once('=').and_then(|(kind, path)| Some((Kind::from_str(kind, false).ok()?, path)));
        Ok(match named {
            Some((kind, path)) => Self { kind: Some(kind), path: path.into() },
            None => Self { kind: None, path: text.into() },
        })
    }
}

impl PolicyFile {
    /// Its documents.
    pub fn read(&self) -> Result<Vec<(Kind, Value)>, CheckError> {
        let path = || self.path.clone();
        let text = std::fs::read_to_string(&self.path).map_err(|source| CheckError::Read { path: path(), source })?;
        let value: Value = serde_json::from_str(&text).map_err(|source| CheckError::Json { path: path(), source })?;
        if let Some(kind) = self.kind {
            return Ok(vec![(kind, value)]);
        }
        let Value::Object(documents) = value else {
            return Err(CheckError::Kind { path: path(), key: value.to_string() });
        };
        let named = |(key, document): (String, Value)| match Kind::from_str(&key, false) {
            Ok(kind) => Ok((kind, document)),
            Err(_) => Err(CheckError::Kind { path: path(), key }),
        };
        documents.into_iter().map(named).collect()
    }
}
