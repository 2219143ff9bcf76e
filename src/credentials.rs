//! What `docker login` left behind: credentials for the registries of private base images.

use docker_credential::{CredentialRetrievalError, DockerCredential};

/// A name and a password for one registry.
#[derive(Clone)]
pub struct Login {
    /// The registry's host.
    pub registry: String,
    /// The name.
    pub username: String,
    /// The password; never shown.
    pub password: String,
}

/// Docker's configuration has credentials that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the credentials of `{registry}` from Docker's configuration")]
pub struct CredentialsError {
    /// The registry.
    pub registry: String,
    /// Why.
    #[source]
    pub source: CredentialRetrievalError,
}

/// Finds the login of a registry in Docker's configuration and its helpers; `None` means an anonymous pull.
pub fn docker_login(registry: &str) -> Result<Option<Login>, CredentialsError> {
    match docker_credential::get_credential(registry) {
        Ok(DockerCredential::UsernamePassword(username, password)) => {
            Ok(Some(Login { registry: registry.to_owned(), username, password }))
        }
        Ok(DockerCredential::IdentityToken(_))
        | Err(
            CredentialRetrievalError::ConfigNotFound
            | CredentialRetrievalError::ConfigReadError
            | CredentialRetrievalError::NoCredentialConfigured,
        ) => Ok(None),
        Err(source) => Err(CredentialsError { registry: registry.to_owned(), source }),
    }
}
