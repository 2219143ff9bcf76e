//! Parameters of Systems Manager, secure ones decrypted.

use std::collections::BTreeMap;

use aws_sdk_ssm::Client;

use super::failure::Failure;

/// As many names as one call takes.
const BATCH: usize = 10;

/// The values of parameters by their names.
///
/// # Errors
/// A parameter does not exist, or Systems Manager does not answer.
pub async fn named(client: &Client, names: &[String]) -> Result<BTreeMap<String, String>, ParameterError> {
    let mut values = BTreeMap::new();
    for batch in names.chunks(BATCH) {
        let answer = client.get_parameters().set_names(Some(batch.to_vec())).with_decryption(true).send().await;
        let answer = answer.map_err(|error| ParameterError::Read { names: batch.join(", "), source: error.into() })?;
        for parameter in answer.parameters.unwrap_or_default() {
            if let (Some(name), Some(value)) = (parameter.name, parameter.value) {
                values.insert(name, value);
            }
        }
    }
    match names.iter().find(|name| !values.contains_key(*name)) {
        Some(missing) => Err(ParameterError::Missing { name: missing.clone() }),
        None => Ok(values),
    }
}

/// The values of all parameters under a path, in the order of their names.
///
/// # Errors
/// Systems Manager does not answer.
pub async fn under(client: &Client, path: &str) -> Result<Vec<String>, ParameterError> {
    let mut found = BTreeMap::new();
    let mut pages =
        client.get_parameters_by_path().path(path).recursive(true).with_decryption(true).into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| ParameterError::Read { names: path.to_owned(), source: error.into() })?;
        for parameter in page.parameters.unwrap_or_default() {
            if let (Some(name), Some(value)) = (parameter.name, parameter.value) {
                found.insert(name, value);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Why a parameter has no value.
#[derive(Debug, thiserror::Error)]
pub enum ParameterError {
    /// Systems Manager does not answer, or refuses.
    #[error("cannot read `{names}` from Systems Manager: {source}")]
    Read {
        /// The parameters or the path.
        names: String,
        /// Why not.
        source: Failure,
    },
    /// There is none of that name.
    #[error("there is no parameter `{name}`")]
    Missing {
        /// Its name.
        name: String,
    },
}
