//! IAM's own judgement.
//!
//! The simulator knows identities and organisations, not endpoints, and tells which policy a matching statement stands
//! in, not its name. So each layer is simulated by itself, each statement as a policy of its own, and the verdicts are
//! combined as everywhere here.

use std::net::IpAddr;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType as Decision,
};
use presigned_access::policy::Effect;
use presigned_access::policy::evaluate::{Fact, Layer, Reason, Request, Verdict, combine};
use serde_json::{Value, json};

use super::error::CheckError;

/// How the simulator numbers the policies that it was given, from 1.
const NUMBERED: &str = "PolicyInputList.";

/// Judges a request by IAM.
pub async fn simulate(client: &Client, layers: &[Layer], request: &Request) -> Result<Verdict, CheckError> {
    let mut judged = Vec::new();
    for layer in layers.iter().filter(|layer| layer.concerns(request)) {
        judged.push((layer, matches(client, layer, request).await?));
    }
    Ok(combine(judged))
}

async fn matches(client: &Client, layer: &Layer, request: &Request) -> Result<Vec<Reason>, CheckError> {
    let statements = layer.statements();
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    let policies = statements.iter().map(|(reason, statement)| policy(layer, reason, statement.clone()));
    let entries = request.facts().iter().map(|(key, fact)| entry(key, fact)).collect();
    let answer = client
        .simulate_custom_policy()
        .set_policy_input_list(Some(policies.collect::<Result<_, _>>()?))
        .action_names(&request.action)
        .resource_arns(&request.resource)
        .set_context_entries(Some(entries))
        .send()
        .await
        .map_err(|error| CheckError::Simulate { layer: layer.name().to_owned(), source: error.into() })?;
    let unexpected = || CheckError::Answer { layer: layer.name().to_owned() };
    let [result] = answer.evaluation_results() else { return Err(unexpected()) };
    held(result, &statements).ok_or_else(unexpected)
}

/// The statements that the simulator names; `None` where it names one that it was not given, or where they do not bear
/// out its decision.
fn held(result: &EvaluationResult, statements: &[(Reason, Value)]) -> Option<Vec<Reason>> {
    let number = |id: &str| id.strip_prefix(NUMBERED)?.parse::<usize>().ok()?.checked_sub(1);
    let named = result.matched_statements().iter().map(|matched| {
        let index = matched.source_policy_id().and_then(number)?;
        statements.get(index).map(|(reason, _)| reason.clone())
    });
    let reasons: Vec<Reason> = named.collect::<Option<_>>()?;
    let denies = reasons.iter().any(|reason| reason.effect == Effect::Deny);
    let borne_out = match result.eval_decision() {
        Decision::Allowed => !denies && !reasons.is_empty(),
        Decision::ExplicitDeny => denies,
        Decision::ImplicitDeny => reasons.is_empty(),
        _ => false,
    };
    borne_out.then_some(reasons)
}

/// A statement about everybody is one about the caller; IAM takes no principals in these policies.
fn policy(layer: &Layer, reason: &Reason, mut statement: Value) -> Result<String, CheckError> {
    if statement.get("Principal").is_some_and(|principal| principal == "*" || *principal == json!({"AWS": "*"})) {
        statement.as_object_mut().and_then(|keys| keys.remove("Principal"));
    }
    if statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some() {
        return Err(CheckError::Principal { layer: layer.name().to_owned(), statement: reason.statement.clone() });
    }
    Ok(json!({"Version": "2012-10-17", "Statement": [statement]}).to_string())
}

fn entry(key: &str, fact: &Fact) -> ContextEntry {
    let (kind, values) = match fact {
        Fact::Text(text) if text.parse::<IpAddr>().is_ok() => (ContextKeyTypeEnum::Ip, vec![text.clone()]),
        Fact::Text(text) => (ContextKeyTypeEnum::String, vec![text.clone()]),
        Fact::Texts(texts) => (ContextKeyTypeEnum::StringList, texts.clone()),
        Fact::Flag(flag) => (ContextKeyTypeEnum::Boolean, vec![flag.to_string()]),
    };
    ContextEntry::builder().context_key_name(key).context_key_type(kind).set_context_key_values(Some(values)).build()
}

#[cfg(test)]
mod tests;
