//! What is trusted of one identity provider, wherever it stands, and how that is changed.

use jiff::Timestamp;

use super::certificate::Certificate;
use super::document::{Document, Provider, Written};
use super::error::CertificatesError;
use super::parameters::{ParameterName, Parameters};

/// How many certificates the functions take for one provider (`presigned_access::saml::Trust`).
const MOST_CERTIFICATES: usize = 8;

/// What is trusted of a provider at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    settings: Document,
    /// The provider.
    pub provider: Provider,
    /// Its certificates, in the order in which the functions read them.
    pub pinned: Vec<Pinned>,
}

/// A certificate that is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The certificate.
    pub certificate: Certificate,
    origin: Origin,
}

/// Where a certificate stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    /// In the settings, or in a parameter that they name: that entry of the list.
    Entry(usize),
    /// In a parameter below a path that the settings name.
    Under(String),
}

/// How trust is changed: always with one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The settings become this.
    Settings(String),
    /// A new parameter holds this.
    Create {
        /// Its name.
        name: String,
        /// The certificate.
        pem: String,
    },
    /// A parameter goes.
    Delete {
        /// Its name.
        name: String,
    },
}

impl Trust {
    /// What is trusted now.
    pub async fn look(
        parameters: &Parameters,
        settings: &ParameterName,
        provider: Option<&str>,
    ) -> Result<Self, CertificatesError> {
        let unusable = |source| CertificatesError::Document { parameter: settings.to_string(), source };
        let document = Document::read(&parameters.read(settings.as_str()).await?).map_err(unusable)?;
        let provider = document.provider(provider).map_err(unusable)?;
        let mut pinned = Vec::new();
        for (entry, written) in provider.written.iter().enumerate() {
            let texts = match written {
                Written::Here(pem) => vec![(Origin::Entry(entry), pem.clone())],
                Written::Parameter(name) => vec![(Origin::Entry(entry), parameters.read(name).await?)],
                Written::Under(path) => {
                    let found = parameters.under(path).await?;
                    found.into_iter().map(|(name, text)| (Origin::Under(name), text)).collect()
                }
                Written::Elsewhere => {
                    return Err(CertificatesError::Elsewhere { provider: provider.entity_id.clone() });
                }
            };
            for (origin, text) in texts {
                let (number, provider) = (pinned.len() + 1, provider.entity_id.clone());
                let read = Certificate::read(&text);
                let certificate = read.map_err(|source| CertificatesError::Pinned { provider, number, source })?;
                pinned.push(Pinned { certificate, origin });
            }
        }
        Ok(Self { settings: document, provider, pinned })
    }

    /// How a certificate becomes trusted; `None` where it is already.
    pub fn add(&self, new: &Certificate) -> Result<Option<Edit>, CertificatesError> {
        if self.pinned.iter().any(|known| known.certificate.fingerprint == new.fingerprint) {
            return Ok(None);
        }
        if self.pinned.len() >= MOST_CERTIFICATES {
            return Err(CertificatesError::Full { provider: self.name(), most: MOST_CERTIFICATES });
        }
        let path = self.provider.written.iter().find_map(|written| match written {
            Written::Under(path) => Some(path.trim_end_matches('/')),
            _ => None,
        });
        Ok(Some(match path {
            Some(path) => {
                let short = new.fingerprint.get(..16).unwrap_or(&new.fingerprint);
                Edit::Create { name: format!("{path}/{short}"), pem: new.pem.clone() }
            }
            None => Edit::Settings(self.settings.clone().with(&self.provider, &new.pem).text()),
        }))
    }

    /// How a certificate stops being trusted, unless nobody could sign in then.
    pub fn remove(&self, fingerprint: &str, now: Timestamp) -> Result<Edit, CertificatesError> {
        let is_meant = |pinned: &&Pinned| pinned.certificate.has_fingerprint(fingerprint);
        let Some(leaving) = self.pinned.iter().find(is_meant) else {
            let (provider, fingerprint) = (self.name(), fingerprint.to_owned());
            return Err(CertificatesError::NoSuchCertificate { provider, fingerprint });
        };
        let mut staying = self.pinned.iter().filter(|pinned| !is_meant(pinned)).peekable();
        if staying.peek().is_none() {
            return Err(CertificatesError::Last { provider: self.name() });
        }
        if staying.all(|pinned| pinned.certificate.is_over(now)) && !leaving.certificate.is_over(now) {
            return Err(CertificatesError::LastValid { provider: self.name() });
        }
        Ok(match &leaving.origin {
            Origin::Entry(entry) => Edit::Settings(self.settings.clone().without(&self.provider, *entry).text()),
            Origin::Under(name) => Edit::Delete { name: name.clone() },
        })
    }

    /// The fingerprints, in order.
    pub fn fingerprints(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.pinned.iter().map(|pinned| pinned.certificate.fingerprint.as_str()).collect();
        all.sort_unstable();
        all
    }

    fn name(&self) -> String {
        self.provider.entity_id.clone()
    }
}

impl Edit {
    /// Does it.
    pub async fn carry_out(&self, parameters: &Parameters, settings: &ParameterName) -> Result<(), CertificatesError> {
        match self {
            Self::Settings(text) => parameters.replace(settings.as_str(), text).await,
            Self::Create { name, pem } => parameters.create(name, pem).await,
            Self::Delete { name } => parameters.delete(name).await,
        }
    }
}
