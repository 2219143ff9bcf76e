//! Asks ECR and SageMaker how things stand. Reads only.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::wanted::Wanted;
use crate::registry::{Registry, RegistryError, RegistryImage, Repository};
use crate::sagemaker::{DomainState, ImageState, SageMaker, SageMakerError, VersionState};
use crate::spec::name::{DomainId, ImageName};

/// How many questions are under way at once; AWS throttles describe calls well above this.
const AT_ONCE: usize = 8;

/// How things stand in a target.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// The repository, where it exists.
    pub repository: Option<Repository>,
    /// What is known of each wanted image.
    pub images: BTreeMap<ImageName, ObservedImage>,
    /// The domains that images are attached to; without an entry there is no such domain.
    pub domains: BTreeMap<DomainId, DomainState>,
}

/// How one image stands.
#[derive(Debug, Clone, Default)]
pub struct ObservedImage {
    /// The container image under the wanted tag.
    pub pushed: Option<RegistryImage>,
    /// The SageMaker image.
    pub image: Option<ImageState>,
    /// Whether the app image config exists.
    pub config: bool,
    /// The usable version made of the pushed digest.
    pub version: Option<VersionState>,
}

/// A question that was not answered.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// By ECR.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// By SageMaker.
    #[error(transparent)]
    SageMaker(#[from] SageMakerError),
}

impl ObserveError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Registry(source) => source.hint(),
            Self::SageMaker(source) => source.hint(),
        }
    }
}

/// Asks how things stand for the wanted images.
pub async fn observe(registry: &Registry, sagemaker: &SageMaker, wanted: &[Wanted]) -> Result<Observed, ObserveError> {
    let domains: BTreeSet<&DomainId> = wanted.iter().flat_map(|one| one.domains.iter().map(|(_, id)| id)).collect();
    let images =
        stream::iter(wanted)
            .map(|one| async move {
                observe_image(registry, sagemaker, one).await.map(|seen| (one.spec().name.clone(), seen))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect();
    let domains = stream::iter(domains)
        .map(|id| async move { sagemaker.domain(id).await.map(|state| state.map(|state| (id.clone(), state))) })
        .buffer_unordered(AT_ONCE)
        .try_filter_map(|found| async move { Ok(found) })
        .try_collect::<BTreeMap<_, _>>();
    let repository = async { registry.repository().await.map_err(ObserveError::from) };
    let domains = async { domains.await.map_err(ObserveError::from) };
    let (repository, images, domains) = tokio::try_join!(repository, images, domains)?;
    Ok(Observed { repository, images, domains })
}

async fn observe_image(
    registry: &Registry,
    sagemaker: &SageMaker,
    wanted: &Wanted,
) -> Result<ObservedImage, ObserveError> {
    let name = &wanted.spec().name;
    let tag = wanted.tag();
    let (pushed, image, config) = tokio::try_join!(
        async { registry.image(&tag).await.map_err(ObserveError::from) },
        async { sagemaker.image(name).await.map_err(ObserveError::from) },
        async { sagemaker.has_app_image_config(name).await.map_err(ObserveError::from) },
    )?;
    let version = match (&pushed, &image) {
        (Some(pushed), Some(_)) => sagemaker.version_with_digest(name, &pushed.digest).await?,
        _ => None,
    };
    Ok(ObservedImage { pushed, image, config, version })
}
