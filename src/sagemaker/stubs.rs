//! A SageMaker made of rules, for the tests of this module. Retries are the real ones.

use std::time::Duration;

use aws_sdk_sagemaker::config::http::HttpResponse;
use aws_sdk_sagemaker::config::retry::RetryConfig;
use aws_sdk_sagemaker::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client};
use aws_smithy_types::body::SdkBody;

use super::{Pace, SageMaker};

/// Answers each call by the first rule that is for it and has something left to say.
pub(super) fn sagemaker(rules: &[&Rule]) -> SageMaker {
    let answers = rules
        .iter()
        .fold(MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny), |answers, rule| answers.with_rule(rule));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .retry_config(RetryConfig::standard().with_max_attempts(5).with_initial_backoff(Duration::from_millis(1)))
        .http_client(create_mock_http_client())
        .interceptor(answers)
        .build();
    let pace = Pace { interval: Duration::from_millis(1), patience: Duration::from_secs(10) };
    SageMaker::new(aws_sdk_sagemaker::Client::from_conf(config)).with_pace(pace)
}

/// A refusal as it comes over the wire (facts 2.6: HTTP 400).
pub(super) fn refusal(code: &str, message: &str) -> HttpResponse {
    let body = serde_json::json!({ "__type": code, "message": message }).to_string();
    HttpResponse::new(400.try_into().expect("400 should be a status"), SdkBody::from(body))
}
