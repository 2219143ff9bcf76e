//! Issuers whose keys are at providers of this machine, and what their observer heard.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use jiff::{SignedDuration, Timestamp};
use presigned_access::functions::keys::{Event, Keys, Observer, Roots};
use presigned_access::jwt::{Issuer, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::provider::Provider;

/// What an issuer publishes before and after a rotation, with a token of each time.
#[derive(Deserialize)]
pub struct Rotation {
    settings: Value,
    pub sets: [String; 2],
    pub tokens: [String; 2],
}

/// What the generator wrote.
#[derive(Deserialize)]
pub struct Written {
    now: i64,
    pub cognito: Rotation,
    pub okta: Rotation,
    pub careless: String,
}

/// The tokens and sets, made once for all tests of this run.
pub fn written() -> &'static Written {
    static WRITTEN: OnceLock<Written> = OnceLock::new();
    WRITTEN.get_or_init(|| {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().expect("a temporary folder should be made");
        let file = folder.path().join("rotation.json");
        let requirements = package.join("tests/judges/requirements-jwt.txt");
        let python = output(Command::new(package.join("../scripts/python-with")).arg(requirements));
        output(Command::new(python.trim()).arg(package.join("tests/judges/jwt_rotation.py")).arg(&file));
        let text = std::fs::read(&file).expect("the generator should write its file");
        serde_json::from_slice(&text).expect("the file should be readable")
    })
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("the program should start");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the program should write text")
}

/// That many seconds after the tokens were made.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(written().now + seconds).expect("a date should be in range")
}

impl Rotation {
    /// The issuer, with its keys as `source` says.
    pub fn issuer(&self, source: Value) -> Issuer {
        let mut settings = self.settings.clone();
        settings["keys"] = source;
        serde_json::from_value(settings).expect("the settings should be right")
    }
}

/// Trusted issuers under test.
#[derive(Clone)]
pub struct World {
    keys: Arc<Keys>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl World {
    /// Trusts `issuers` and the certificates `roots`.
    pub fn new(issuers: Vec<Issuer>, roots: Vec<String>) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keys = Keys::new(issuers, &Roots(roots), observer(&heard)).expect("the issuers should be trusted");
        Self { keys: Arc::new(keys), heard }
    }

    /// Trusts the Cognito pool with its keys at `provider`.
    pub fn of(provider: &Provider) -> Self {
        Self::new(vec![written().cognito.issuer(json!({ "url": provider.url() }))], vec![provider.root()])
    }

    /// The verdict on a token, that many seconds after the tokens were made.
    pub async fn judge(&self, token: &str, seconds: i64) -> Result<(), Refusal> {
        self.keys.caller(token, at(seconds)).await.map(drop)
    }

    /// What the observer heard since the last time, in words.
    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut *self.heard.lock().expect("no test should panic in an observer"))
    }
}

fn observer(heard: &Arc<Mutex<Vec<String>>>) -> Observer {
    let heard = Arc::clone(heard);
    Arc::new(move |event| {
        let words = match event {
            Event::Fetched { keys, .. } => format!("fetched {keys}"),
            Event::Failed { error, .. } => format!("failed {}", error.code()),
            Event::Stale { age, .. } => format!("stale {}", in_seconds(*age)),
        };
        heard.lock().expect("no test should panic in an observer").push(words);
    })
}

fn in_seconds(age: SignedDuration) -> i64 {
    age.as_secs()
}
