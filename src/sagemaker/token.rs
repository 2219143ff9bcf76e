//! The token by which SageMaker recognises that a version has been asked for before.

use sha2::{Digest as _, Sha256};

use super::declaration::{ProgrammingLanguage, ReleaseNotes, VersionDeclaration};

/// A `ClientToken` (1 to 36 of `[a-zA-Z0-9-]`) made of what the version is, so that a process that was killed after
/// asking gets the same version when it asks again (facts 2.2).
///
/// `spent` counts the earlier tokens for this content that led nowhere: the same token would only bring back the failure.
pub(super) fn client_token(version: &VersionDeclaration, spent: usize) -> String {
    let parts = [
        version.image.as_str(),
        version.base_image.as_str(),
        version.release_notes.as_ref().map_or("", ReleaseNotes::as_str),
        version.language.as_ref().map_or("", ProgrammingLanguage::as_str),
        &spent.to_string(),
    ];
    let mut hash = Sha256::new();
    for part in parts {
        // The length keeps `ab` + `c` apart from `a` + `bc`.
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let mut token = hex::encode(hash.finalize());
    token.truncate(32);
    token
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sagemaker::declaration::BaseImage;

    fn version(image: &str, digit: &str, notes: &str) -> VersionDeclaration {
        let digest = format!("sha256:{}", digit.repeat(64)).parse().expect("a digest");
        VersionDeclaration {
            image: image.parse().expect("a name"),
            base_image: BaseImage::new("127.0.0.1:5000/sagemaker", &digest).expect("a base image"),
            release_notes: notes.parse().ok(),
            language: "R 4.5.1".parse().ok(),
        }
    }

    #[test]
    fn the_same_version_has_the_same_token() {
        let token = client_token(&version("clinical", "a", "notes"), 0);
        assert_eq!(token, client_token(&version("clinical", "a", "notes"), 0));
        assert!(token.len() == 32 && token.chars().all(|c| c.is_ascii_hexdigit()), "{token}");
    }

    #[test]
    fn anything_else_has_another_token() {
        let first = client_token(&version("clinical", "a", "notes"), 0);
        let others = [
            client_token(&version("clinica", "a", "notes"), 0),
            client_token(&version("clinical", "b", "notes"), 0),
            client_token(&version("clinical", "a", "other notes"), 0),
            client_token(&version("clinical", "a", "notes"), 1),
        ];
        assert!(others.iter().all(|other| *other != first), "{first} in {others:?}");
    }
}
