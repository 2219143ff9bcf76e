//! A certificate that an identity provider signs with, as far as people need to see it before they trust it.
//!
//! The functions pin the key and read strict PEM (`presigned_access::saml::certificate`); what is written for them is
//! therefore made anew from the certificate's own bytes.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use x509_cert::der::asn1::UintRef;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Decode, EncodePem, Reader, SliceReader};
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::Time;

/// `rsaEncryption` of PKCS #1.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// What the functions accept, in bits (presigned-access 3).
const KEY_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// A certificate with an RSA key of an accepted size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is, as RFC 4514 writes names.
    pub subject: String,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last moment of its validity.
    pub not_after: Timestamp,
    /// The size of its key.
    pub key_bits: usize,
    /// SHA-256 of the whole certificate, in lower-case hexadecimal.
    pub fingerprint: String,
    /// The certificate in PEM, with lines of 64 characters.
    pub pem: String,
}

impl Certificate {
    /// Reads the one certificate in a text; anything around it is left out, as tools print it there.
    pub fn read(text: &str) -> Result<Self, CertificateError> {
        if text.contains("PRIVATE KEY-----") {
            return Err(CertificateError::PrivateKey);
        }
        let der = body(text)?;
        let certificate = x509_cert::Certificate::from_der(&der).map_err(CertificateError::Read)?;
        let key_bits = rsa_bits(&certificate.tbs_certificate.subject_public_key_info)?;
        if !KEY_BITS.contains(&key_bits) {
            return Err(CertificateError::KeySize { bits: key_bits });
        }
        let validity = certificate.tbs_certificate.validity;
        Ok(Self {
            subject: certificate.tbs_certificate.subject.to_string(),
            not_before: timestamp(validity.not_before)?,
            not_after: timestamp(validity.not_after)?,
            key_bits,
            fingerprint: hex::encode(Sha256::digest(&der)),
            pem: certificate.to_pem(LineEnding::LF).map_err(CertificateError::Read)?,
        })
    }

    /// Whether its validity is over at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now > self.not_after
    }

    /// The fingerprint in pairs with colons, as browsers and `openssl x509 -fingerprint` show it.
    pub fn shown_fingerprint(&self) -> String {
        let pairs: Vec<String> = self.fingerprint.to_ascii_uppercase().as_bytes().chunks(2).map(pair).collect();
        pairs.join(":")
    }

    /// Whether a text is this certificate's fingerprint, with or without colons, in either case.
    pub fn has_fingerprint(&self, text: &str) -> bool {
        self.fingerprint == text.replace(':', "").to_ascii_lowercase()
    }
}

fn pair(digits: &[u8]) -> String {
    String::from_utf8_lossy(digits).into_owned()
}

/// The bytes of the one certificate in a text.
fn body(text: &str) -> Result<Vec<u8>, CertificateError> {
    let mut parts = text.split(BEGIN).skip(1);
    let (Some(part), None) = (parts.next(), parts.next()) else {
        return Err(CertificateError::Count { found: text.matches(BEGIN).count() });
    };
    let (base64, _) = part.split_once(END).ok_or(CertificateError::Cut)?;
    let base64: String = base64.split_whitespace().collect();
    BASE64_STANDARD.decode(base64).map_err(|_| CertificateError::Cut)
}

fn rsa_bits(spki: &SubjectPublicKeyInfoOwned) -> Result<usize, CertificateError> {
    if spki.algorithm.oid != RSA {
        return Err(CertificateError::NotRsa);
    }
    let key = spki.subject_public_key.as_bytes().ok_or(CertificateError::NotRsa)?;
    let modulus = SliceReader::new(key)
        .and_then(|mut reader| {
            reader.sequence(|fields| {
                let modulus = UintRef::decode(fields)?.as_bytes();
                UintRef::decode(fields)?;
                Ok(modulus)
            })
        })
        .map_err(CertificateError::Read)?;
    Ok(modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize))
}

fn timestamp(time: Time) -> Result<Timestamp, CertificateError> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok();
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or(CertificateError::Validity)
}

/// Why a text is no certificate that can be trusted.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A private key has no business here.
    #[error("this is a private key, or comes with one; a provider's private key never leaves the provider")]
    PrivateKey,
    /// None, or which of them is meant?
    #[error("the text holds {found} certificates in PEM, and one is expected")]
    Count {
        /// How many.
        found: usize,
    },
    /// A beginning without an end, or something else than base64 between them.
    #[error("the certificate is cut off or damaged")]
    Cut,
    /// Not a certificate.
    #[error("the certificate cannot be read")]
    Read(#[source] x509_cert::der::Error),
    /// Another kind of key.
    #[error("the certificate's key is not an RSA key")]
    NotRsa,
    /// Too small, or so large that every login would be slow.
    #[error("the certificate's RSA key has {bits} bits, and 2048 to 8192 are accepted")]
    KeySize {
        /// How many it has.
        bits: usize,
    },
    /// Dates beyond any calendar.
    #[error("the certificate's validity is no time")]
    Validity,
}

impl CertificateError {
    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::PrivateKey => Some(
                "take the provider's signing certificate (`BEGIN CERTIFICATE`); if the key really is the provider's, it \
                 is no secret any more and has to be replaced there",
            ),
            Self::Count { .. } | Self::Cut | Self::Read(_) => {
                Some("download the provider's signing certificate in PEM (also called Base64 or X.509 .pem/.cer)")
            }
            Self::NotRsa | Self::KeySize { .. } => Some("make a new one at the provider: RSA, 2048 bits, SHA-256"),
            Self::Validity => None,
        }
    }
}
