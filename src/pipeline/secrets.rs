//! The values of build secrets, read before the first step so that a missing one costs nothing.

use std::path::{Path, PathBuf};

use crate::engine::Secret;
use crate::spec::{ImageSpec, SecretSource};

/// A build secret without a value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The environment variable is not set.
    #[error("secret `{id}` of `{image}` needs the environment variable `{variable}`, which is not set")]
    Unset {
        /// The secret.
        id: String,
        /// The image.
        image: String,
        /// The variable.
        variable: String,
    },
    /// The file cannot be read.
    #[error("secret `{id}` of `{image}` cannot be read from `{path}`")]
    Read {
        /// The secret.
        id: String,
        /// The image.
        image: String,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Reads the values of a spec's secrets. `environment` looks a variable up; files are relative to `root`.
pub fn read_secrets(
    spec: &ImageSpec,
    root: &Path,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Secret>, SecretError> {
    let read = |secret: &crate::spec::Secret| {
        let (id, image) = (secret.id.to_string(), spec.name.to_string());
        let value = match &secret.source {
            SecretSource::Environment(name) => match environment(name.as_str()) {
                Some(value) => value.into_bytes(),
                None => return Err(SecretError::Unset { id, image, variable: name.to_string() }),
            },
            SecretSource::File(path) => {
                let path = root.join(path);
                match std::fs::read(&path) {
                    Ok(value) => value,
                    Err(source) => return Err(SecretError::Read { id, image, path, source }),
                }
            }
        };
        Ok(Secret { id, value })
    };
    spec.secrets.iter().map(read).collect()
}
