//! Brings the verified image into the registry under its final tag.

use serde::Serialize;

use super::build::find_built;
use super::error::StepError;
use super::services::Services;
use crate::engine::{Credentials, DockerEngine, LayerOutcome, PushReference};
use crate::plan::Wanted;
use crate::progress::{Outcome, Reporter, Stage};
use crate::registry::{Repository, RepositorySettings};
use crate::spec::ByteSize;
use crate::spec::name::Digest;

/// What stands in the registry.
#[derive(Debug, Clone, Serialize)]
pub struct Published {
    /// Registry host and repository.
    pub repository: String,
    /// The tag.
    pub tag: String,
    /// The digest of the manifest, as the registry reads it back.
    pub digest: Digest,
    /// Bytes of the layers that were sent, before the engine compressed them; 0 where everything was there.
    pub bytes_sent: u64,
    /// Layers that were sent.
    pub layers_sent: usize,
    /// Layers that the registry had.
    pub layers_kept: usize,
}

/// What stands in the registry under the image's tag; `None` where it has yet to be pushed.
pub async fn published(services: &Services, wanted: &Wanted) -> Result<Option<Published>, StepError> {
    let tag = wanted.tag();
    let Some(image) = services.registry.image(&tag).await? else { return Ok(None) };
    let missing = || StepError::NoRepository(services.registry.name().to_string());
    let repository = services.registry.repository().await?.ok_or_else(missing)?.uri;
    Ok(Some(Published { repository, tag, digest: image.digest, bytes_sent: 0, layers_sent: 0, layers_kept: 0 }))
}

/// The digest of the pushed image.
pub async fn pushed_digest(services: &Services, wanted: &Wanted) -> Result<Digest, StepError> {
    let image = services.registry.image(&wanted.tag()).await?;
    image.map(|image| image.digest).ok_or_else(|| StepError::NotPushed(wanted.tag()))
}

/// Pushes the image unless the registry has its tag; the digest is read back from the registry.
pub async fn publish(
    engine: &DockerEngine,
    services: &Services,
    wanted: &Wanted,
    reporter: &Reporter,
) -> Result<Published, StepError> {
    let tag = wanted.tag();
    if let Some(published) = published(services, wanted).await? {
        reporter.start(Stage::Push, &tag).finish_with(Outcome::Cached, published.digest.as_str());
        return Ok(published);
    }
    let repository = repository(services).await?;
    let id = find_built(engine, wanted).await?.ok_or_else(|| StepError::NotBuilt(wanted.local_name()))?;
    let login = services.registry.credentials().await?;
    let credentials = Credentials::Basic { username: login.username, password: login.password };
    let reference = PushReference { repository: repository.uri.clone(), tag: tag.clone() };
    engine.tag(&id, &reference.repository, &reference.tag).await?;
    let pushed = engine.push(&reference, &credentials, reporter).await;
    // The registry's name was needed for pushing only; the image keeps its local one.
    engine.remove_image(&reference.to_string()).await?;
    let pushed =
        pushed.map_err(|source| StepError::Push { image: wanted.spec().name.to_string(), source: Box::new(source) })?;
    let digest = read_back(services, wanted, &pushed.digest).await?;
    let sent = pushed.layers.iter().filter(|layer| layer.outcome == LayerOutcome::Pushed).count();
    Ok(Published {
        repository: repository.uri,
        tag,
        digest,
        bytes_sent: pushed.bytes_sent,
        layers_sent: sent,
        layers_kept: pushed.layers.len() - sent,
    })
}

impl Published {
    /// What happened, in a few words.
    pub fn summary(&self) -> String {
        match (self.layers_sent, self.layers_kept) {
            (0, 0) => "was there".to_owned(),
            (0, _) => "no layer sent".to_owned(),
            (sent, kept) => {
                format!("{sent} of {} layers sent, {} uncompressed", sent + kept, ByteSize(self.bytes_sent))
            }
        }
    }
}

async fn repository(services: &Services) -> Result<Repository, StepError> {
    match services.registry.repository().await? {
        Some(repository) => Ok(repository),
        None => Ok(services.registry.create_repository(&RepositorySettings::default()).await?),
    }
}

async fn read_back(services: &Services, wanted: &Wanted, pushed: &str) -> Result<Digest, StepError> {
    let tag = wanted.tag();
    let found = services.registry.image(&tag).await?.ok_or_else(|| StepError::NotPushed(tag.clone()))?;
    if let Some(form) = found.media_type.filter(|form| form.contains("index") || form.contains("list")) {
        return Err(StepError::Index { image: wanted.spec().name.to_string(), form });
    }
    if found.digest.as_str() == pushed {
        Ok(found.digest)
    } else {
        let image = wanted.spec().name.to_string();
        Err(StepError::Digest { image, pushed: pushed.to_owned(), found: found.digest.to_string() })
    }
}
