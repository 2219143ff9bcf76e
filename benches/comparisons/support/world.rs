//! The test world: base image, mirror, versions.

use std::collections::BTreeMap;
use std::process::Command;

use super::command::output;
use crate::Failure;

/// Where everything is that images are made of.
#[derive(Debug)]
pub struct World {
    values: BTreeMap<String, String>,
}

impl World {
    /// The world that `make world` made; it has to be served.
    pub fn find() -> Result<Self, Failure> {
        let script = format!("{}/tests/fixtures/world", env!("CARGO_MANIFEST_DIR"));
        let told = output(Command::new(script).arg("env"))?;
        let pairs = told.lines().filter_map(|line| line.split_once('='));
        Ok(Self { values: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect() })
    }

    /// A value of `world env`.
    pub fn value(&self, key: &str) -> Result<&str, Failure> {
        Ok(self.values.get(key).ok_or_else(|| format!("`world env` tells no {key}"))?)
    }

    /// The newest of the world's R versions.
    pub fn r_version(&self) -> Result<&str, Failure> {
        Ok(self.value("R_VERSIONS")?.split(',').next().ok_or("the world should have an R")?)
    }
}
