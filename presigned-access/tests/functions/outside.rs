//! The processes that tests share: moto, and the identity provider that signs. Both end when the tests do, because their
//! standard input ends then.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::{Value, json};

/// Where moto listens.
pub fn moto() -> String {
    static PORT: LazyLock<(String, Process)> = LazyLock::new(|| {
        let mut moto = Process::start("requirements-moto.txt", "moto_server.py").expect("moto should start");
        let port = moto.line().expect("moto should say its port");
        (format!("http://127.0.0.1:{}", port.trim()), moto)
    });
    PORT.0.clone()
}

static ISSUER: LazyLock<Mutex<Process>> = LazyLock::new(|| {
    Mutex::new(Process::start("requirements-saml.txt", "functions_issuer.py").expect("the issuer should start"))
});

fn ask(question: &Value) -> Result<Value, Box<dyn Error>> {
    let mut issuer = ISSUER.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(issuer.input, "{question}")?;
    issuer.input.flush()?;
    Ok(serde_json::from_str(&issuer.line()?)?)
}

/// The certificate of one of the issuer's keys, in PEM: `idp`, `next` or `attacker`.
pub fn certificate(name: &str) -> Result<String, Box<dyn Error>> {
    let certificates = ask(&json!({"certificates": true}))?;
    Ok(certificates[name].as_str().ok_or("no such certificate")?.to_owned())
}

/// What a response shall say.
#[derive(Clone)]
pub struct Wanted {
    /// The assertion's id.
    pub id: String,
    /// The person.
    pub username: String,
    /// The domain.
    pub domain: &'static str,
    /// The request that it answers.
    pub request: Option<String>,
    /// The key that signs it.
    pub key: &'static str,
}

impl Wanted {
    /// A login of a person from the portal, under an id of its own.
    pub fn of(username: &str) -> Self {
        let id = format!("_{}", uuid::Uuid::new_v4().simple());
        Self { id, username: username.to_owned(), domain: crate::world::DOMAIN, request: None, key: "idp" }
    }

    fn json(&self) -> Value {
        let Self { id, username, domain, request, key } = self;
        json!({"id": id, "username": username, "domain": domain, "request": request, "key": key})
    }
}

/// Signed responses, in base64.
pub fn responses(wanted: &[Wanted]) -> Result<Vec<String>, Box<dyn Error>> {
    let wanted: Vec<_> = wanted.iter().map(Wanted::json).collect();
    Ok(serde_json::from_value(ask(&json!({"responses": wanted}))?)?)
}

/// One signed response, in base64.
pub fn response(wanted: &Wanted) -> Result<String, Box<dyn Error>> {
    responses(std::slice::from_ref(wanted))?.pop().ok_or_else(|| "no response".into())
}

/// A signed token with these claims.
pub fn token(claims: &Value) -> Result<String, Box<dyn Error>> {
    Ok(ask(&json!({"token": claims}))?.as_str().ok_or("no token")?.to_owned())
}

/// The keys that tokens are signed with.
pub fn key_set() -> Result<Value, Box<dyn Error>> {
    ask(&json!({"key_set": true}))
}

struct Process {
    _child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(requirements: &str, script: &str) -> Result<Self, Box<dyn Error>> {
        let judges = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges");
        let made = Command::new(judges.join("../../../scripts/python-with")).arg(judges.join(requirements)).output()?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into());
        }
        let python = PathBuf::from(String::from_utf8(made.stdout)?.trim());
        let piped = || Stdio::piped();
        let mut child = Command::new(python).arg(judges.join(script)).stdin(piped()).stdout(piped()).spawn()?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        Ok(Self { _child: child, input, output })
    }

    fn line(&mut self) -> Result<String, Box<dyn Error>> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() { Err("the process ended".into()) } else { Ok(line) }
    }
}
