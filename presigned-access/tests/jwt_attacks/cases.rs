//! The cases that the generator writes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use jiff::Timestamp;
use presigned_access::jwt::{Caller, Issuer, KeySet, KeySource, Refusal, verify};
use serde::Deserialize;

/// A token that must be refused.
#[derive(Deserialize)]
pub struct Attack {
    pub name: String,
    pub issuer: String,
    pub code: String,
    pub token: String,
    pub authorization: Option<String>,
    pub twin: String,
}

/// A token that must be accepted.
#[derive(Deserialize)]
pub struct Valid {
    pub name: String,
    pub issuer: String,
    pub token: String,
    pub subject: String,
}

/// A key set and what must become of it.
#[derive(Deserialize)]
pub struct WrittenSet {
    pub name: String,
    pub text: String,
    pub verdict: Verdict,
}

/// The ids of the keys that verify, or the code of the refusal.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Verdict {
    Ids(Vec<String>),
    Code(String),
}

/// An issuer with its keys.
pub struct Trusted {
    pub settings: Issuer,
    pub keys: KeySet,
}

#[derive(Deserialize)]
struct Written {
    now: i64,
    issuers: BTreeMap<String, Issuer>,
    subjects: BTreeMap<String, String>,
    attacks: Vec<Attack>,
    valid: Vec<Valid>,
    key_sets: Vec<WrittenSet>,
}

/// Everything that was generated.
pub struct Cases {
    pub now: Timestamp,
    pub issuers: BTreeMap<String, Trusted>,
    pub subjects: BTreeMap<String, String>,
    pub attacks: Vec<Attack>,
    pub valid: Vec<Valid>,
    pub key_sets: Vec<WrittenSet>,
}

/// The cases, generated once for all tests of this run.
pub fn cases() -> &'static Cases {
    static CASES: OnceLock<Cases> = OnceLock::new();
    CASES.get_or_init(generate)
}

/// The verdict on a token for the issuer of that name.
pub fn judge(cases: &Cases, issuer: &str, token: &str) -> Result<Caller, Refusal> {
    let trusted = &cases.issuers[issuer];
    verify(token, &trusted.settings, &trusted.keys, cases.now)
}

fn generate() -> Cases {
    let judges = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges");
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/python-with");
    let folder = tempfile::tempdir().expect("a temporary folder should be made");
    let file = folder.path().join("cases.json");
    let python = output(Command::new(runner).arg(judges.join("requirements-jwt.txt")));
    output(Command::new(python.trim()).arg(judges.join("jwt_cases.py")).arg(&file));
    let written = std::fs::read(&file).expect("the generator should write its cases");
    let written: Written = serde_json::from_slice(&written).expect("the cases should be readable");
    let issuers = written.issuers.into_iter().map(|(name, settings)| {
        let KeySource::Snapshot(keys) = settings.keys().clone() else { panic!("{name} should bring its keys") };
        (name, Trusted { settings, keys })
    });
    Cases {
        now: Timestamp::from_second(written.now).expect("the time of the cases should be a date"),
        issuers: issuers.collect(),
        subjects: written.subjects,
        attacks: written.attacks,
        valid: written.valid,
        key_sets: written.key_sets,
    }
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("the program should start");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the program should write text")
}
