//! Parameters of Systems Manager. There is no conditional write; whoever writes looks again before and after.

use std::fmt;
use std::str::FromStr;

use aws_sdk_ssm::Client;
use aws_sdk_ssm::types::{ParameterTier, ParameterType};

use super::error::CertificatesError;

/// A parameter's name with its path: letters, digits and `_.-` between slashes, at most 1,011 characters (`PutParameter`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterName(String);

/// Why a text is not the name of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a parameter's name has letters, digits, `_`, `.` and `-`, and slashes between its parts")]
pub struct ParameterNameError;

impl FromStr for ParameterName {
    type Err = ParameterNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let permitted = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte);
        let right = (1..=1011).contains(&text.len()) && text.bytes().all(permitted) && !text.ends_with('/');
        if right { Ok(Self(text.to_owned())) } else { Err(ParameterNameError) }
    }
}

impl ParameterName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ParameterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The parameters of an account in a Region.
#[derive(Debug)]
pub struct Parameters {
    client: Client,
}

impl Parameters {
    /// Parameters that are not asked yet.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The text of one.
    pub async fn read(&self, name: &str) -> Result<String, CertificatesError> {
        let failed = |source| CertificatesError::Read { parameter: name.to_owned(), source };
        let answer = self.client.get_parameter().name(name).with_decryption(true).send().await;
        let parameter = answer.map_err(|error| failed(error.into()))?.parameter;
        let text = parameter.and_then(|parameter| parameter.value);
        text.ok_or_else(|| CertificatesError::Empty { parameter: name.to_owned() })
    }

    /// Names and texts of all below a path, in the order of their names.
    pub async fn under(&self, path: &str) -> Result<Vec<(String, String)>, CertificatesError> {
        let call = self.client.get_parameters_by_path().path(path).recursive(true).with_decryption(true);
        let mut pages = call.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let failed = |source| CertificatesError::Read { parameter: path.to_owned(), source };
            let parameters = page.map_err(|error| failed(error.into()))?.parameters.unwrap_or_default();
            found.extend(parameters.into_iter().filter_map(|parameter| Some((parameter.name?, parameter.value?))));
        }
        found.sort();
        Ok(found)
    }

    /// Writes a text in place of another.
    pub async fn replace(&self, name: &str, text: &str) -> Result<(), CertificatesError> {
        self.put(name, text, true).await
    }

    /// Makes a parameter that is not there yet.
    pub async fn create(&self, name: &str, text: &str) -> Result<(), CertificatesError> {
        self.put(name, text, false).await
    }

    async fn put(&self, name: &str, text: &str, overwrite: bool) -> Result<(), CertificatesError> {
        let call = self.client.put_parameter().name(name).value(text).overwrite(overwrite);
        // A second certificate may need more than the 4 KiB of a standard parameter; this tier grows by itself.
        let call = call.r#type(ParameterType::String).tier(ParameterTier::IntelligentTiering);
        let failed = |source| CertificatesError::Write { parameter: name.to_owned(), source };
        call.send().await.map_err(|error| failed(error.into()))?;
        Ok(())
    }

    /// Removes one.
    pub async fn delete(&self, name: &str) -> Result<(), CertificatesError> {
        let failed = |source| CertificatesError::Write { parameter: name.to_owned(), source };
        self.client.delete_parameter().name(name).send().await.map_err(|error| failed(error.into()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_systems_manager_takes() {
        for good in ["/studio-access/saml/configuration", "configuration", "a.b/c_d"] {
            assert!(good.parse::<ParameterName>().is_ok(), "`{good}` should be a name");
        }
        for (bad, why) in [("", "nothing"), ("/a/", "ends with a slash"), ("a b", "a space"), ("a:1", "a version")] {
            assert!(bad.parse::<ParameterName>().is_err(), "`{bad}` should be refused: {why}");
        }
    }
}
