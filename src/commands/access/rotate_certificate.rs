//! `slipway access rotate-certificate`: which signing certificates of an identity provider the functions trust.
//!
//! The new one is added beside the old one, the provider changes over, the old one is removed; at no moment is there
//! none.

mod certificate;
mod document;
mod error;
mod parameters;
mod trust;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

pub use error::CertificatesError;

use self::certificate::Certificate;
use self::parameters::{ParameterName, Parameters};
use self::trust::{Edit, Trust};
use super::connect::connect;
use super::printable::printable;
use crate::commands::consent::consent;
use crate::commands::{Ending, Session, output};
use crate::error::Error;

/// Trust a new signing certificate of an identity provider, and no longer an old one.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["certificate", "remove", "list"]))]
pub struct RotateCertificate {
    /// File with the provider's new certificate in PEM; `-` reads it from stdin.
    #[arg(value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Remove the certificate with this SHA-256 fingerprint.
    #[arg(long, value_name = "FINGERPRINT")]
    remove: Option<String>,
    /// Show the certificates that are trusted.
    #[arg(long)]
    list: bool,
    /// Parameter of Systems Manager with the settings of the functions.
    #[arg(long, value_name = "NAME")]
    parameter: ParameterName,
    /// Entity id of the identity provider, where the settings name several.
    #[arg(long, value_name = "ENTITY-ID")]
    provider: Option<String>,
    /// Change the settings without asking.
    #[arg(long, short)]
    yes: bool,
}

/// What becomes of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Fate {
    Added,
    Removed,
    Kept,
}

/// A certificate as it is shown.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Shown {
    provider: String,
    fate: Fate,
    subject: String,
    not_before: String,
    not_after: String,
    over: bool,
    key_bits: usize,
    sha256: String,
    #[serde(skip)]
    fingerprint: String,
}

impl RotateCertificate {
    /// Looks, says what would change, asks, looks again, writes, reads back.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let now = Timestamp::now();
        let new = self.certificate.as_deref().map(|path| trusted(path, now)).transpose()?;
        let parameters = Parameters::new(connect(session).await?.ssm());
        let trust = self.look(&parameters).await?;
        let edit = match (&new, &self.remove) {
            (Some(new), _) => trust.add(new)?,
            (None, Some(fingerprint)) => Some(trust.remove(fingerprint, now)?),
            (None, None) => None,
        };
        let shown = self.shown(&trust, new.as_ref(), now);
        if let Some(edit) = edit {
            if !session.quiet() && !session.json() {
                output::say(&plan(&trust, &shown));
            }
            consent(self.yes, "Change what is trusted?")?;
            self.write(&parameters, &trust, &edit, &shown).await?;
            session
                .reporter
                .warn("functions that run take it up when they read their settings again, every five minutes");
        }
        if session.json() {
            output::json(&shown);
        } else if self.list {
            output::data(&plan(&trust, &shown));
        } else {
            output::data(&outcome(&shown));
        }
        Ok(Ending::Done)
    }

    async fn look(&self, parameters: &Parameters) -> Result<Trust, CertificatesError> {
        Trust::look(parameters, &self.parameter, self.provider.as_deref()).await
    }

    /// Writes what was decided about `seen`, if that is still what is there, and sees that it worked.
    async fn write(
        &self,
        parameters: &Parameters,
        seen: &Trust,
        edit: &Edit,
        shown: &[Shown],
    ) -> Result<(), CertificatesError> {
        if self.look(parameters).await? != *seen {
            return Err(CertificatesError::Changed);
        }
        edit.carry_out(parameters, &self.parameter).await?;
        let after = self.look(parameters).await?;
        let mut wanted: Vec<&str> =
            shown.iter().filter(|one| one.fate != Fate::Removed).map(|one| one.fingerprint.as_str()).collect();
        wanted.sort_unstable();
        if after.fingerprints() == wanted { Ok(()) } else { Err(CertificatesError::Crossed) }
    }

    /// What becomes of each certificate, the new one last.
    fn shown(&self, trust: &Trust, new: Option<&Certificate>, now: Timestamp) -> Vec<Shown> {
        let leaves = |one: &Certificate| self.remove.as_deref().is_some_and(|text| one.has_fingerprint(text));
        let fate = |one: &Certificate| if leaves(one) { Fate::Removed } else { Fate::Kept };
        let known = trust.pinned.iter().map(|pinned| (fate(&pinned.certificate), &pinned.certificate));
        let is_new = |new: &&Certificate| !trust.fingerprints().contains(&new.fingerprint.as_str());
        let added = new.filter(is_new).map(|new| (Fate::Added, new));
        known.chain(added).map(|(fate, one)| Shown::new(&trust.provider.entity_id, fate, one, now)).collect()
    }
}

/// The certificate in a file, unless nobody should begin to trust it now.
fn trusted(path: &Path, now: Timestamp) -> Result<Certificate, CertificatesError> {
    let read = if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read.map_err(|source| CertificatesError::File { path: path.to_owned(), source })?;
    let read = Certificate::read(&text);
    let certificate = read.map_err(|source| CertificatesError::Certificate { path: path.to_owned(), source })?;
    if certificate.is_over(now) {
        return Err(CertificatesError::Over { path: path.to_owned(), ended: certificate.not_after });
    }
    Ok(certificate)
}

impl Shown {
    fn new(provider: &str, fate: Fate, certificate: &Certificate, now: Timestamp) -> Self {
        Self {
            provider: provider.to_owned(),
            fate,
            subject: certificate.subject.clone(),
            not_before: certificate.not_before.to_string(),
            not_after: certificate.not_after.to_string(),
            over: certificate.is_over(now),
            key_bits: certificate.key_bits,
            sha256: certificate.shown_fingerprint(),
            fingerprint: certificate.fingerprint.clone(),
        }
    }

    fn lines(&self) -> String {
        let sign = match self.fate {
            Fate::Added => '+',
            Fate::Removed => '-',
            Fate::Kept => '=',
        };
        let day = |at: &str| at.split('T').next().unwrap_or_default().to_owned();
        let over = if self.over { ", over" } else { "" };
        format!(
            "{sign} {}\n    valid    {} to {}{over}\n    key      RSA, {} bits\n    sha256   {}",
            printable(&self.subject),
            day(&self.not_before),
            day(&self.not_after),
            self.key_bits,
            self.sha256
        )
    }
}

fn plan(trust: &Trust, shown: &[Shown]) -> String {
    let blocks: Vec<String> = shown.iter().map(Shown::lines).collect();
    format!("provider {}\n{}", printable(&trust.provider.entity_id), blocks.join("\n"))
}

fn outcome(shown: &[Shown]) -> String {
    match shown.iter().find(|one| one.fate != Fate::Kept) {
        Some(Shown { fate: Fate::Removed, sha256, .. }) => format!("removed {sha256}"),
        Some(Shown { sha256, .. }) => format!("added {sha256}"),
        None => "the certificate is trusted already".to_owned(),
    }
}
