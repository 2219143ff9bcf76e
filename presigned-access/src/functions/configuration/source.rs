//! Where the document is.

use aws_sdk_ssm::Client;
use serde_json::{Map, Value};

use super::ConfigurationError;
use crate::functions::parameters;

/// Where the document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In a parameter of Systems Manager.
    Parameter(String),
    /// In a file, for running locally.
    File(String),
    /// Here.
    Inline(String),
}

impl Source {
    /// Reads `CONFIGURATION_PARAMETER` (its name), `CONFIGURATION_FILE` (its path) or `CONFIGURATION` (the document
    /// itself), exactly one of which is set.
    ///
    /// # Errors
    /// None is set, or several are.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigurationError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        match (set("CONFIGURATION_PARAMETER"), set("CONFIGURATION_FILE"), set("CONFIGURATION")) {
            (Some(name), None, None) => Ok(Self::Parameter(name)),
            (None, Some(path), None) => Ok(Self::File(path)),
            (None, None, Some(document)) => Ok(Self::Inline(document)),
            _ => Err(ConfigurationError::Nowhere),
        }
    }

    /// Reads the document, with its references as they stand there.
    pub(super) async fn read(&self, client: &Client) -> Result<Map<String, Value>, ConfigurationError> {
        let text = match self {
            Self::Parameter(name) => {
                let mut values = parameters::named(client, std::slice::from_ref(name)).await?;
                values.remove(name).unwrap_or_default()
            }
            Self::File(path) => file(path)?,
            Self::Inline(document) => document.clone(),
        };
        serde_json::from_str(&text).map_err(ConfigurationError::Json)
    }
}

/// A file's text. Files are local and small: reading one blocks for no longer than a system call.
pub(super) fn file(path: &str) -> Result<String, ConfigurationError> {
    std::fs::read_to_string(path).map_err(|source| ConfigurationError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(set: &[(&str, &str)]) -> Option<Source> {
        Source::from_variables(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
            .ok()
    }

    #[test]
    fn exactly_one_variable_says_where_the_document_is() {
        let parameter = ("CONFIGURATION_PARAMETER", "/a");
        assert_eq!(source(&[parameter]), Some(Source::Parameter("/a".to_owned())));
        assert_eq!(source(&[("CONFIGURATION_FILE", "a.json")]), Some(Source::File("a.json".to_owned())));
        assert_eq!(source(&[("CONFIGURATION", "{}")]), Some(Source::Inline("{}".to_owned())));
        assert_eq!(source(&[]), None);
        assert_eq!(source(&[parameter, ("CONFIGURATION", "{}")]), None);
        assert_eq!(source(&[parameter, ("CONFIGURATION", "")]), Some(Source::Parameter("/a".to_owned())));
    }
}
