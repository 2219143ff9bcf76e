//! Images that the engine holds: facts about them, their names, their removal.

use std::collections::BTreeMap;

use bollard::errors::Error as ApiError;
use bollard::models::ImageInspect;
use bollard::query_parameters::{RemoveImageOptionsBuilder, TagImageOptionsBuilder};

use super::{DockerEngine, EngineError};

/// What the engine knows about an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFacts {
    /// `sha256:...`; what it is the digest of depends on [`super::Store`].
    pub id: String,
    /// `repository:tag` names.
    pub tags: Vec<String>,
    /// `repository@digest` names, known after a push or pull.
    pub digests: Vec<String>,
    /// Labels of the configuration.
    pub labels: BTreeMap<String, String>,
    /// Environment as `NAME=value`, in order.
    pub environment: Vec<String>,
    /// Operating system, such as `linux`.
    pub os: String,
    /// Architecture, such as `amd64`.
    pub architecture: String,
    /// Bytes as the engine counts them: uncompressed with a graph driver.
    pub size: u64,
    /// User of the image's process; empty means root.
    pub user: String,
    /// Entry point; empty if there is none.
    pub entrypoint: Vec<String>,
    /// Command; empty if there is none.
    pub command: Vec<String>,
    /// Digests of the uncompressed layers, lowest first.
    pub layers: Vec<String>,
}

impl From<ImageInspect> for ImageFacts {
    fn from(image: ImageInspect) -> Self {
        let config = image.config.unwrap_or_default();
        Self {
            id: image.id.unwrap_or_default(),
            tags: image.repo_tags.unwrap_or_default(),
            digests: image.repo_digests.unwrap_or_default(),
            labels: config.labels.unwrap_or_default().into_iter().collect(),
            environment: config.env.unwrap_or_default(),
            os: image.os.unwrap_or_default(),
            architecture: image.architecture.unwrap_or_default(),
            size: image.size.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
            user: config.user.unwrap_or_default(),
            entrypoint: config.entrypoint.unwrap_or_default(),
            command: config.cmd.unwrap_or_default(),
            layers: image.root_fs.and_then(|root| root.layers).unwrap_or_default(),
        }
    }
}

impl DockerEngine {
    /// Looks an image up by name or id; nothing if the engine does not have it.
    pub async fn find_image(&self, reference: &str) -> Result<Option<ImageFacts>, EngineError> {
        match self.docker.inspect_image(reference).await {
            Ok(image) => Ok(Some(image.into())),
            Err(error) if is_missing(&error) => Ok(None),
            Err(source) => Err(EngineError::FindImage { reference: reference.to_owned(), source }),
        }
    }

    /// Gives an image the name `repository:tag`, taking it from the image that had it.
    pub async fn tag(&self, id: &str, repository: &str, tag: &str) -> Result<(), EngineError> {
        let options = TagImageOptionsBuilder::new().repo(repository).tag(tag).build();
        self.docker.tag_image(id, Some(options)).await.map_err(|source| {
            let name = format!("{repository}:{tag}");
            EngineError::Tag { id: id.to_owned(), name, source }
        })
    }

    /// Removes a name, and with the last name the image; removing what is not there is no error.
    pub async fn remove_image(&self, reference: &str) -> Result<(), EngineError> {
        let options = RemoveImageOptionsBuilder::new().build();
        match self.docker.remove_image(reference, Some(options), None).await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(source) => Err(EngineError::RemoveImage { reference: reference.to_owned(), source }),
        }
    }
}

/// Whether the engine said that there is no such thing.
pub(super) fn is_missing(error: &ApiError) -> bool {
    matches!(error, ApiError::DockerResponseServerError { status_code: 404, .. })
}
