//! The container registry, ECR: one repository of it, the images in it, and the password to push to it.
//!
//! Pushing itself is the engine's work; this module prepares it and reads back what arrived.

mod credentials;
mod error;
mod images;
mod repository;

pub use credentials::RegistryCredentials;
pub use error::RegistryError;
pub use images::RegistryImage;
pub use repository::{Encryption, Repository, RepositorySettings, Scanning, TagMutability};

use crate::spec::name::RepositoryName;

/// One repository in the registry of the connection's account and Region.
#[derive(Debug, Clone)]
pub struct Registry {
    client: aws_sdk_ecr::Client,
    name: RepositoryName,
}

impl Registry {
    /// The repository `name`, which need not exist yet.
    pub fn new(client: aws_sdk_ecr::Client, name: RepositoryName) -> Self {
        Self { client, name }
    }

    /// The name it was made with.
    pub fn name(&self) -> &RepositoryName {
        &self.name
    }
}
