//! Everything one sandbox serves: who it claims to be, its state, its faults and its counters.

use std::net::SocketAddr;
use std::time::Duration;

use crate::clock::Moment;
use crate::document::Document;
use crate::ecr::Repositories;
use crate::fault::{FaultBook, Refusal};
use crate::identity::PasswordIssuer;
use crate::options::{AsyncState, Pace};
use crate::registry::{BlobStore, Uploads};
use crate::sagemaker::Studio;
use crate::stats::Stats;

/// Shared by all requests.
#[derive(Debug)]
pub struct Cloud {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// Where it listens; the registry's host in every repository URI.
    pub address: SocketAddr,
    /// How long states last without faults.
    pub pace: Pace,
    /// Faults in force.
    pub faults: FaultBook,
    /// Counters.
    pub stats: Stats,
    /// ECR repositories with their tags and manifests.
    pub repositories: Document<Repositories>,
    /// `SageMaker` images, configs, domains, profiles and apps.
    pub studio: Document<Studio>,
    /// Content by digest.
    pub blobs: BlobStore,
    /// Blob uploads under way.
    pub uploads: Uploads,
    /// Registry passwords.
    pub passwords: PasswordIssuer,
}

impl Cloud {
    /// Counts a call of `operation` (`Service.Operation`) and lets the faults refuse it.
    pub fn admit(&self, operation: &str) -> Result<(), Refusal> {
        self.stats.called(operation);
        self.faults.refusal(operation).map_or(Ok(()), Err)
    }

    /// Called when a change is stored and its answer not sent: the moment at which a fault can kill the process.
    pub fn done(&self, operation: &str) {
        if self.faults.aborts(operation) {
            tracing::error!(operation, "dying, as a fault asks for");
            std::process::abort();
        }
    }

    /// When a change of `state` that begins now is over.
    pub fn ready_at(&self, state: AsyncState) -> Moment {
        Moment::now().plus(self.lasting(state))
    }

    /// How long a change of `state` lasts now.
    pub fn lasting(&self, state: AsyncState) -> Duration {
        self.faults.slow(state).unwrap_or_else(|| self.pace.of(state))
    }

    /// ARN of a `SageMaker` resource, such as `image/clinical`.
    pub fn sagemaker_arn(&self, resource: &str) -> String {
        format!("arn:aws:sagemaker:{}:{}:{resource}", self.region, self.account)
    }

    /// ARN of a repository.
    pub fn repository_arn(&self, name: &str) -> String {
        format!("arn:aws:ecr:{}:{}:repository/{name}", self.region, self.account)
    }

    /// Host (with port) of the registry, as it stands in image references.
    pub fn registry_host(&self) -> String {
        self.address.to_string()
    }

    /// Where clients find the sandbox, such as `http://127.0.0.1:4566`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}
