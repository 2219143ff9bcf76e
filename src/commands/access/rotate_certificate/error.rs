//! Why certificates could not be shown or changed.

use std::path::PathBuf;

use jiff::Timestamp;

use super::certificate::CertificateError;
use super::document::DocumentError;
use crate::aws::Failure;

/// Why certificates could not be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum CertificatesError {
    /// The file cannot be read.
    #[error("cannot read `{path}`")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What is in it cannot be trusted.
    #[error("cannot trust what is in `{path}`")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: CertificateError,
    },
    /// Its validity is over.
    #[error("the certificate in `{path}` ended at {ended}")]
    Over {
        /// The file.
        path: PathBuf,
        /// When.
        ended: Timestamp,
    },
    /// A parameter gave nothing.
    #[error("cannot read the parameter `{parameter}`")]
    Read {
        /// The parameter, or the path of several.
        parameter: String,
        /// Why.
        #[source]
        source: Failure,
    },
    /// A parameter took nothing.
    #[error("cannot change the parameter `{parameter}`")]
    Write {
        /// The parameter.
        parameter: String,
        /// Why.
        #[source]
        source: Failure,
    },
    /// A parameter has no text.
    #[error("the parameter `{parameter}` has no value")]
    Empty {
        /// The parameter.
        parameter: String,
    },
    /// The settings cannot be used.
    #[error("cannot use the settings in `{parameter}`")]
    Document {
        /// The parameter.
        parameter: String,
        /// Why.
        #[source]
        source: DocumentError,
    },
    /// A certificate that is trusted already cannot be read.
    #[error("certificate {number} of provider `{provider}` cannot be used")]
    Pinned {
        /// The entity id.
        provider: String,
        /// Which one, from 1.
        number: usize,
        /// Why.
        #[source]
        source: CertificateError,
    },
    /// Certificates in a file.
    #[error("certificates of provider `{provider}` stand neither in the settings nor in parameters")]
    Elsewhere {
        /// The entity id.
        provider: String,
    },
    /// The functions would refuse one more.
    #[error("provider `{provider}` has {most} certificates, and the functions take no more")]
    Full {
        /// The entity id.
        provider: String,
        /// How many they take.
        most: usize,
    },
    /// Somebody wrote between the look and the write.
    #[error("somebody else changed what is trusted meanwhile; nothing was written")]
    Changed,
    /// Somebody wrote at the same moment.
    #[error("somebody else changed what is trusted at the same moment")]
    Crossed,
    /// No certificate has the fingerprint.
    #[error("provider `{provider}` has no certificate with the fingerprint `{fingerprint}`")]
    NoSuchCertificate {
        /// The entity id.
        provider: String,
        /// What was asked for.
        fingerprint: String,
    },
    /// Nobody could sign in any more.
    #[error("this is the last certificate of provider `{provider}`: nobody could sign in without it")]
    Last {
        /// The entity id.
        provider: String,
    },
    /// Only certificates whose validity is over would stay.
    #[error("this is the only certificate of provider `{provider}` whose validity is not over")]
    LastValid {
        /// The entity id.
        provider: String,
    },
}

impl CertificatesError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Certificate { source, .. } => return source.hint().map(str::to_owned),
            Self::Read { source, .. } if source.is("ParameterNotFound") => {
                "is it this Region and account? The output `ConfigurationParameter` of the stack of access-saml.yaml says \
                 the name"
            }
            Self::Read { source, .. } | Self::Write { source, .. } => return source.hint(),
            Self::Document { source, .. } => return Some(source.hint()),
            Self::Over { .. } => "make a new one at the provider",
            Self::Elsewhere { .. } => "change the file that the settings name",
            Self::Full { .. } => "remove one that is over with `--remove FINGERPRINT`",
            Self::Changed => "run it again: it shows what is there now, and asks",
            Self::Crossed => {
                "look with `--list`; earlier versions of the settings are kept: `aws ssm get-parameter-history`"
            }
            Self::NoSuchCertificate { .. } => "`--list` shows the fingerprints",
            Self::Last { .. } | Self::LastValid { .. } => "add the provider's new certificate first",
            Self::Pinned { .. } => "mend it where it stands: the functions refuse it too",
            Self::File { .. } | Self::Empty { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
