//! The digest that a base image's tag has now, asked of its registry.

use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};

use crate::credentials::{CredentialsError, docker_login};
use crate::spec::BaseImage;
use crate::spec::name::{Digest, NameError};

/// Why a base image has no digest.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    /// The registry does not know it, or does not answer.
    #[error("cannot resolve the base image `{image}`")]
    Registry {
        /// The image.
        image: String,
        /// Why.
        #[source]
        source: Box<OciDistributionError>,
    },
    /// Docker's configuration cannot be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The registry answers with another kind of digest.
    #[error("the registry gives `{image}` a digest that cannot be used")]
    Digest {
        /// The image.
        image: String,
        /// Why.
        #[source]
        source: NameError,
    },
}

impl BaseError {
    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Registry { .. } => Some("check `base.image`; a private registry needs `docker login`"),
            Self::Credentials(_) => Some("`docker login` writes them again"),
            Self::Digest { .. } => None,
        }
    }
}

/// Asks the registry for the digest of an image's manifest or index.
pub async fn resolve(image: &BaseImage) -> Result<Digest, BaseError> {
    let reference = image.reference();
    let client = Client::new(ClientConfig { protocol: protocol(reference), ..ClientConfig::default() });
    let login = docker_login(reference.resolve_registry())?;
    let auth = login.map_or(RegistryAuth::Anonymous, |login| RegistryAuth::Basic(login.username, login.password));
    let digest = client
        .fetch_manifest_digest(reference, &auth)
        .await
        .map_err(|source| BaseError::Registry { image: image.to_string(), source: Box::new(source) })?;
    digest.parse().map_err(|source| BaseError::Digest { image: image.to_string(), source })
}

/// Plain http for loopback only, as the Docker Engine does (docker.md 2).
fn protocol(reference: &Reference) -> ClientProtocol {
    let host = reference.resolve_registry();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if name == "localhost" || name.starts_with("127.") { ClientProtocol::Http } else { ClientProtocol::Https }
}
