//! The registry's paths. A repository name may hold many slashes, so a path is read from its end.

use std::sync::LazyLock;

use axum::http::Method;
use percent_encoding::percent_decode_str;
use regex::Regex;

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/v2/`: is this a registry, and am I known?
    Base,
    /// `/v2/NAME/blobs/DIGEST`
    Blob {
        /// Repository.
        name: String,
        /// Digest as it was sent.
        digest: String,
    },
    /// `/v2/NAME/blobs/uploads/`
    Uploads {
        /// Repository.
        name: String,
    },
    /// `/v2/NAME/blobs/uploads/ID`
    Upload {
        /// Repository.
        name: String,
        /// The upload.
        id: String,
    },
    /// `/v2/NAME/manifests/REFERENCE`
    Manifest {
        /// Repository.
        name: String,
        /// Tag or digest.
        reference: String,
    },
    /// `/v2/NAME/tags/list`
    Tags {
        /// Repository.
        name: String,
    },
    /// `/v2/NAME/referrers/DIGEST`
    Referrers {
        /// Repository.
        name: String,
        /// Digest as it was sent.
        digest: String,
    },
}

impl Route {
    /// Reads a path that begins with `/v2`.
    pub fn parse(path: &str) -> Option<Self> {
        let path = percent_decode_str(path).decode_utf8().ok()?;
        let rest = path.strip_prefix("/v2")?.trim_start_matches('/');
        if rest.is_empty() {
            return Some(Self::Base);
        }
        let (before, last) = rest.rsplit_once('/')?;
        let (name, kind) = before.rsplit_once('/')?;
        let last = last.to_owned();
        match (name.strip_suffix("/blobs"), kind) {
            (Some(name), "uploads") if last.is_empty() => return Some(Self::Uploads { name: name.to_owned() }),
            (Some(name), "uploads") => return Some(Self::Upload { name: name.to_owned(), id: last }),
            _ => {}
        }
        let name = name.to_owned();
        match kind {
            // Some clients leave the last slash out.
            "blobs" if last == "uploads" => Some(Self::Uploads { name }),
            "blobs" => Some(Self::Blob { name, digest: last }),
            "manifests" => Some(Self::Manifest { name, reference: last }),
            "tags" if last == "list" => Some(Self::Tags { name }),
            "referrers" => Some(Self::Referrers { name, digest: last }),
            _ => None,
        }
    }

    /// The repository it is about.
    pub fn repository(&self) -> Option<&str> {
        match self {
            Self::Base => None,
            Self::Blob { name, .. }
            | Self::Uploads { name }
            | Self::Upload { name, .. }
            | Self::Manifest { name, .. }
            | Self::Tags { name }
            | Self::Referrers { name, .. } => Some(name),
        }
    }

    /// The name in [`crate::Fault`] patterns and counters.
    pub fn operation(&self, method: &Method) -> &'static str {
        match (self, method.as_str()) {
            (Self::Base, _) => "Registry.Ping",
            (Self::Blob { .. }, "HEAD") => "Registry.HeadBlob",
            (Self::Blob { .. }, "DELETE") => "Registry.DeleteBlob",
            (Self::Blob { .. }, _) => "Registry.GetBlob",
            (Self::Uploads { .. }, _) => "Registry.StartUpload",
            (Self::Upload { .. }, "PATCH") => "Registry.PatchUpload",
            (Self::Upload { .. }, "PUT") => "Registry.FinishUpload",
            (Self::Upload { .. }, "DELETE") => "Registry.CancelUpload",
            (Self::Upload { .. }, _) => "Registry.UploadStatus",
            (Self::Manifest { .. }, "PUT") => "Registry.PutManifest",
            (Self::Manifest { .. }, "DELETE") => "Registry.DeleteManifest",
            (Self::Manifest { .. }, "HEAD") => "Registry.HeadManifest",
            (Self::Manifest { .. }, _) => "Registry.GetManifest",
            (Self::Tags { .. }, _) => "Registry.ListTags",
            (Self::Referrers { .. }, _) => "Registry.ListReferrers",
        }
    }
}

/// Whether a text is a repository name (OCI distribution specification, "Pulling manifests").
pub fn is_name(text: &str) -> bool {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$")
            .expect("the grammar of names should compile")
    });
    NAME.is_match(text)
}

/// Whether a text is a tag (same place).
pub fn is_tag(text: &str) -> bool {
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$").expect("the grammar of tags should compile")
    });
    TAG.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_slashes_and_words_of_the_protocol() {
        let name = || "a/b".to_owned();
        let table = [
            ("/v2/", Some(Route::Base)),
            ("/v2", Some(Route::Base)),
            ("/v2/a/b/blobs/sha256:1", Some(Route::Blob { name: name(), digest: "sha256:1".to_owned() })),
            ("/v2/a/b/blobs/sha256%3A1", Some(Route::Blob { name: name(), digest: "sha256:1".to_owned() })),
            ("/v2/a/b/blobs/uploads/", Some(Route::Uploads { name: name() })),
            ("/v2/a/b/blobs/uploads", Some(Route::Uploads { name: name() })),
            ("/v2/a/b/blobs/uploads/7", Some(Route::Upload { name: name(), id: "7".to_owned() })),
            ("/v2/a/b/manifests/v1", Some(Route::Manifest { name: name(), reference: "v1".to_owned() })),
            ("/v2/a/b/tags/list", Some(Route::Tags { name: name() })),
            ("/v2/a/b/referrers/sha256:1", Some(Route::Referrers { name: name(), digest: "sha256:1".to_owned() })),
            ("/v2/tags/list/tags/list", Some(Route::Tags { name: "tags/list".to_owned() })),
            ("/v2/_catalog", None),
        ];
        for (path, expected) in table {
            assert_eq!(Route::parse(path), expected, "{path}");
        }
    }

    #[test]
    fn names_and_tags_keep_their_grammars() {
        for good in ["r", "sagemaker-rstudio", "a/b/c/d", "a__b", "a--b"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "A", "a//b", "a/", "a___b", "../a", "a/../b"] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_tag("clinical-0123abcd") && !is_tag(".hidden") && !is_tag(&"x".repeat(129)));
    }
}
