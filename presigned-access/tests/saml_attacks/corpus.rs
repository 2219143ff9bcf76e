//! The corpus: made by `judges/saml_corpus.py` when the tests run, with keys of that moment, and judged by python3-saml.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use jiff::Timestamp;
use presigned_access::saml::ServiceProvider;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Made once for all tests of this file.
pub static CORPUS: LazyLock<Corpus> = LazyLock::new(make);

/// What `cases.json` holds, and the judge's verdicts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Corpus {
    /// The settings of the service provider by name.
    pub settings: BTreeMap<String, ServiceProvider>,
    /// Settings that must be refused, by the reason.
    pub refused_settings: BTreeMap<String, ServiceProvider>,
    /// Every message, a twin before its attack.
    pub messages: Vec<Message>,
    /// python3-saml's verdicts, in the order of the messages.
    #[serde(skip)]
    pub judged: Vec<Judged>,
}

/// One posted form and what must become of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    pub name: String,
    pub class: String,
    pub signer: String,
    pub side: Side,
    pub form: String,
    pub base64: bool,
    now: String,
    pub pending: Option<String>,
    pub trust: String,
    /// `accepted`, `replayed`, or the code of the refusal.
    pub expected: String,
    pub username: String,
    pub domain: String,
}

/// Which of a pair a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Attack,
    Twin,
}

/// What python3-saml says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    pub accepted: bool,
    pub reason: String,
}

impl Message {
    /// When it arrives.
    pub fn now(&self) -> Timestamp {
        self.now.parse().expect("the corpus writes times as we do")
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, class, signer, side, .. } = self;
        write!(f, "{class} / {name} ({side:?}, {signer})")
    }
}

fn make() -> Corpus {
    let folder = tempfile::tempdir().expect("a temporary folder should be possible");
    let python = python();
    for program in ["saml_corpus.py", "saml_judge.py"] {
        // `-B`: no compiled files beside the programs.
        run(Command::new(&python).arg("-B").arg(judge(program)).arg(folder.path()));
    }
    let mut corpus: Corpus = read(&folder.path().join("cases.json"));
    corpus.judged = read(&folder.path().join("verdicts.json"));
    assert_eq!(corpus.messages.len(), corpus.judged.len(), "every message is judged");
    corpus
}

/// The Python with both signers and the judge.
fn python() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/python-with");
    PathBuf::from(run(Command::new(script).arg(judge("requirements-saml.txt"))).trim())
}

fn judge(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges").join(name)
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    assert!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("cannot understand {}: {error}", path.display()))
}
