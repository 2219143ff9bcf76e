//! A pinned certificate: the key in it is what is trusted.
//!
//! The pin is the trust, so a certificate that is over still verifies: nobody but an administrator put it there, and
//! cutting everybody off at midnight protects nothing. [`Certificate::state`] says so beforehand, for an alarm.

use bergshamra_keys::Key;
use bergshamra_keys::loader::load_spki_der;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_cert::der::asn1::UintRef;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, DecodePem, Encode, Reader, SliceReader};
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::Time;

/// `rsaEncryption` of PKCS #1; keys for RSASSA-PSS alone cannot make the signatures that are accepted.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The smallest and the largest key, in bits: presigned-access 3, and what AWS-LC verifies with.
const KEY_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// How long before its end a certificate is reported.
const SOON_SECONDS: i64 = 30 * 24 * 60 * 60;

/// One pinned certificate of an identity provider.
#[derive(Debug, Clone)]
pub struct Certificate {
    key: Key,
    fingerprint: String,
    not_before: Timestamp,
    not_after: Timestamp,
}

/// Where a moment lies in a certificate's validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateState {
    /// Not valid yet.
    NotYet,
    /// Valid.
    Valid,
    /// Valid for at most thirty more days: time to rotate.
    EndsSoon,
    /// Over. It still verifies, see the module.
    Over,
}

impl Certificate {
    /// Reads one certificate in PEM.
    ///
    /// # Errors
    ///
    /// It is not one certificate in PEM, or its key is not RSA of 2,048 to 8,192 bits.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let certificate = x509_cert::Certificate::from_pem(pem.trim()).map_err(CertificateError::Read)?;
        let content = certificate.to_der().map_err(CertificateError::Read)?;
        let spki = &certificate.tbs_certificate.subject_public_key_info;
        check_rsa(spki)?;
        let spki = spki.to_der().map_err(CertificateError::Key)?;
        let validity = certificate.tbs_certificate.validity;
        Ok(Self {
            key: load_spki_der(&spki).map_err(|_| CertificateError::Unusable)?,
            fingerprint: hex::encode(Sha256::digest(&content)),
            not_before: timestamp(validity.not_before)?,
            not_after: timestamp(validity.not_after)?,
        })
    }

    /// SHA-256 of the whole certificate, in hexadecimal.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The last moment of its validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Where `now` lies in its validity.
    pub fn state(&self, now: Timestamp) -> CertificateState {
        if now < self.not_before {
            CertificateState::NotYet
        } else if now > self.not_after {
            CertificateState::Over
        } else if self.not_after.as_second() - now.as_second() <= SOON_SECONDS {
            CertificateState::EndsSoon
        } else {
            CertificateState::Valid
        }
    }

    /// The key, for the verifier.
    pub(super) fn key(&self) -> Key {
        self.key.clone()
    }
}

/// RSA, and neither a toy nor so large that every request costs a second.
fn check_rsa(spki: &SubjectPublicKeyInfoOwned) -> Result<(), CertificateError> {
    if spki.algorithm.oid != RSA {
        return Err(CertificateError::NotRsa);
    }
    let bytes = spki.subject_public_key.as_bytes().ok_or(CertificateError::Unusable)?;
    let (modulus, exponent) = SliceReader::new(bytes)
        .and_then(|mut reader| {
            reader.sequence(|fields| Ok((UintRef::decode(fields)?.as_bytes(), UintRef::decode(fields)?.as_bytes())))
        })
        .map_err(CertificateError::Key)?;
    let bits = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
    if !KEY_BITS.contains(&bits) {
        return Err(CertificateError::KeySize { bits });
    }
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    if !odd || exponent == [1] {
        return Err(CertificateError::Exponent);
    }
    Ok(())
}

fn timestamp(time: Time) -> Result<Timestamp, CertificateError> {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or(CertificateError::Validity)
}

/// Why a certificate cannot be pinned.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Not one certificate in PEM.
    #[error("cannot read the certificate: one in PEM is expected")]
    Read(#[source] x509_cert::der::Error),
    /// The key's encoding.
    #[error("cannot read the certificate's key")]
    Key(#[source] x509_cert::der::Error),
    /// Another kind of key.
    #[error("the certificate's key is not an RSA key")]
    NotRsa,
    /// Too short or too long.
    #[error("the certificate's key has {bits} bits: 2048 to 8192 are accepted")]
    KeySize {
        /// How many it has.
        bits: usize,
    },
    /// An even exponent, or one.
    #[error("the certificate's key has an impossible exponent")]
    Exponent,
    /// The verifier does not take the key.
    #[error("the certificate's key is not usable for verification")]
    Unusable,
    /// Dates beyond any calendar.
    #[error("the certificate's validity is no time")]
    Validity,
}
