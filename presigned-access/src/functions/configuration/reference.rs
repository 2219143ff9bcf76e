//! Values of the document that stand elsewhere: secrets, and certificates that are rotated without editing the document.
//!
//! An object with one of these members, and no other, stands for what it names:
//!
//! * `{"parameter": "/name"}`: the text of a parameter of Systems Manager; a secure one is decrypted.
//! * `{"json-parameter": "/name"}`: the same, read as JSON.
//! * `{"file": "path"}` and `{"json-file": "path"}`: the text of a file, and the same read as JSON.
//! * `{"parameters-under": "/path"}`, in a list: the texts of all parameters under the path, in the order of their names.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ssm::Client;
use serde_json::{Map, Value};

use super::source::file;
use super::{ConfigurationError, Mistake};
use crate::functions::parameters;

/// A value that stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Reference {
    Parameter(String),
    JsonParameter(String),
    ParametersUnder(String),
    File(String),
    JsonFile(String),
}

impl Reference {
    fn of(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 1)?;
        let (key, value) = object.iter().next()?;
        let to = value.as_str()?.to_owned();
        match key.as_str() {
            "parameter" => Some(Self::Parameter(to)),
            "json-parameter" => Some(Self::JsonParameter(to)),
            "parameters-under" => Some(Self::ParametersUnder(to)),
            "file" => Some(Self::File(to)),
            "json-file" => Some(Self::JsonFile(to)),
            _ => None,
        }
    }
}

/// What references lead to.
#[derive(Default)]
struct Found {
    parameters: BTreeMap<String, String>,
    under: BTreeMap<String, Vec<String>>,
    files: BTreeMap<String, String>,
}

/// The document with its references replaced by what they name.
pub(super) async fn resolve(
    client: &Client,
    document: Map<String, Value>,
) -> Result<Map<String, Value>, ConfigurationError> {
    let mut wanted = BTreeSet::new();
    document.values().for_each(|value| collect(value, &mut wanted));
    let found = find(client, wanted).await?;
    let mut mistakes = Vec::new();
    let mut resolved = Map::new();
    for (name, value) in document {
        match replaced(value, &found) {
            Ok(value) => drop(resolved.insert(name, value)),
            Err(error) => mistakes.push(Mistake::new(name, error.to_string())),
        }
    }
    if mistakes.is_empty() { Ok(resolved) } else { Err(ConfigurationError::Mistakes(mistakes)) }
}

fn collect(value: &Value, wanted: &mut BTreeSet<Reference>) {
    if let Some(reference) = Reference::of(value) {
        wanted.insert(reference);
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, wanted)),
        Value::Object(members) => members.values().for_each(|value| collect(value, wanted)),
        _ => {}
    }
}

/// Reads everything in as few calls as possible.
async fn find(client: &Client, wanted: BTreeSet<Reference>) -> Result<Found, ConfigurationError> {
    let mut found = Found::default();
    let mut names = BTreeSet::new();
    for reference in wanted {
        match reference {
            Reference::Parameter(name) | Reference::JsonParameter(name) => drop(names.insert(name)),
            Reference::ParametersUnder(path) => {
                let values = parameters::under(client, &path).await?;
                found.under.insert(path, values);
            }
            Reference::File(path) | Reference::JsonFile(path) => {
                let text = file(&path)?;
                found.files.insert(path, text);
            }
        }
    }
    let names: Vec<_> = names.into_iter().collect();
    found.parameters = parameters::named(client, &names).await?;
    Ok(found)
}

fn replaced(value: Value, found: &Found) -> Result<Value, ReferenceError> {
    let text = |texts: &BTreeMap<String, String>, key: &str| texts.get(key).cloned().unwrap_or_default();
    match Reference::of(&value) {
        Some(Reference::Parameter(name)) => return Ok(Value::String(text(&found.parameters, &name))),
        Some(Reference::File(path)) => return Ok(Value::String(text(&found.files, &path))),
        Some(Reference::JsonParameter(name)) => return json(&name, &text(&found.parameters, &name)),
        Some(Reference::JsonFile(path)) => return json(&path, &text(&found.files, &path)),
        Some(Reference::ParametersUnder(path)) => return Err(ReferenceError::NoList { path }),
        None => {}
    }
    match value {
        Value::Array(values) => spliced(values, found),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| Ok((name, replaced(value, found)?)));
            members.collect::<Result<Map<_, _>, _>>().map(Value::Object)
        }
        plain => Ok(plain),
    }
}

fn spliced(values: Vec<Value>, found: &Found) -> Result<Value, ReferenceError> {
    let mut list = Vec::new();
    for value in values {
        if let Some(Reference::ParametersUnder(path)) = Reference::of(&value) {
            let texts = found.under.get(&path).filter(|texts| !texts.is_empty());
            let texts = texts.ok_or(ReferenceError::Empty { path })?;
            list.extend(texts.iter().cloned().map(Value::String));
        } else {
            list.push(replaced(value, found)?);
        }
    }
    Ok(Value::Array(list))
}

fn json(name: &str, text: &str) -> Result<Value, ReferenceError> {
    // Where the text is wrong is told, and not what stands there.
    serde_json::from_str(text).map_err(|error| ReferenceError::Json { name: name.to_owned(), line: error.line() })
}

/// Why a reference stands for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// `parameters-under` stands for several values.
    #[error("the parameters under `{path}` are a list, and can only stand in one")]
    NoList {
        /// The path.
        path: String,
    },
    /// Nothing is there.
    #[error("there is no parameter under `{path}`")]
    Empty {
        /// The path.
        path: String,
    },
    /// The text is no JSON.
    #[error("`{name}` is no JSON (line {line})")]
    Json {
        /// The parameter or file.
        name: String,
        /// The line, from 1.
        line: usize,
    },
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found() -> Found {
        Found {
            parameters: [("/key", "secret"), ("/keys", r#"{"keys":[]}"#), ("/bad", "{")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            under: [("/certificates".to_owned(), vec!["one".to_owned(), "two".to_owned()])].into(),
            files: BTreeMap::new(),
        }
    }

    #[test]
    fn references_are_replaced_wherever_they_stand() {
        let document = json!({
            "key": {"parameter": "/key"},
            "keys": {"json-parameter": "/keys"},
            "certificates": ["zero", {"parameters-under": "/certificates"}, {"parameter": "/key"}],
            "plain": {"parameter": "/key", "other": 1},
            "number": {"parameter": 1},
        });
        let expected = json!({
            "key": "secret",
            "keys": {"keys": []},
            "certificates": ["zero", "one", "two", "secret"],
            "plain": {"parameter": "/key", "other": 1},
            "number": {"parameter": 1},
        });
        assert_eq!(replaced(document, &found()), Ok(expected));
    }

    #[test]
    fn references_that_stand_for_nothing_are_mistakes() {
        let path = |path: &str| path.to_owned();
        for (document, error) in [
            (json!({"parameters-under": "/certificates"}), ReferenceError::NoList { path: path("/certificates") }),
            (json!([{"parameters-under": "/none"}]), ReferenceError::Empty { path: path("/none") }),
            (json!({"json-parameter": "/bad"}), ReferenceError::Json { name: path("/bad"), line: 1 }),
        ] {
            assert_eq!(replaced(document, &found()), Err(error));
        }
    }
}
