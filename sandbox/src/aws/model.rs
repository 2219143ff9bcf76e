//! The official request and response shapes, embedded and parsed when first needed.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::pattern::Pattern;

/// A service's operations and shapes.
#[derive(Debug, Deserialize)]
pub struct Model {
    metadata: Metadata,
    operations: HashMap<String, Operation>,
    shapes: HashMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    target_prefix: String,
}

/// The shapes of one operation.
#[derive(Debug, Deserialize)]
pub struct Operation {
    /// What it takes.
    pub input: Option<Reference>,
    /// What it answers.
    pub output: Option<Reference>,
}

/// The name of a shape.
#[derive(Debug, Deserialize)]
pub struct Reference {
    /// Key of [`Model::shape`].
    pub shape: String,
}

/// What a value must look like.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Shape {
    /// An object.
    Structure {
        /// Its members by name.
        #[serde(default)]
        members: BTreeMap<String, Reference>,
        /// Names of those that must be there.
        #[serde(default)]
        required: Vec<String>,
    },
    /// An array.
    List {
        /// Its elements.
        member: Reference,
        /// How many.
        #[serde(flatten)]
        bounds: Bounds,
    },
    /// An object with free keys.
    Map {
        /// Its values.
        value: Reference,
        /// How many.
        #[serde(flatten)]
        bounds: Bounds,
    },
    /// Text.
    String {
        /// How many characters.
        #[serde(flatten)]
        bounds: Bounds,
        /// What it must match as a whole.
        pattern: Option<Pattern>,
        /// The only texts allowed.
        #[serde(rename = "enum")]
        values: Option<Vec<String>>,
    },
    /// A whole number.
    #[serde(alias = "long")]
    Integer {
        /// Between which numbers.
        #[serde(flatten)]
        bounds: Bounds,
    },
    /// Any number.
    #[serde(alias = "timestamp")]
    Double {},
    /// True or false.
    Boolean {},
}

/// A length or a range; both ends belong to it.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Bounds {
    /// The smallest allowed.
    pub min: Option<i64>,
    /// The largest allowed.
    pub max: Option<i64>,
}

impl Model {
    /// What stands before the dot in `X-Amz-Target`.
    pub fn target_prefix(&self) -> &str {
        &self.metadata.target_prefix
    }

    /// The shapes of an operation, if the service has it.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    /// A shape by name.
    pub fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).expect("an embedded model should define every shape it names")
    }

    /// How the error shape `code` spells the member that holds the words.
    pub fn message_member(&self, code: &str) -> &'static str {
        match self.shapes.get(code) {
            Some(Shape::Structure { members, .. }) if members.contains_key("Message") => "Message",
            _ => "message",
        }
    }

    /// Names of all operations.
    #[cfg(test)]
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }
}

/// The shapes of `SageMaker`.
pub fn sagemaker() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| parse(include_str!("../../models/sagemaker.json")));
    &MODEL
}

/// The shapes of ECR.
pub fn ecr() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| parse(include_str!("../../models/ecr.json")));
    &MODEL
}

fn parse(text: &str) -> Model {
    serde_json::from_str(text).expect("an embedded model should have the form of a botocore service model")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_and_pattern_of_the_models_is_understood() {
        for model in [sagemaker(), ecr()] {
            for shape in model.shapes.values() {
                if let Shape::String { pattern: Some(pattern), .. } = shape {
                    pattern.is_match("anything");
                }
            }
            for operation in model.operations.values() {
                for reference in operation.input.iter().chain(&operation.output) {
                    model.shape(&reference.shape);
                }
            }
        }
    }
}
