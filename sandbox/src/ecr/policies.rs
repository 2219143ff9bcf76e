//! Lifecycle and permission policies: checked for form, stored, shown, never applied.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{AboutRepository, find, find_mut, invalid};
use crate::aws::ApiError;
use crate::clock::Moment;
use crate::cloud::Cloud;

/// Most rules in one policy (facts 4.1).
const MAX_RULES: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PutLifecycle {
    repository_name: String,
    lifecycle_policy_text: String,
}

/// `PutLifecyclePolicy`.
pub fn put_lifecycle(cloud: &Cloud, input: PutLifecycle) -> Result<Value, ApiError> {
    check_lifecycle(&input.lifecycle_policy_text)
        .map_err(|why| invalid("LifecyclePolicyText", &format!("Lifecycle policy validation failure: {why}")))?;
    let answer = json!({
        "registryId": cloud.account,
        "repositoryName": input.repository_name,
        "lifecyclePolicyText": input.lifecycle_policy_text,
    });
    cloud.repositories.change(|repositories| {
        let repository = find_mut(cloud, repositories, &input.repository_name)?;
        repository.lifecycle_policy = Some(input.lifecycle_policy_text);
        Ok(answer)
    })
}

fn check_lifecycle(text: &str) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Policy {
        rules: Vec<Rule>,
    }
    #[derive(Deserialize)]
    struct Rule {
        #[serde(rename = "rulePriority")]
        priority: u32,
        selection: Selection,
        #[serde(rename = "action")]
        _action: Action,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Selection {
        tag_status: TagStatus,
        #[serde(rename = "countType")]
        _count_type: String,
        #[serde(default)]
        tag_prefix_list: Vec<String>,
        #[serde(default)]
        tag_pattern_list: Vec<String>,
    }
    #[derive(Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum TagStatus {
        Tagged,
        Untagged,
        Any,
    }
    #[derive(Deserialize)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Action {
        Expire,
        Transition,
    }
    let policy: Policy = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if policy.rules.is_empty() || policy.rules.len() > MAX_RULES {
        return Err(format!("a policy has 1 to {MAX_RULES} rules"));
    }
    let priorities: BTreeSet<u32> = policy.rules.iter().map(|rule| rule.priority).collect();
    if priorities.len() < policy.rules.len() {
        return Err("rule priorities must be unique".to_owned());
    }
    let nameless = |rule: &Rule| {
        let selection = &rule.selection;
        selection.tag_status == TagStatus::Tagged
            && selection.tag_prefix_list.is_empty()
            && selection.tag_pattern_list.is_empty()
    };
    match policy.rules.iter().find(|rule| nameless(rule)) {
        Some(rule) => Err(format!("rule {} selects tagged images without a list of tags", rule.priority)),
        None => Ok(()),
    }
}

/// `GetLifecyclePolicy`.
pub fn get_lifecycle(cloud: &Cloud, input: &AboutRepository) -> Result<Value, ApiError> {
    let state = cloud.repositories.read();
    let name = &input.repository_name;
    let policy = find(cloud, &state, name)?.lifecycle_policy.as_ref().ok_or_else(|| {
        let words = format!(
            "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id '{}'",
            cloud.account
        );
        ApiError::client("LifecyclePolicyNotFoundException", words)
    })?;
    Ok(json!({
        "registryId": cloud.account,
        "repositoryName": name,
        "lifecyclePolicyText": policy,
        "lastEvaluatedAt": Moment::now().wire(),
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Set {
    repository_name: String,
    policy_text: String,
}

/// `SetRepositoryPolicy`.
pub fn set(cloud: &Cloud, input: Set) -> Result<Value, ApiError> {
    if serde_json::from_str::<serde_json::Map<String, Value>>(&input.policy_text).is_err() {
        return Err(invalid("PolicyText", "Invalid repository policy provided"));
    }
    let answer = shown(cloud, &input.repository_name, &input.policy_text);
    cloud.repositories.change(|repositories| {
        find_mut(cloud, repositories, &input.repository_name)?.policy = Some(input.policy_text);
        Ok(answer)
    })
}

/// `GetRepositoryPolicy`.
pub fn get(cloud: &Cloud, input: &AboutRepository) -> Result<Value, ApiError> {
    let state = cloud.repositories.read();
    let name = &input.repository_name;
    let policy = find(cloud, &state, name)?.policy.as_ref().ok_or_else(|| {
        let words = format!(
            "Repository policy does not exist for the repository with name '{name}' in the registry with id '{}'",
            cloud.account
        );
        ApiError::client("RepositoryPolicyNotFoundException", words)
    })?;
    Ok(shown(cloud, name, policy))
}

fn shown(cloud: &Cloud, name: &str, policy: &str) -> Value {
    json!({ "registryId": cloud.account, "repositoryName": name, "policyText": policy })
}
