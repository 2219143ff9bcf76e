//! Documents for the evaluator: what it would misread is written in its words or refused.

use iam_rs::IAMPolicy;
use serde_json::{Map, Value, json};

use super::EvaluateError;

const OF_A_DOCUMENT: [&str; 3] = ["Version", "Id", "Statement"];
const OF_A_STATEMENT: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// Reads a document of a layer that may be attached to a resource.
pub(super) fn document(
    layer: &str,
    attached_to: Option<&str>,
    mut document: Value,
) -> Result<IAMPolicy, EvaluateError> {
    known_keys(layer, &document, &OF_A_DOCUMENT)?;
    if let Some(statement) = document.get_mut("Statement") {
        if let Value::Array(statements) = statement {
            statements.iter_mut().try_for_each(|statement| adapt(layer, attached_to, statement))?;
        } else {
            adapt(layer, attached_to, statement)?;
        }
    }
    let policy: IAMPolicy = serde_json::from_value(document)
        .map_err(|source| EvaluateError::Document { layer: layer.to_owned(), source })?;
    Ok(policy)
}

fn adapt(layer: &str, attached_to: Option<&str>, statement: &mut Value) -> Result<(), EvaluateError> {
    known_keys(layer, statement, &OF_A_STATEMENT)?;
    no_variables(layer, statement)?;
    for key in ["Principal", "NotPrincipal"] {
        if let Some(principal) = statement.get_mut(key) {
            *principal = aws_principals(principal);
        }
    }
    for key in ["Resource", "NotResource"] {
        if let (Some(resource), Some(arn)) = (statement.get_mut(key), attached_to) {
            each_text(resource, &|text| in_full(text, arn));
        }
    }
    if let Some(Value::Object(condition)) = statement.get_mut("Condition") {
        *condition = std::mem::take(condition).into_iter().map(|(operator, keys)| (of_arns(&operator), keys)).collect();
    }
    Ok(())
}

fn known_keys(layer: &str, value: &Value, known: &[&str]) -> Result<(), EvaluateError> {
    let unknown = value.as_object().and_then(|object| object.keys().find(|key| !known.contains(&key.as_str())));
    match unknown {
        None => Ok(()),
        Some(key) => Err(EvaluateError::UnknownKey { layer: layer.to_owned(), key: key.clone() }),
    }
}

/// The evaluator fills variables in resources, where a value with `*` would become a pattern, and in no condition.
fn no_variables(layer: &str, value: &Value) -> Result<(), EvaluateError> {
    match value {
        Value::String(text) if text.contains("${") => {
            Err(EvaluateError::Variable { layer: layer.to_owned(), text: text.clone() })
        }
        Value::Array(values) => values.iter().try_for_each(|value| no_variables(layer, value)),
        Value::Object(values) => values.values().try_for_each(|value| no_variables(layer, value)),
        _ => Ok(()),
    }
}

/// Callers here are never services or federated users, so of a principal only the AWS part counts; an account means
/// everybody in it.
fn aws_principals(principal: &Value) -> Value {
    let Value::Object(kinds) = principal else { return principal.clone() };
    let mut aws = kinds.get("AWS").cloned().unwrap_or_else(|| json!([]));
    each_text(&mut aws, &whole_account);
    Value::Object(Map::from_iter([("AWS".to_owned(), aws)]))
}

fn whole_account(text: &str) -> Option<String> {
    if text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit()) {
        return Some(format!("arn:*:iam::{text}:*"));
    }
    let account = text.strip_suffix(":root")?;
    account.contains(":iam::").then(|| format!("{account}:*"))
}

/// API Gateway's short form: `execute-api:/STAGE/METHOD/path` is of the API that the policy is attached to.
fn in_full(text: &str, arn: &str) -> Option<String> {
    text.strip_prefix("execute-api:/").map(|rest| format!("{arn}/{rest}"))
}

/// In IAM `ArnEquals` compares as `ArnLike` does; the evaluator compares it to the letter.
fn of_arns(operator: &str) -> String {
    operator.replace("ArnEquals", "ArnLike").replace("ArnNotEquals", "ArnNotLike")
}

fn each_text(value: &mut Value, change: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, change)),
        _ => {}
    }
}
