//! A repository as it is stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Moment;
use crate::registry::Digest;

/// All repositories by name.
pub type Repositories = BTreeMap<String, Repository>;

/// One repository: its settings, its tags, what its tags name, and the content that was pushed to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Repository {
    /// When it was made.
    pub created_at: Moment,
    /// Which tags may move.
    pub mutability: Mutability,
    /// Stored and shown; scans begin only on request.
    pub scan_on_push: bool,
    /// `encryptionConfiguration` as it was sent.
    pub encryption: Value,
    /// Lifecycle policy; stored and shown, never applied.
    pub lifecycle_policy: Option<String>,
    /// Permissions; stored and shown, never applied.
    pub policy: Option<String>,
    /// Resource tags.
    pub resource_tags: BTreeMap<String, String>,
    /// Image tags.
    pub image_tags: BTreeMap<String, Digest>,
    /// Manifests and indexes.
    pub manifests: BTreeMap<Digest, ManifestRecord>,
    /// Blobs with their lengths. They stay when images are deleted, until the repository goes.
    pub blobs: BTreeMap<Digest, u64>,
}

/// Which tags may move.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Mutability {
    /// The rule.
    pub mode: MutabilityMode,
    /// Wildcards for the exceptions from it.
    #[serde(default)]
    pub exclusions: Vec<String>,
}

/// The rule for tags, before its exceptions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MutabilityMode {
    /// Tags move.
    #[default]
    Mutable,
    /// Tags stay.
    Immutable,
    /// Tags stay but for the exceptions.
    ImmutableWithExclusion,
    /// Tags move but for the exceptions.
    MutableWithExclusion,
}

/// A manifest that was pushed; its bytes are a blob.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ManifestRecord {
    /// Its media type.
    pub media_type: String,
    /// Its length.
    pub size: u64,
    /// Compressed length of all it names.
    pub image_size: u64,
    /// An image's configuration.
    pub config: Option<Digest>,
    /// An index's entries.
    pub members: Vec<Digest>,
    /// What it is about.
    pub subject: Option<Digest>,
    /// What kind of artifact it is.
    pub artifact_type: Option<String>,
    /// Free text about it.
    pub annotations: BTreeMap<String, String>,
    /// When it came.
    pub pushed_at: Moment,
    /// When its scan is, or was, done.
    pub scanned_at: Option<Moment>,
}

impl Mutability {
    /// Whether a tag, once set, may not be set to something else.
    pub fn is_immutable(&self, tag: &str) -> bool {
        let excluded = || self.exclusions.iter().any(|wildcard| wildcard_matches(wildcard, tag));
        match self.mode {
            MutabilityMode::Mutable => false,
            MutabilityMode::Immutable => true,
            MutabilityMode::ImmutableWithExclusion => !excluded(),
            MutabilityMode::MutableWithExclusion => excluded(),
        }
    }
}

impl Repository {
    /// The manifest that a tag or digest names.
    pub fn find(&self, reference: &str) -> Option<(&Digest, &ManifestRecord)> {
        match reference.parse::<Digest>() {
            Ok(digest) => self.manifests.get_key_value(&digest),
            Err(_) => self.manifests.get_key_value(self.image_tags.get(reference)?),
        }
    }

    /// Tags of a manifest.
    pub fn tags_of(&self, digest: &Digest) -> Vec<&str> {
        self.image_tags.iter().filter(|(_, named)| *named == digest).map(|(tag, _)| tag.as_str()).collect()
    }

    /// Removes a manifest and its tags; false if there is none.
    pub fn remove_manifest(&mut self, digest: &Digest) -> bool {
        self.image_tags.retain(|_, named| named != digest);
        self.manifests.remove(digest).is_some()
    }
}

/// `*` stands for any text; the pieces between must come in order.
fn wildcard_matches(wildcard: &str, tag: &str) -> bool {
    let Some((first, rest)) = wildcard.split_once('*') else { return wildcard == tag };
    let Some(mut tag) = tag.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match tag.find(piece) {
            Some(at) => tag = &tag[at + piece.len()..],
            None => return false,
        }
    }
    tag.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclusions_turn_the_rule_round() {
        use MutabilityMode::{Immutable, ImmutableWithExclusion, Mutable, MutableWithExclusion};
        let table = [
            (Mutable, "latest", false),
            (Immutable, "latest", true),
            (ImmutableWithExclusion, "dev-7-x", false),
            (ImmutableWithExclusion, "v1", true),
            (MutableWithExclusion, "dev-7-x", true),
            (MutableWithExclusion, "dev-x", false),
        ];
        for (mode, tag, expected) in table {
            let mutability = Mutability { mode, exclusions: vec!["dev-*-*".to_owned()] };
            assert_eq!(mutability.is_immutable(tag), expected, "{mode:?} {tag}");
        }
    }
}
