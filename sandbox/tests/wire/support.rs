//! A sandbox of its own for each test, and a client that signs as little as it has to.

use std::error::Error;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use slipway_sandbox::{ACCESS_KEY_ID, DomainSeed, ForeignEntry, Options, Pace, Sandbox, start};
use tempfile::TempDir;

/// How a test ends.
pub type Outcome = Result<(), Box<dyn Error>>;

/// Role of the images that tests make.
pub const ROLE: &str = "arn:aws:iam::123456789012:role/slipway-image";
/// Docker's image manifest.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// The domain of [`seeded`].
pub const DOMAIN: &str = "d-abcdef123456";

/// A sandbox and its state folder.
pub struct World {
    pub sandbox: Sandbox,
    pub folder: TempDir,
    client: Client<HttpConnector, Body>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Code of a registry error.
    pub fn registry_code(&self) -> String {
        self.json()["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Type of an AWS error.
    pub fn error(&self) -> String {
        self.json()["__type"].as_str().unwrap_or_default().to_owned()
    }

    /// Words of an AWS error.
    pub fn message(&self) -> String {
        let body = self.json();
        body["Message"].as_str().or(body["message"].as_str()).unwrap_or_default().to_owned()
    }
}

/// Options under which nothing takes time.
pub fn instant(folder: &TempDir) -> Options {
    Options { pace: Pace::INSTANT, ..Options::new(folder.path()) }
}

/// A domain with the entries of another team.
pub fn seeded() -> DomainSeed {
    DomainSeed {
        id: DOMAIN.to_owned(),
        name: "stats".to_owned(),
        workbench_image: "rstudio-workbench-2026.08-sagemaker-1.0".to_owned(),
        foreign: vec![ForeignEntry {
            image: "genomics".to_owned(),
            version: Some(3),
            app_image_config: "genomics".to_owned(),
        }],
    }
}

impl World {
    pub async fn start() -> Result<Self, Box<dyn Error>> {
        Self::with(|options| options).await
    }

    pub async fn with(adjust: impl FnOnce(Options) -> Options) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let sandbox = start(adjust(instant(&folder))).await?;
        Ok(Self { sandbox, folder, client: Client::builder(TokioExecutor::new()).build_http() })
    }

    /// Ends the sandbox and starts another one on the same folder.
    pub async fn restart(self) -> Result<Self, Box<dyn Error>> {
        let Self { sandbox, folder, client } = self;
        sandbox.stop().await;
        let sandbox = start(instant(&folder)).await?;
        Ok(Self { sandbox, folder, client })
    }

    pub async fn send(&self, request: Request<Body>) -> Result<Answer, Box<dyn Error>> {
        let (parts, body) = self.client.request(request).await?.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX).await?;
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    /// A JSON 1.1 call, signed with the sandbox's key.
    pub async fn aws(&self, target: &str, input: Value) -> Result<Answer, Box<dyn Error>> {
        let request = Request::post(self.sandbox.endpoint())
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.1")
            .header("authorization", signature(ACCESS_KEY_ID))
            .body(Body::from(input.to_string()))?;
        self.send(request).await
    }

    /// A call of `SageMaker` that must succeed.
    pub async fn sagemaker(&self, operation: &str, input: Value) -> Result<Value, Box<dyn Error>> {
        succeeded(operation, &self.aws(&format!("SageMaker.{operation}"), input).await?)
    }

    /// A call of `SageMaker` that must fail: type and words of the error.
    pub async fn refused(&self, operation: &str, input: Value) -> Result<(String, String), Box<dyn Error>> {
        let answer = self.aws(&format!("SageMaker.{operation}"), input).await?;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{operation}: {:?}", answer.body);
        assert_eq!(answer.header("x-amzn-errortype"), answer.error());
        Ok((answer.error(), answer.message()))
    }

    /// A call of ECR, whatever comes of it.
    pub async fn ecr_answer(&self, operation: &str, input: Value) -> Result<Answer, Box<dyn Error>> {
        self.aws(&format!("AmazonEC2ContainerRegistry_V20150921.{operation}"), input).await
    }

    /// A call of ECR that must succeed.
    pub async fn ecr(&self, operation: &str, input: Value) -> Result<Value, Box<dyn Error>> {
        succeeded(operation, &self.ecr_answer(operation, input).await?)
    }

    /// A request to `/_sandbox/...` that must succeed.
    pub async fn control(&self, method: Method, path: &str, input: &Value) -> Result<Value, Box<dyn Error>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/_sandbox/{path}", self.sandbox.endpoint()))
            .header("content-type", "application/json")
            .body(Body::from(input.to_string()))?;
        succeeded(path, &self.send(request).await?)
    }

