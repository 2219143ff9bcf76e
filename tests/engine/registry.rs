//! A real registry, Debian's `docker-registry`, with a login.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use slipway::engine::Credentials;

use crate::fixture::{run, within};

pub const USER: &str = "pusher";
/// In the standard base64 alphabet this needs `+` and `/` at some offset.
pub const PASSWORD: &str = "?~>?~>?~>-ÿÿÿ>>>???";

/// A registry that ends with the test.
pub struct Registry {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Registry {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let users = run(Command::new("htpasswd").args(["-Bbn", USER, PASSWORD]));
        fs::write(folder.path().join("users"), users).expect("a file");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let root = folder.path().display();
        let config = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {root}/data\n\
             http:\n  addr: 127.0.0.1:{port}\nauth:\n  htpasswd:\n    realm: test\n    path: {root}/users\n"
        );
        fs::write(folder.path().join("config.yml"), config).expect("a file");
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(folder.path().join("config.yml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("docker-registry");
        let registry = Self { process, port, _folder: folder };
        let answers = within(Duration::from_secs(10), async || TcpStream::connect(("127.0.0.1", port)).is_ok()).await;
        assert!(answers, "the registry should answer");
        registry
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn login(password: &str) -> Credentials {
        Credentials::Basic { username: USER.into(), password: password.into() }
    }

    /// Asks the registry itself for a manifest's digest and length.
    pub fn manifest(&self, repository: &str, tag: &str) -> (String, u64) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the registry");
        let login = STANDARD.encode(format!("{USER}:{PASSWORD}"));
        let request = format!(
            "HEAD /v2/{repository}/manifests/{tag} HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {login}\r\n\
             Accept: application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, \
             application/vnd.oci.image.index.v1+json\r\nConnection: close\r\n\r\n",
            self.host()
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let header = |name: &str| {
            let line = answer.lines().find(|line| line.to_lowercase().starts_with(name));
            line.and_then(|line| line.split_once(": ")).unwrap_or_else(|| panic!("{name} in {answer}")).1.to_owned()
        };
        (header("docker-content-digest"), header("content-length").parse().expect("a number"))
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.process.kill().expect("a running registry");
        self.process.wait().expect("an ended registry");
    }
}
