//! What is asked of IAM, and what is made of its answers. The answers are stubs in the shape of the service's model.

use aws_sdk_iam::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_iam::operation::simulate_custom_policy::{SimulateCustomPolicyInput, SimulateCustomPolicyOutput};
use aws_sdk_iam::types::Statement;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client, mock};
use presigned_access::policy::evaluate::{Caller, Kind, Source};

use super::*;

const BROKER: &str = "arn:aws:iam::123456789012:role/broker";
const ENDPOINT: &str = "vpce-0a1b2c3d4e5f60001";

/// Answers each call by the first rule that is for it.
fn iam(rules: &[&Rule]) -> Client {
    let answers = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    let answers = rules.iter().fold(answers, |answers, rule| answers.with_rule(rule));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .http_client(create_mock_http_client())
        .interceptor(answers)
        .build();
    Client::from_conf(config)
}

fn request() -> Request {
    let source = Source::Endpoint {
        vpc: "vpc-0a1b2c3d4e5f60718".to_owned(),
        endpoint: ENDPOINT.to_owned(),
        address: "10.0.1.7".parse().expect("an address"),
    };
    let profile = "arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d-abc/alice";
    Request::new(Caller::Arn(BROKER.to_owned()), "sagemaker:CreatePresignedDomainUrl", profile).from(&source)
}

fn statement(sid: &str, effect: &str) -> Value {
    json!({"Sid": sid, "Effect": effect, "Action": "sagemaker:*", "Resource": "*"})
}

fn layer(name: &str, kind: Kind, statements: &[Value]) -> Layer {
    Layer::new(name, kind, [json!({"Version": "2012-10-17", "Statement": statements})]).expect("a layer")
}

fn broker(statements: &[Value]) -> Layer {
    layer("broker", Kind::Identity { principal: BROKER.to_owned() }, statements)
}

fn endpoint(statements: &[Value]) -> Layer {
    layer("endpoint", Kind::Endpoint { id: ENDPOINT.to_owned() }, statements)
}

fn answer(decision: &str, matched: &[&str]) -> SimulateCustomPolicyOutput {
    let matched = matched.iter().map(|id| Statement::builder().source_policy_id(*id).build()).collect();
    let result = EvaluationResult::builder()
        .eval_action_name("sagemaker:CreatePresignedDomainUrl")
        .eval_decision(Decision::from(decision))
        .set_matched_statements(Some(matched))
        .build();
    SimulateCustomPolicyOutput::builder().evaluation_results(result.expect("a result")).build()
}

fn asks_about(input: &SimulateCustomPolicyInput, sid: &str) -> bool {
    input.policy_input_list().iter().any(|policy| policy.contains(sid))
}

#[tokio::test]
async fn each_layer_is_simulated_by_itself_and_the_verdicts_are_combined() {
    let role = mock!(Client::simulate_custom_policy)
        .match_requests(|input| asks_about(input, "Mint"))
        .then_output(|| answer("allowed", &["PolicyInputList.2"]));
    let door = mock!(Client::simulate_custom_policy)
        .match_requests(|input| asks_about(input, "Stop"))
        .then_output(|| answer("explicitDeny", &["PolicyInputList.1"]));
    let client = iam(&[&role, &door]);
    let role_layer = broker(&[statement("Other", "Deny"), statement("Mint", "Allow")]);
    let open = simulate(&client, std::slice::from_ref(&role_layer), &request()).await.expect("a verdict");
    assert_eq!(open.to_string(), "allowed by broker: Mint");
    let layers = [role_layer, endpoint(&[statement("Stop", "Deny")])];
    let closed = simulate(&client, &layers, &request()).await.expect("a verdict");
    assert_eq!(closed.to_string(), "denied by endpoint: Stop");
    assert_eq!((role.num_calls(), door.num_calls()), (2, 1));
}

#[tokio::test]
async fn iam_is_told_the_statements_one_by_one_and_where_the_request_comes_from() {
    let rule = mock!(Client::simulate_custom_policy)
        .match_requests(|input| {
            let everybody = json!({"Version": "2012-10-17", "Statement": [statement("All", "Allow")]});
            let told: Vec<Value> =
                input.policy_input_list().iter().map(|text| serde_json::from_str(text).expect("JSON")).collect();
            let entries: Vec<_> = input
                .context_entries()
                .iter()
                .map(|entry| {
                    let kind = entry.context_key_type().map(ContextKeyTypeEnum::as_str).unwrap_or_default();
                    format!(
                        "{} {kind} {}",
                        entry.context_key_name().unwrap_or_default(),
                        entry.context_key_values().join(" ")
                    )
                })
                .collect();
            told.len() == 2
                && told.contains(&everybody)
                && input.action_names() == ["sagemaker:CreatePresignedDomainUrl"]
                && input.resource_arns() == ["arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d-abc/alice"]
                && entries
                    == [
                        "aws:PrincipalAccount string 123456789012",
                        "aws:PrincipalArn string arn:aws:iam::123456789012:role/broker",
                        "aws:SourceVpc string vpc-0a1b2c3d4e5f60718",
                        "aws:SourceVpce string vpce-0a1b2c3d4e5f60001",
                        "aws:VpcSourceIp ip 10.0.1.7",
                    ]
        })
        .then_output(|| answer("implicitDeny", &[]));
    let client = iam(&[&rule]);
    let mut for_everybody = statement("All", "Allow");
    for_everybody["Principal"] = json!("*");
    let layers = [endpoint(&[for_everybody, statement("More", "Allow")])];
    let verdict = simulate(&client, &layers, &request()).await.expect("a verdict");
    assert_eq!(verdict.to_string(), "not allowed by endpoint");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_an_error_and_never_a_verdict() {
    for (decision, matched, why) in [
        ("allowed", vec![], "allowed by nothing"),
        ("allowed", vec!["PolicyInputList.2"], "a policy that was not given"),
        ("allowed", vec!["PolicyInputList.0"], "numbers start at 1"),
        ("allowed", vec!["something"], "an unknown name"),
        ("implicitDeny", vec!["PolicyInputList.1"], "undecided by a statement"),
        ("explicitDeny", vec!["PolicyInputList.1"], "denied by a statement that allows"),
        ("explicitDeny", vec![], "denied by nothing"),
        ("somethingNew", vec!["PolicyInputList.1"], "an unknown decision"),
    ] {
        let rule = mock!(Client::simulate_custom_policy).then_output(move || answer(decision, &matched));
        let client = iam(&[&rule]);
        let failed = simulate(&client, &[broker(&[statement("Mint", "Allow")])], &request()).await;
        assert!(matches!(failed, Err(CheckError::Answer { .. })), "{why}");
    }
    let empty = mock!(Client::simulate_custom_policy).then_output(|| SimulateCustomPolicyOutput::builder().build());
    let client = iam(&[&empty]);
    let failed = simulate(&client, &[broker(&[statement("Mint", "Allow")])], &request()).await;
    assert!(matches!(failed, Err(CheckError::Answer { .. })), "no result");
}

#[tokio::test]
async fn statements_about_named_principals_are_not_sent() {
    let rule = mock!(Client::simulate_custom_policy).then_output(|| answer("allowed", &["PolicyInputList.1"]));
    let client = iam(&[&rule]);
    let mut named = statement("Named", "Allow");
    named["Principal"] = json!({ "AWS": BROKER });
    let failed = simulate(&client, &[endpoint(&[named])], &request()).await.expect_err("a refusal");
    assert_eq!(failed.to_string(), "IAM cannot simulate `Named` of `endpoint`: it names principals");
    assert_eq!(rule.num_calls(), 0);
}
