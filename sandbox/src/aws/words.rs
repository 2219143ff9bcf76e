//! How each service words a refused request. `SageMaker`'s words are those of AWS's common framework and list every
//! violation; ECR has its own and names the first one.

use serde_json::Value;

use super::validate::{Refused, Rule, TypeMismatch, Violation};
use super::{ApiError, Service};

/// The error for a refused request.
pub fn refusal(service: Service, refused: &Refused) -> ApiError {
    match (service, refused) {
        (_, Refused::Type(TypeMismatch { found, wanted })) => {
            ApiError::serialization(format!("{found} can not be converted to {wanted}"))
        }
        (Service::SageMaker, Refused::Constraints(violations)) => ApiError::validation(common(violations)),
        (Service::Ecr, Refused::Constraints(violations)) => {
            let words = violations.first().map(ecr).unwrap_or_default();
            ApiError::client("InvalidParameterException", words)
        }
    }
}

fn common(violations: &[Violation]) -> String {
    let errors = if violations.len() == 1 { "error" } else { "errors" };
    let each: Vec<String> = violations
        .iter()
        .map(|Violation { path, value, rule }| {
            let value = value.as_ref().map_or_else(|| "null".to_owned(), |value| format!("'{}'", shown(value)));
            format!("Value {value} at '{path}' failed to satisfy constraint: {}", common_rule(rule))
        })
        .collect();
    format!("{} validation {errors} detected: {}", violations.len(), each.join("; "))
}

fn common_rule(rule: &Rule) -> String {
    match rule {
        Rule::NotNull => "Member must not be null".to_owned(),
        Rule::MinLength(min) => format!("Member must have length greater than or equal to {min}"),
        Rule::MaxLength(max) => format!("Member must have length less than or equal to {max}"),
        Rule::MinValue(min) => format!("Member must have value greater than or equal to {min}"),
        Rule::MaxValue(max) => format!("Member must have value less than or equal to {max}"),
        Rule::Pattern(pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
        Rule::Enum(values) => format!("Member must satisfy enum value set: [{}]", values.join(", ")),
        Rule::Elements(rules) => {
            let rules: Vec<String> = rules.iter().map(common_rule).collect();
            format!("Member must satisfy constraint: [{}]", rules.join(", "))
        }
    }
}

fn ecr(Violation { path, rule, .. }: &Violation) -> String {
    format!("Invalid parameter at '{path}' failed to satisfy constraint: '{}'", ecr_rule(rule))
}

fn ecr_rule(rule: &Rule) -> String {
    match rule {
        Rule::NotNull => "must not be null".to_owned(),
        Rule::MinLength(min) => format!("must have length greater than or equal to {min}"),
        Rule::MaxLength(max) => format!("must have length less than or equal to {max}"),
        Rule::MinValue(min) => format!("must have value greater than or equal to {min}"),
        Rule::MaxValue(max) => format!("must have value less than or equal to {max}"),
        Rule::Pattern(pattern) => format!("must satisfy regular expression '{pattern}'"),
        Rule::Enum(values) => format!("must satisfy enum value set: [{}]", values.join(", ")),
        Rule::Elements(rules) => rules.iter().map(ecr_rule).collect::<Vec<_>>().join(", "),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(shown).collect();
            format!("[{}]", elements.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::validate;
    use super::*;

    fn words(service: Service, operation: &str, input: &Value) -> String {
        let model = service.model();
        let shapes = model.operation(operation).expect("the test should name a real operation");
        match validate::input(model, shapes, input) {
            Ok(()) => "accepted".to_owned(),
            Err(refused) => refusal(service, &refused).to_string(),
        }
    }

    #[test]
    fn refusals_are_worded_as_aws_words_them() {
        let role = "arn:aws:iam::123456789012:role/image";
        let long = "x".repeat(64);
        let table = [
            ("CreateImage", json!({"ImageName": "team_r", "RoleArn": role})),
            ("CreateImage", json!({"RoleArn": role})),
            ("CreateImage", json!({"ImageName": long, "RoleArn": "x"})),
            ("CreateImage", json!({"ImageName": 7, "RoleArn": role})),
            ("CreateImage", json!({"ImageName": "ok", "RoleArn": role, "Surprise": {}})),
            (
                "CreateImageVersion",
                json!({"ImageName": "r", "ClientToken": "a b", "BaseImage": "", "JobType": "DREAM"}),
            ),
            (
                "CreateImageVersion",
                json!({"ImageName": "r", "ClientToken": "a", "BaseImage": "b", "Aliases": ["ok", ".no"]}),
            ),
            ("ListImages", json!({"MaxResults": 0})),
            ("ListImages", json!({"MaxResults": 101, "SortOrder": "UP"})),
            ("DescribeImageVersion", json!({"ImageName": "r", "Version": 1.5})),
            ("UpdateDomain", json!({"DomainId": "stats"})),
            (
                "UpdateDomain",
                json!({"DomainId": "d-1", "DefaultUserSettings": {"RSessionAppSettings": {"CustomImages": [
                    {"ImageName": "a", "AppImageConfigName": "a"}, {"ImageName": "b", "AppImageConfigName": "b.c"}]}}}),
            ),
            (
                "UpdateDomain",
                json!({"DomainId": "d-1", "DefaultUserSettings": {"RSessionAppSettings": {"CustomImages": [
                    {"ImageVersionNumber": -1}]}}}),
            ),
            (
                "AddTags",
                json!({"ResourceArn": "arn:aws:sagemaker:eu-west-1:123456789012:image/r", "Tags": [{"Key": "", "Value": "v"}]}),
            ),
        ];
        let said: Vec<String> =
            table.iter().map(|(operation, input)| words(Service::SageMaker, operation, input)).collect();
        insta::assert_snapshot!(said.join("\n\n"));
    }

    #[test]
    fn ecr_has_words_of_its_own() {
        let table = [
            ("CreateRepository", json!({"repositoryName": "Sagemaker/R"})),
            ("CreateRepository", json!({"repositoryName": "r"})),
            ("CreateRepository", json!({})),
            ("CreateRepository", json!({"repositoryName": "rr", "imageTagMutability": "FROZEN"})),
            ("CreateRepository", json!({"repositoryName": ["rr"]})),
            ("DescribeImages", json!({"repositoryName": "rr", "maxResults": 1001})),
            ("PutLifecyclePolicy", json!({"repositoryName": "rr", "lifecyclePolicyText": "{}"})),
        ];
        let said: Vec<String> = table.iter().map(|(operation, input)| words(Service::Ecr, operation, input)).collect();
        insta::assert_snapshot!(said.join("\n\n"));
    }
}
