//! The log: one line of JSON per decision, and lines for what happens beside decisions.
//!
//! A line never holds a token, an assertion or an address that opens a session. A subject stands there as a keyed hash,
//! so that the log tells whether two lines are about one person and not who that is.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use serde::Serialize;
use sha2::Sha256;

use super::event::Network;
use crate::mapping::{Access, Person};

/// Where lines go: standard output in Lambda, memory in tests.
#[derive(Clone)]
pub struct Journal {
    function: &'static str,
    out: Arc<Mutex<dyn Write + Send>>,
}

impl Journal {
    /// Writes lines of `function` to `out`.
    pub fn new(function: &'static str, out: impl Write + Send + 'static) -> Self {
        Self { function, out: Arc::new(Mutex::new(out)) }
    }

    /// The function that writes.
    pub fn function(&self) -> &'static str {
        self.function
    }

    /// Writes the line of a decision.
    ///
    /// # Errors
    /// The line could not be written; whoever asked must not be let in then.
    pub fn decision(&self, trail: &Trail, decision: &str, at: Timestamp) -> io::Result<()> {
        self.write(&Line { kind: "decision", time: written(at), function: self.function, decision, trail })
    }

    /// Writes a line about something that is no decision, such as keys that could not be fetched.
    ///
    /// # Errors
    /// The line could not be written.
    pub fn note(&self, event: &str, detail: &str, at: Timestamp) -> io::Result<()> {
        self.write(&Note { kind: "note", time: written(at), function: self.function, event, detail })
    }

    /// Writes any line. One call writes one line, so that lines of parallel requests do not mix.
    pub(super) fn write(&self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(&text)?;
        out.flush()
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("function", &self.function).finish_non_exhaustive()
    }
}

/// A time to the millisecond, in UTC.
fn written(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    time: String,
    function: &'static str,
    decision: &'a str,
    #[serde(flatten)]
    trail: &'a Trail,
}

#[derive(Serialize)]
struct Note<'a> {
    kind: &'static str,
    time: String,
    function: &'static str,
    event: &'a str,
    detail: &'a str,
}

/// What is known about a request so far. Only what was verified gets here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Trail {
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vpc_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Trail {
    /// The beginning: which request, and from where.
    pub fn new(request_id: &str, network: Network) -> Self {
        let Network { source_ip, vpc_endpoint } = network;
        Self { request_id: request_id.to_owned(), source_ip, vpc_endpoint, ..Self::default() }
    }

    /// API Gateway's id of the request, or Lambda's.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The person, once an issuer vouches for them.
    pub fn person(&mut self, person: &Person, key: &SubjectKey) {
        self.issuer = Some(person.issuer.clone());
        self.subject = Some(key.hash(person));
    }

    /// What the mapping says.
    pub fn access(&mut self, access: &Access) {
        self.domain = Some(access.domain.as_str().to_owned());
        self.profile = Some(access.profile.as_str().to_owned());
    }

    /// What an administrator wants to know beside the code. Never anything that came with the request.
    pub fn detail(&mut self, detail: String) {
        self.detail = Some(detail);
    }
}

/// The key that hashes subjects: 16 bytes or more.
#[derive(Clone)]
pub struct SubjectKey(Vec<u8>);

impl SubjectKey {
    /// Takes the key.
    ///
    /// # Errors
    /// It is shorter than 16 bytes.
    pub fn new(key: &str) -> Result<Self, SubjectKeyError> {
        if key.len() < 16 { Err(SubjectKeyError::Short) } else { Ok(Self(key.as_bytes().to_vec())) }
    }

    /// The hash of a person: HMAC-SHA256 over both names, each with its length before it.
    pub fn hash(&self, person: &Person) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC should take keys of any length");
        mac.update(b"presigned-access subject 1\0");
        for part in [&person.issuer, &person.subject] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}

/// Why a key hashes no subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubjectKeyError {
    /// A key that can be guessed, and with it every subject.
    #[error("the key for subjects has fewer than 16 bytes")]
    Short,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that others can read.
    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn person(issuer: &str, subject: &str) -> Person {
        Person { issuer: issuer.to_owned(), subject: subject.to_owned() }
    }

    #[test]
    fn a_decision_is_one_line_without_the_subject() {
        let memory = Memory::default();
        let journal = Journal::new("saml-acs", memory.clone());
        let network = Network { source_ip: Some("10.0.0.7".to_owned()), vpc_endpoint: Some("vpce-1".to_owned()) };
        let mut trail = Trail::new("0f-1", network);
        let key = SubjectKey::new("0123456789abcdef").expect("a key");
        trail.person(&person("https://idp.example", "alice\nmallory"), &key);
        journal.decision(&trail, "mapping.unknown", Timestamp::UNIX_EPOCH).expect("memory can be written");
        let text = String::from_utf8(memory.0.lock().expect("nobody panicked").clone()).expect("JSON is UTF-8");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn hashes_tell_people_apart_and_depend_on_the_key() {
        let key = SubjectKey::new("0123456789abcdef").expect("a key");
        let other = SubjectKey::new("fedcba9876543210").expect("a key");
        let hash = key.hash(&person("ab", "c"));
        assert_eq!(hash, key.hash(&person("ab", "c")));
        assert_ne!(hash, key.hash(&person("a", "bc")), "the border between both names counts");
        assert_ne!(hash, other.hash(&person("ab", "c")));
        assert_eq!(SubjectKey::new("short").err(), Some(SubjectKeyError::Short));
    }
}
