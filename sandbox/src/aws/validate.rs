//! Checks a JSON value against a shape: what AWS refuses before it looks at anything else.
//!
//! Members that a shape does not have are ignored, as AWS ignores them.

use serde_json::Value;

use super::model::{Bounds, Model, Operation, Shape};

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// A value of another JSON type: the request cannot even be read.
    Type(TypeMismatch),
    /// Values that break constraints.
    Constraints(Vec<Violation>),
}

/// A value of another type than its shape's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeMismatch {
    /// JSON type that was sent.
    pub found: &'static str,
    /// Type that was wanted, with its article.
    pub wanted: &'static str,
}

/// One value that breaks a constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// Where, as AWS writes it: `defaultUserSettings.rSessionAppSettings.customImages.1.member.imageName`.
    pub path: String,
    /// What was sent; none where nothing was.
    pub value: Option<Value>,
    /// What it breaks.
    pub rule: Rule,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A required member.
    NotNull,
    /// At least this long.
    MinLength(i64),
    /// At most this long.
    MaxLength(i64),
    /// At least this number.
    MinValue(i64),
    /// At most this number.
    MaxValue(i64),
    /// Matches this pattern.
    Pattern(String),
    /// Is one of these.
    Enum(Vec<String>),
    /// Every element of the list keeps all of these.
    Elements(Vec<Rule>),
}

/// Checks a request.
pub fn input(model: &Model, operation: &Operation, value: &Value) -> Result<(), Refused> {
    check(model, operation.input.as_ref().map(|reference| reference.shape.as_str()), value)
}

/// Checks an answer. AWS's own answers hold empty lists where the shapes want an element, so lengths may be short.
pub fn output(model: &Model, operation: &Operation, value: &Value) -> Result<(), Refused> {
    let short = |violation: &Violation| matches!(violation.rule, Rule::MinLength(_));
    match check(model, operation.output.as_ref().map(|reference| reference.shape.as_str()), value) {
        Err(Refused::Constraints(violations)) if violations.iter().all(short) => Ok(()),
        checked => checked,
    }
}

fn check(model: &Model, shape: Option<&str>, value: &Value) -> Result<(), Refused> {
    let Some(shape) = shape else { return Ok(()) };
    let mut walk = Walk { model, violations: Vec::new() };
    walk.value("", model.shape(shape), value).map_err(Refused::Type)?;
    if walk.violations.is_empty() { Ok(()) } else { Err(Refused::Constraints(walk.violations)) }
}

struct Walk<'m> {
    model: &'m Model,
    violations: Vec<Violation>,
}

impl Walk<'_> {
    fn value(&mut self, path: &str, shape: &Shape, value: &Value) -> Result<(), TypeMismatch> {
        match (shape, value) {
            (Shape::Structure { members, required }, Value::Object(sent)) => {
                for name in required.iter().filter(|name| sent.get(*name).is_none_or(Value::is_null)) {
                    self.violations.push(Violation { path: join(path, name), value: None, rule: Rule::NotNull });
                }
                for (name, member) in members {
                    if let Some(value) = sent.get(name).filter(|value| !value.is_null()) {
                        self.value(&join(path, name), self.model.shape(&member.shape), value)?;
                    }
                }
            }
            (Shape::List { member, bounds }, Value::Array(elements)) => {
                self.report(path, value, length(*bounds, elements.len()));
                self.elements(path, self.model.shape(&member.shape), value, elements)?;
            }
            (Shape::Map { value: member, bounds }, Value::Object(entries)) => {
                self.report(path, value, length(*bounds, entries.len()));
                for (key, entry) in entries {
                    self.value(&format!("{path}.{key}.member"), self.model.shape(&member.shape), entry)?;
                }
            }
            _ => {
                let rules = broken(shape, value)?;
                self.report(path, value, rules);
            }
        }
        Ok(())
    }

    fn elements(&mut self, path: &str, shape: &Shape, list: &Value, elements: &[Value]) -> Result<(), TypeMismatch> {
        let mut spoilt = false;
        for (index, element) in elements.iter().enumerate() {
            match shape {
                Shape::Structure { .. } | Shape::List { .. } | Shape::Map { .. } => {
                    self.value(&format!("{path}.{}.member", index + 1), shape, element)?;
                }
                _ => spoilt |= !broken(shape, element)?.is_empty(),
            }
        }
        // For a list of scalars AWS names the list and all the constraints of its elements.
        if spoilt {
            self.report(path, list, vec![Rule::Elements(all_rules(shape))]);
        }
        Ok(())
    }

    fn report(&mut self, path: &str, value: &Value, rules: Vec<Rule>) {
        let violation = |rule| Violation { path: path.to_owned(), value: Some(value.clone()), rule };
        self.violations.extend(rules.into_iter().map(violation));
    }
}

/// The rules of a scalar shape that `value` breaks.
fn broken(shape: &Shape, value: &Value) -> Result<Vec<Rule>, TypeMismatch> {
    match (shape, value) {
        (Shape::String { bounds, pattern, values }, Value::String(text)) => {
            let mut rules = length(*bounds, text.chars().count());
            let mismatch = pattern.as_ref().filter(|pattern| !pattern.is_match(text));
            rules.extend(mismatch.map(|pattern| Rule::Pattern(pattern.to_string())));
            let stranger = values.as_ref().filter(|values| !values.contains(text));
            rules.extend(stranger.map(|values| Rule::Enum(values.clone())));
            Ok(rules)
        }
        (Shape::Integer { bounds }, Value::Number(number)) => match number.as_i64() {
            Some(number) => Ok([
                bounds.min.filter(|min| number < *min).map(Rule::MinValue),
                bounds.max.filter(|max| number > *max).map(Rule::MaxValue),
            ]
            .into_iter()
            .flatten()
            .collect()),
            None => Err(mismatch(shape, value)),
        },
        (Shape::Double {}, Value::Number(_)) | (Shape::Boolean {}, Value::Bool(_)) => Ok(Vec::new()),
        _ => Err(mismatch(shape, value)),
    }
}

fn length(bounds: Bounds, length: usize) -> Vec<Rule> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    [
        bounds.max.filter(|max| length > *max).map(Rule::MaxLength),
        bounds.min.filter(|min| length < *min).map(Rule::MinLength),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every rule of a scalar shape, broken or not.
fn all_rules(shape: &Shape) -> Vec<Rule> {
    match shape {
        Shape::String { bounds, pattern, values } => [
            bounds.max.map(Rule::MaxLength),
            bounds.min.map(Rule::MinLength),
            pattern.as_ref().map(|pattern| Rule::Pattern(pattern.to_string())),
            values.clone().map(Rule::Enum),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Shape::Integer { bounds } => {
            bounds.max.map(Rule::MaxValue).into_iter().chain(bounds.min.map(Rule::MinValue)).collect()
        }
        _ => Vec::new(),
    }
}

fn mismatch(shape: &Shape, value: &Value) -> TypeMismatch {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    let wanted = match shape {
        Shape::Structure { .. } => "a Structure",
        Shape::List { .. } => "a List",
        Shape::Map { .. } => "a Map",
        Shape::String { .. } => "a String",
        Shape::Integer { .. } => "an Integer",
        Shape::Double {} => "a Number",
        Shape::Boolean {} => "a Boolean",
    };
    TypeMismatch { found, wanted }
}

/// AWS writes members with a small first letter, whatever the model does.
fn join(path: &str, member: &str) -> String {
    let mut letters = member.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    let dot = if path.is_empty() { "" } else { "." };
    [path, dot].into_iter().flat_map(str::chars).chain(first).chain(letters).collect()
}