    /// The value of the `Authorization` header that the registry wants.
    pub async fn password(&self) -> Result<String, Box<dyn Error>> {
        let token = self.ecr("GetAuthorizationToken", json!({})).await?;
        let token = token["authorizationData"][0]["authorizationToken"].as_str().unwrap_or_default();
        Ok(format!("Basic {token}"))
    }

    /// A registry request with a password.
    pub async fn registry(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Result<Answer, Box<dyn Error>> {
        let password = self.password().await?;
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.sandbox.endpoint()));
        request = request.header("authorization", password);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into())?).await
    }

    pub async fn make_repository(&self, name: &str) -> Outcome {
        self.ecr("CreateRepository", json!({ "repositoryName": name })).await.map(drop)
    }

    /// Uploads a blob in one request and returns its digest.
    pub async fn push_blob(&self, repository: &str, content: &[u8]) -> Result<String, Box<dyn Error>> {
        let digest = digest(content);
        let path = format!("/v2/{repository}/blobs/uploads/?digest={digest}");
        let answer = self.registry(Method::POST, &path, &[], content.to_vec()).await?;
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.body);
        Ok(digest)
    }

    /// Pushes a small image for linux/amd64 and returns its digest.
    pub async fn push_image(&self, repository: &str, tag: &str, content: &str) -> Result<String, Box<dyn Error>> {
        self.push_image_for(repository, tag, content, "amd64").await
    }

    pub async fn push_image_for(
        &self,
        repository: &str,
        tag: &str,
        content: &str,
        architecture: &str,
    ) -> Result<String, Box<dyn Error>> {
        let config = json!({ "os": "linux", "architecture": architecture, "rootfs": {} }).to_string();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": DOCKER_MANIFEST,
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "digest": self.push_blob(repository, config.as_bytes()).await?, "size": config.len(),
            },
            "layers": [{
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "digest": self.push_blob(repository, content.as_bytes()).await?, "size": content.len(),
            }],
        });
        let path = format!("/v2/{repository}/manifests/{tag}");
        let manifest = manifest.to_string();
        let answer = self.registry(Method::PUT, &path, &[("content-type", DOCKER_MANIFEST)], manifest.clone()).await?;
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.body);
        assert_eq!(answer.header("docker-content-digest"), digest(manifest.as_bytes()));
        Ok(answer.header("docker-content-digest").to_owned())
    }

    /// The reference of an image in this registry.
    pub fn reference(&self, repository: &str, digest: &str) -> String {
        format!("{}/{repository}@{digest}", self.sandbox.address())
    }

    /// Asks again and again until `member` of the answer is `wanted`, and returns the answer.
    pub async fn wait_for(
        &self,
        operation: &str,
        input: &Value,
        member: &str,
        wanted: &str,
    ) -> Result<Value, Box<dyn Error>> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let answer = self.sagemaker(operation, input.clone()).await?;
            if answer[member] == wanted {
                return Ok(answer);
            }
            if Instant::now() > deadline {
                return Err(format!("{member} never became {wanted}: {answer}").into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn succeeded(what: &str, answer: &Answer) -> Result<Value, Box<dyn Error>> {
    if answer.status.is_success() {
        return Ok(answer.json());
    }
    Err(format!("{what}: {} {}", answer.status, String::from_utf8_lossy(&answer.body)).into())
}

/// The digest of some content.
pub fn digest(content: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(content)))
}

/// An `Authorization` header as a client with this key would send.
pub fn signature(key: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20261123/eu-west-1/sagemaker/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=00"
    )
}

/// A Basic header.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}
