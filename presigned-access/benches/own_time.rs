//! How long our own part of a login takes: the form and every check of the response, and a token for comparison.
//!
//! The documents are the seeds of the fuzz targets, signed by signers that share no code with us. Fails if a login takes
//! two milliseconds or more.

use std::error::Error;
use std::fs;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use presigned_access::jwt::{self, Issuer, KeySource};
use presigned_access::saml::{self, ServiceProvider, Trust};

/// The goal of a login.
const GOAL: Duration = Duration::from_millis(2);
const ROUNDS: usize = 5_000;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // The moment at which the seeds are good.
    let now: Timestamp = "2026-11-24T09:00:00Z".parse()?;
    let mut out = stdout().lock();
    writeln!(out, "{:<34}{:>12}{:>12}{:>12}", format!("own time, {ROUNDS} rounds"), "p50", "p99", "longest")?;

    let settings: ServiceProvider = serde_json::from_slice(&fs::read(fuzz("trust/saml.json"))?)?;
    let trust = Trust::new(settings)?;
    let mut slowest = Duration::ZERO;
    for name in ["assertion-signed", "response-signed", "both-signed"] {
        let xml = fs::read(fuzz("seeds/saml").join(name).with_extension("xml"))?;
        let form =
            form_urlencoded::Serializer::new(String::new()).append_pair("SAMLResponse", &STANDARD.encode(xml)).finish();
        let times = measure(|| {
            let posted = saml::form::response(&form, false)?;
            saml::verify(&trust, &posted.xml, None, now).map(drop)
        })?;
        slowest = slowest.max(times.p99);
        print(&mut out, &format!("login, {name}"), &times)?;
    }

    let issuers: Vec<Issuer> = serde_json::from_slice(&fs::read(fuzz("trust/token.json"))?)?;
    for (issuer, name) in issuers.iter().zip(["cognito", "okta"]) {
        let KeySource::Snapshot(keys) = issuer.keys() else { return Err("the keys should be a snapshot".into()) };
        let token = fs::read_to_string(fuzz("seeds/token").join(name).with_extension("jwt"))?;
        let times = measure(|| jwt::verify(&token, issuer, keys, now).map(drop))?;
        print(&mut out, &format!("token, {name}"), &times)?;
    }

    let reached = slowest < GOAL;
    let word = if reached { "reached" } else { "MISSED" };
    writeln!(out, "goal: a login under {GOAL:?}; the slowest kind takes {slowest:?} (p99): {word}")?;
    Ok(if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Times {
    p50: Duration,
    p99: Duration,
    longest: Duration,
}

/// Runs `action` often. Every round has to succeed, so that no refusal is taken for speed.
fn measure<E>(mut action: impl FnMut() -> Result<(), E>) -> Result<Times, E> {
    for _ in 0..ROUNDS / 10 {
        action()?;
    }
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        action()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(Times { p50: times[ROUNDS / 2], p99: times[ROUNDS * 99 / 100], longest: times[ROUNDS - 1] })
}

fn print(out: &mut impl Write, name: &str, times: &Times) -> std::io::Result<()> {
    let Times { p50, p99, longest } = times;
    writeln!(out, "{name:<34}{p50:>12.1?}{p99:>12.1?}{longest:>12.1?}")
}

fn fuzz(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(path)
}
