//! Hands build secrets to the steps that mount them.

use std::collections::BTreeMap;

use bollard_buildkit_proto::moby::buildkit::secrets::v1::secrets_server::Secrets as SecretsService;
use bollard_buildkit_proto::moby::buildkit::secrets::v1::{GetSecretRequest, GetSecretResponse};
use tonic::{Request, Response, Status};

use crate::engine::request::Secret;

/// Secrets by id.
pub(super) struct Secrets(BTreeMap<String, Vec<u8>>);

impl Secrets {
    pub(super) fn new(secrets: &[Secret]) -> Self {
        Self(secrets.iter().map(|secret| (secret.id.clone(), secret.value.clone())).collect())
    }
}

#[tonic::async_trait]
impl SecretsService for Secrets {
    /// An optional mount of a secret that is not there depends on the status being `NotFound`.
    async fn get_secret(&self, request: Request<GetSecretRequest>) -> Result<Response<GetSecretResponse>, Status> {
        let id = &request.get_ref().id;
        match self.0.get(id) {
            Some(data) => Ok(Response::new(GetSecretResponse { data: data.clone() })),
            None => Err(Status::not_found(format!("no build secret `{id}` was given"))),
        }
    }
}
