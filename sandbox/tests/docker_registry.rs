//! The sandbox's registry beside Debian's `docker-registry`: the Docker Engine pushes the same image to both and finds
//! the same digests, and pulls back from the sandbox what it pushed.

#[expect(dead_code, reason = "this test needs a part of the client that the other tests share")]
#[path = "wire/support.rs"]
mod support;

use std::error::Error;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use uuid::Uuid;

use support::{Answer, Outcome, World};

type Failure = Box<dyn Error>;

/// The Docker client with a configuration of its own; removes at the end what it made in the engine.
struct Docker {
    config: TempDir,
    made: Vec<String>,
}

impl Docker {
    async fn connect() -> Result<Self, Failure> {
        let docker = Self { config: tempfile::tempdir()?, made: Vec::new() };
        let answers = docker.run(&["version", "--format", "{{.Server.Version}}"], "").await;
        answers.map_err(|error| format!("this test needs the docker client and an engine that answers: {error}"))?;
        Ok(docker)
    }

    async fn run(&self, arguments: &[&str], input: &str) -> Result<String, Failure> {
        let mut child = Command::new("docker")
            .args(arguments)
            .env("DOCKER_CONFIG", self.config.path())
            // The builder that needs no plug-in, which a configuration of its own would not have.
            .env("DOCKER_BUILDKIT", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout)?.trim().to_owned());
        }
        Err(format!("docker {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)).into())
    }

    /// An image of three layers that no other run has.
    async fn build(&mut self) -> Result<String, Failure> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("Dockerfile"), "FROM scratch\nCOPY a /a\nCOPY b /b\nCOPY c /c\nCMD [\"/a\"]\n")?;
        for (name, pieces) in [("a", 100_000), ("b", 1_000), ("c", 1)] {
            let content: Vec<u8> = (0..pieces).flat_map(|_| Uuid::new_v4().into_bytes()).collect();
            fs::write(folder.path().join(name), content)?;
        }
        let name = format!("slipway-sandbox-test:{}", Uuid::new_v4().simple());
        let context = folder.path().to_string_lossy();
        self.made.push(name.clone());
        self.run(&["build", "--quiet", "--label", "slipway.test=docker-registry", "--tag", &name, &context], "")
            .await?;
        Ok(name)
    }

    /// Pushes an image under another name, and returns what the client printed.
    async fn push(&mut self, image: &str, target: &str) -> Result<String, Failure> {
        self.run(&["tag", image, target], "").await?;
        self.made.push(target.to_owned());
        self.run(&["push", target], "").await
    }

    async fn id(&self, image: &str) -> Result<String, Failure> {
        self.run(&["image", "inspect", "--format", "{{.Id}}", image], "").await
    }

    /// Takes the image's names and with the last of them its layers out of the engine.
    async fn forget(&mut self) -> Outcome {
        for name in std::mem::take(&mut self.made) {
            self.run(&["image", "rm", &name], "").await?;
        }
        Ok(())
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        for name in &self.made {
            // Only reached when the test failed: what cannot be removed now was not made.
            let _ = std::process::Command::new("docker")
                .args(["image", "rm", name])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
    }
}

/// Debian's registry on a free port, without authentication.
struct Reference {
    address: SocketAddr,
    _process: Child,
    _folder: TempDir,
}

impl Reference {
    async fn start(world: &World) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let config = folder.path().join("config.yml");
        let store = folder.path().join("store");
        let text = format!(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {address}\n",
            store.display()
        );
        fs::write(&config, text)?;
        let process = Self::serve(&config)
            .map_err(|error| format!("this test needs `docker-registry` (apt-get install docker-registry): {error}"))?;
        let deadline = Instant::now() + Duration::from_secs(10);
        while get(world, &format!("http://{address}/v2/"), "").await.is_err() {
            if Instant::now() > deadline {
                return Err("docker-registry does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { address, _process: process, _folder: folder })
    }

    fn serve(config: &Path) -> std::io::Result<Child> {
        Command::new("docker-registry").arg("serve").arg(config).stderr(Stdio::null()).kill_on_drop(true).spawn()
    }
}

async fn get(world: &World, url: &str, authorization: &str) -> Result<Answer, Failure> {
    let request = Request::get(url)
        .header("accept", support::DOCKER_MANIFEST)
        .header("authorization", authorization)
        .body(Body::empty())?;
    world.send(request).await
}

#[tokio::test]
async fn the_engine_finds_the_same_digests_in_both_registries() -> Outcome {
    let world = World::start().await?;
    let mut docker = Docker::connect().await?;
    let reference = Reference::start(&world).await?;
    let ours = world.sandbox.address();
    for name in ["team/sagemaker-r", "team/second"] {
        world.make_repository(name).await?;
    }

    let image = docker.build().await?;
    let refused = docker.push(&image, &format!("{ours}/team/sagemaker-r:early")).await;
    assert!(refused.is_err(), "a push before the login: {refused:?}");
    login(&world, &docker).await?;
    docker.push(&image, &format!("{ours}/team/sagemaker-r:v1")).await?;
    docker.push(&image, &format!("{}/r:v1", reference.address)).await?;

    let mine = world.registry(Method::GET, "/v2/team/sagemaker-r/manifests/v1", &[], "").await?;
    let theirs = get(&world, &format!("http://{}/v2/r/manifests/v1", reference.address), "").await?;
    assert_eq!(mine.header("docker-content-digest"), theirs.header("docker-content-digest"));
    assert_eq!(mine.body, theirs.body);
    assert_eq!(mine.header("content-type"), theirs.header("content-type"));
    let layers = mine.json()["layers"].as_array().map(Vec::len);
    assert_eq!(layers, Some(3));

    mounts_and_skips(&world, &mut docker, &image).await?;
    let digest = mine.header("docker-content-digest");
    let id = docker.id(&image).await?;
    docker.forget().await?;
    let pulled = format!("{ours}/team/sagemaker-r@{digest}");
    docker.run(&["pull", "--quiet", &pulled], "").await?;
    docker.made.push(pulled.clone());
    assert_eq!(docker.id(&pulled).await?, id);
    docker.forget().await
}

async fn login(world: &World, docker: &Docker) -> Outcome {
    let token = world.password().await?;
    let token = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, token.trim_start_matches("Basic "))?;
    let password = String::from_utf8(token)?.trim_start_matches("AWS:").to_owned();
    let host = world.sandbox.address().to_string();
    docker.run(&["login", "--username", "AWS", "--password-stdin", &host], &password).await.map(drop)
}

/// A second push sends nothing, and a push to another repository mounts what the first one has.
async fn mounts_and_skips(world: &World, docker: &mut Docker, image: &str) -> Outcome {
    let ours = world.sandbox.address();
    let before = world.control(Method::GET, "stats", &json!({})).await?;
    assert_eq!(before["blobs_uploaded"], 4, "three layers and the config");
    docker.push(image, &format!("{ours}/team/sagemaker-r:v2")).await?;
    docker.push(image, &format!("{ours}/team/second:v1")).await?;
    let after = world.control(Method::GET, "stats", &json!({})).await?;
    assert_eq!(after["blobs_mounted"], 3, "the layers; the client sends the config");
    let config = after["registry_bytes_received"].as_u64().zip(before["registry_bytes_received"].as_u64());
    assert!(config.is_some_and(|(after, before)| after - before < 10_000), "no layer is sent again: {config:?}");
    Ok(())
}
