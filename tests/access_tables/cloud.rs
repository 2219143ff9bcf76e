//! One moto server for all stories of this file, the binary, and boto3 beside it.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a server may take to answer for the first time; Python reads a lot of files.
const PATIENCE: Duration = Duration::from_mins(1);
const JUDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judges/access_tables.py");
const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/presigned-access/tests/judges/requirements-moto.txt");

/// AWS as moto plays it.
pub struct Cloud {
    python: PathBuf,
    port: u16,
    /// Ends when its standard input does, so also when this process dies.
    _server: Child,
}

/// A call that has ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    #[track_caller]
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

/// The server of this test run.
pub fn cloud() -> &'static Cloud {
    static CLOUD: OnceLock<Cloud> = OnceLock::new();
    CLOUD.get_or_init(Cloud::start)
}

/// A port on which nothing listens.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// `slipway` in a folder without a project, and with nothing of AWS in its environment.
pub fn slipway(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
    let nowhere = env!("CARGO_TARGET_TMPDIR");
    command.args(arguments).current_dir(nowhere).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("AWS_") || name.starts_with("SLIPWAY_") {
            command.env_remove(&*name);
        }
    }
    command.env("HOME", nowhere).env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Runs a command to its end.
pub fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Cloud {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/python-with");
        let found = ended(Command::new(script).arg(REQUIREMENTS)).with_code(0);
        let python = PathBuf::from(found.stdout.trim());
        let port = free_port();
        let server = serve(&python, port);
        Self { python, port, _server: server }
    }

    pub fn endpoint(&self) -> String {
        endpoint(self.port)
    }

    /// Runs `slipway access ...` with credentials that moto takes.
    pub fn slipway(&self, arguments: &[&str]) -> Ended {
        ended(&mut self.command(arguments))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = slipway(&[&["access"], arguments].concat());
        self.surround(&mut command);
        command
    }

    /// Answers `yes` on a terminal, after having made a change that nobody knows of.
    pub fn while_asked(&self, change: &[&str], arguments: &[&str]) -> (i64, String) {
        let binary = [env!("CARGO_BIN_EXE_slipway"), "access"];
        let told = self.judge(&[&["while-asked"], change, &["--"], &binary, arguments].concat());
        let told: Value = serde_json::from_str(&told).expect("what was said");
        (told["code"].as_i64().expect("a code"), told["said"].as_str().expect("words").to_owned())
    }

    /// What boto3 says.
    pub fn judge(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.python);
        self.surround(command.arg(JUDGE).args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")));
        ended(&mut command).with_code(0).stdout
    }

    /// An item in DynamoDB's own notation.
    pub fn item(&self, table: &str, issuer: &str, subject: &str) -> Value {
        serde_json::from_str(&self.judge(&["get", table, issuer, subject])).expect("an item")
    }

    /// An empty mapping table.
    pub fn table<'a>(&self, name: &'a str) -> &'a str {
        self.judge(&["create-table", name]);
        name
    }

    fn surround(&self, command: &mut Command) {
        command.envs([
            ("AWS_ENDPOINT_URL", self.endpoint().as_str()),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
        ]);
    }
}

fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn serve(python: &Path, port: u16) -> Child {
    let mut command = Command::new(python);
    command.args([JUDGE, "serve", &port.to_string()]);
    let quiet = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = quiet.spawn().expect("moto");
    let began = Instant::now();
    while !answers(port) {
        assert!(began.elapsed() < PATIENCE, "moto does not answer on port {port}");
        std::thread::sleep(Duration::from_millis(50));
    }
    server
}

/// Whether a server not only listens but speaks.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let asked = stream.write_all(b"GET /moto-api/ HTTP/1.0\r\n\r\n").is_ok();
    asked && std::io::read_to_string(stream).is_ok_and(|answer| answer.starts_with("HTTP/"))
}
