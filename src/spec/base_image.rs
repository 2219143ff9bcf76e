//! The image that another one starts from.

use std::fmt;
use std::str::FromStr;

use oci_client::Reference;

use super::name::NameError;

/// A base image with a registry, a repository and a tag; the digest stands in the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    text: String,
    reference: Reference,
}

impl BaseImage {
    /// The image as the spec writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The image as the registry client wants it.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Registry and repository, without the tag.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.reference.registry(), self.reference.repository())
    }
}

impl FromStr for BaseImage {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let reference = text.parse::<Reference>().ok().filter(|reference| {
            let tagged = text.rsplit('/').next().is_some_and(|name| name.contains(':'));
            tagged && reference.digest().is_none()
        });
        reference.map(|reference| Self { text: text.to_owned(), reference }).ok_or_else(|| NameError {
            text: text.to_owned(),
            kind: "a base image",
            rule: "write registry, repository and tag, such as `public.ecr.aws/ubuntu/ubuntu:22.04`; the lock adds the digest",
        })
    }
}

impl fmt::Display for BaseImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_image_has_a_tag_and_no_digest() {
        for good in ["public.ecr.aws/ubuntu/ubuntu:22.04", "127.0.0.1:5017/base/debian:12", "ubuntu:22.04"] {
            assert!(good.parse::<BaseImage>().is_ok(), "`{good}` should be accepted");
        }
        let pinned = format!("ubuntu:22.04@sha256:{}", "0".repeat(64));
        for bad in ["ubuntu", "localhost:5000/ubuntu", &pinned, "Ubuntu:22.04", "a b:1", ""] {
            assert!(bad.parse::<BaseImage>().is_err(), "`{bad}` should be refused");
        }
    }
}
