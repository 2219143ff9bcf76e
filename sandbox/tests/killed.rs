//! A sandbox that is killed: what it answered is on disk, and so is what a fault let it do without an answer.

use std::process::Stdio;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use slipway_sandbox::ACCESS_KEY_ID;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

type Failure = Box<dyn std::error::Error>;

struct Process {
    child: Child,
    endpoint: String,
}

impl Process {
    async fn start(state: &std::path::Path) -> Result<Self, Failure> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_slipway-sandbox"))
            .arg(state)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().ok_or("the sandbox should have a stdout")?;
        let endpoint = BufReader::new(out).lines().next_line().await?.ok_or("the sandbox did not start")?;
        Ok(Self { child, endpoint })
    }

    /// Status and JSON of an answer; an error where none came.
    async fn call(
        &self,
        method: Method,
        path: &str,
        target: &str,
        body: serde_json::Value,
    ) -> Result<serde_json::Value, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint))
            .header("content-type", "application/json")
            .header("x-amz-target", target)
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/d/r/s/aws4_request"))
            .body(Body::from(body.to_string()))?;
        let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await?.into_body();
        Ok(serde_json::from_slice(&axum::body::to_bytes(Body::new(answer), usize::MAX).await?)?)
    }

    async fn sagemaker(&self, operation: &str, body: serde_json::Value) -> Result<serde_json::Value, Failure> {
        self.call(Method::POST, "/", &format!("SageMaker.{operation}"), body).await
    }
}

#[tokio::test]
async fn what_was_answered_outlives_kill_9() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut process = Process::start(folder.path()).await?;
    let create = json!({"ImageName": "clinical", "RoleArn": "arn:aws:iam::123456789012:role/slipway-image"});
    let made = process.sagemaker("CreateImage", create).await?;
    process.child.kill().await?;
    let process = Process::start(folder.path()).await?;
    let described = process.sagemaker("DescribeImage", json!({"ImageName": "clinical"})).await?;
    assert_eq!(described["ImageArn"], made["ImageArn"]);
    Ok(())
}

#[tokio::test]
async fn a_process_that_dies_after_a_change_has_made_it() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut process = Process::start(folder.path()).await?;
    let fault = json!({"fault": "abort_after", "operation": "CreateAppImageConfig", "call": 2});
    process.call(Method::POST, "/_sandbox/faults", "", fault).await?;
    process.sagemaker("CreateAppImageConfig", json!({"AppImageConfigName": "first"})).await?;
    let second = process.sagemaker("CreateAppImageConfig", json!({"AppImageConfigName": "second"})).await;
    assert!(second.is_err(), "no answer comes: {second:?}");
    assert!(!process.child.wait().await?.success());
    let process = Process::start(folder.path()).await?;
    let listed = process.sagemaker("ListAppImageConfigs", json!({"SortBy": "Name", "SortOrder": "Ascending"})).await?;
    let configs = listed["AppImageConfigs"].as_array().cloned().unwrap_or_default();
    let names: Vec<_> = configs.iter().map(|config| config["AppImageConfigName"].clone()).collect();
    assert_eq!(names, ["first", "second"]);
    Ok(())
}
