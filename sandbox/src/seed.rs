//! Domains that exist from the start.

use thiserror::Error;

use crate::aws::ApiError;
use crate::cloud::Cloud;
use crate::options::DomainSeed;
use crate::sagemaker::{self, Seeded};

/// Why a domain cannot be seeded.
#[derive(Debug, Error)]
pub enum SeedError {
    /// The id is not one that AWS would give.
    #[error("`{id}` is not a domain id: it begins with `d-` and goes on with small letters, digits and dashes")]
    Id {
        /// The id.
        id: String,
    },
    /// A name in the seed is not one that `SageMaker` takes.
    #[error("`{name}` in the seed of domain `{id}` is not a name: letters, digits, and single dashes and dots between")]
    Name {
        /// The domain.
        id: String,
        /// The name.
        name: String,
    },
    /// The domain cannot be stored.
    #[error("cannot seed domain `{id}`")]
    Store {
        /// The domain.
        id: String,
        /// Why not.
        #[source]
        source: ApiError,
    },
}

/// Makes the domain unless it exists.
pub fn seed_domain(cloud: &Cloud, seed: &DomainSeed) -> Result<Seeded, SeedError> {
    let id = &seed.id;
    let tail = id.strip_prefix("d-").unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if tail.is_empty() || id.len() > 63 || tail.ends_with('-') || !tail.bytes().all(allowed) {
        return Err(SeedError::Id { id: id.clone() });
    }
    let foreign = seed.foreign.iter().flat_map(|entry| [&entry.image, &entry.app_image_config]);
    if let Some(name) = foreign.chain([&seed.workbench_image]).find(|name| !is_name(name)) {
        return Err(SeedError::Name { id: id.clone(), name: name.clone() });
    }
    sagemaker::seed(cloud, seed).map_err(|source| SeedError::Store { id: id.clone(), source })
}

/// Whether every name rule that the seed's names may meet is kept (facts 2.1).
fn is_name(text: &str) -> bool {
    let mut pieces = text.split(['-', '.']);
    text.len() <= 63 && pieces.all(|piece| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
