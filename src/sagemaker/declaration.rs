//! What an image and its version should be, in values that SageMaker's patterns accept (facts 2.1).

use std::fmt;
use std::str::FromStr;

use crate::aws::Tags;
use crate::spec::name::{Description, Digest, ImageName, RoleArn, Title};

/// The longest `BaseImage` and the longest `ReleaseNotes`, in characters.
const LONGEST: usize = 255;

/// An image as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageDeclaration {
    /// Its name.
    pub name: ImageName,
    /// What people read in the session launcher.
    pub title: Title,
    /// What it is for.
    pub description: Option<Description>,
    /// The role that SageMaker pulls with.
    pub role: RoleArn,
    /// Put on the image when it is created.
    pub tags: Tags,
}

/// A version as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionDeclaration {
    /// The image it is a version of.
    pub image: ImageName,
    /// The container image, by digest.
    pub base_image: BaseImage,
    /// One line for people.
    pub release_notes: Option<ReleaseNotes>,
    /// The language and its version.
    pub language: Option<ProgrammingLanguage>,
}

/// A container image by digest: `host/repository@sha256:...`, at most 255 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    text: String,
    digest: Digest,
}

/// Why a repository and a digest make no [`BaseImage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` has {} characters; SageMaker takes container images of at most {LONGEST}", text.len())]
pub struct BaseImageError {
    /// The text that is too long.
    pub text: String,
}

impl BaseImage {
    /// The image `digest` in the repository at `uri` (host and name, no tag).
    pub fn new(uri: &str, digest: &Digest) -> Result<Self, BaseImageError> {
        let text = format!("{uri}@{digest}");
        if text.len() > LONGEST {
            return Err(BaseImageError { text });
        }
        Ok(Self { text, digest: digest.clone() })
    }

    /// The whole reference.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part after `@`.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Display for BaseImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// One line about a version, 1 to 255 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseNotes(String);

/// Why a text is no [`ReleaseNotes`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("release notes are one line of 1 to {LONGEST} characters")]
pub struct ReleaseNotesError;

impl FromStr for ReleaseNotes {
    type Err = ReleaseNotesError;

    fn from_str(text: &str) -> Result<Self, ReleaseNotesError> {
        if (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ReleaseNotesError)
        }
    }
}

impl ReleaseNotes {
    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A language and its version, such as `R 4.5.1`: `[a-zA-Z]+ ?\d+\.\d+(\.\d+)?`, 1 to 128 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammingLanguage(String);

/// Why a text is no [`ProgrammingLanguage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a language and its version, such as `R 4.5.1`")]
pub struct ProgrammingLanguageError {
    /// The refused text.
    pub text: String,
}

impl FromStr for ProgrammingLanguage {
    type Err = ProgrammingLanguageError;

    fn from_str(text: &str) -> Result<Self, ProgrammingLanguageError> {
        let version = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let named = version.len() < text.len();
        let parts: Vec<&str> = version.strip_prefix(' ').unwrap_or(version).split('.').collect();
        let numbered = parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
        if named && numbered && matches!(parts.len(), 2 | 3) && text.len() <= 128 {
            Ok(Self(text.to_owned()))
        } else {
            Err(ProgrammingLanguageError { text: text.to_owned() })
        }
    }
}

impl ProgrammingLanguage {
    /// The language and its version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_image_fits_into_what_sagemaker_stores() {
        let digest: Digest = format!("sha256:{}", "a".repeat(64)).parse().expect("a digest");
        let image = BaseImage::new("1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker", &digest).expect("a base image");
        assert_eq!(image.as_str(), format!("1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker@{digest}"));
        assert_eq!(image.digest(), &digest);
        assert!(BaseImage::new(&"x".repeat(183), &digest).is_ok(), "255 characters");
        assert!(BaseImage::new(&"x".repeat(184), &digest).is_err(), "256 characters");
    }

    #[test]
    fn languages_follow_the_official_pattern() {
        for good in ["R 4.5.1", "R4.5", "Python 3.12.11"] {
            assert!(good.parse::<ProgrammingLanguage>().is_ok(), "`{good}` should be accepted");
        }
        for bad in ["R", "4.5.1", "R 4", "R  4.5", "R 4.5.1.2", "R 4.5.", "R 4.5-patched", "R 4.5 "] {
            assert!(bad.parse::<ProgrammingLanguage>().is_err(), "`{bad}` should be refused");
        }
    }

    #[test]
    fn release_notes_are_one_line() {
        assert!("commit 1234".parse::<ReleaseNotes>().is_ok());
        assert!("é".repeat(255).parse::<ReleaseNotes>().is_ok());
        for bad in ["", "two\nlines", &*"x".repeat(256)] {
            assert!(bad.parse::<ReleaseNotes>().is_err(), "`{bad}` should be refused");
        }
    }
}
