//! What the registry reads in a manifest: which content it names, and what it is about.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Digest;

/// Docker's image manifest.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's list of manifests.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// The OCI image manifest.
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The OCI index.
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// An image manifest or an index.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2; the form before it cannot be checked.
    pub schema_version: u32,
    /// Docker always has it, OCI may leave it to the header.
    pub media_type: Option<String>,
    /// Configuration of an image.
    pub config: Option<Descriptor>,
    /// Layers of an image, lowest first.
    #[serde(default)]
    pub layers: Vec<Descriptor>,
    /// Entries of an index.
    #[serde(default)]
    pub manifests: Vec<Descriptor>,
    /// What it is a referrer of.
    pub subject: Option<Descriptor>,
    /// What kind of artifact it is.
    pub artifact_type: Option<String>,
    /// Free text about it.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// A reference to content.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What the content is.
    pub media_type: String,
    /// Which content.
    pub digest: Digest,
    /// How long it is.
    pub size: u64,
    /// Where else it is; such layers are not pushed.
    #[serde(default)]
    pub urls: Vec<String>,
}

impl Manifest {
    /// Content that must be in the repository.
    pub fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        self.config.iter().chain(self.layers.iter().filter(|layer| layer.urls.is_empty()))
    }

    /// The kind that a list of referrers shows.
    pub fn referrer_type(&self) -> Option<&str> {
        self.artifact_type.as_deref().or(self.config.as_ref().map(|config| config.media_type.as_str()))
    }

    /// Compressed size: what ECR calls the image's size.
    pub fn image_size(&self) -> u64 {
        self.config.iter().chain(&self.layers).map(|descriptor| descriptor.size).sum()
    }
}

/// Whether a media type means a list of manifests.
pub fn is_index(media_type: &str) -> bool {
    matches!(media_type, DOCKER_LIST | OCI_INDEX)
}
