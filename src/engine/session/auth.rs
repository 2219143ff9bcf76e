//! Hands credentials to the engine when it pulls base images or caches.

use std::collections::BTreeMap;

use bollard_buildkit_proto::moby::filesync::v1::auth_server::Auth;
use bollard_buildkit_proto::moby::filesync::v1::{
    CredentialsRequest, CredentialsResponse, FetchTokenRequest, FetchTokenResponse, GetTokenAuthorityRequest,
    GetTokenAuthorityResponse, VerifyTokenAuthorityRequest, VerifyTokenAuthorityResponse,
};
use tonic::{Request, Response, Status};

use crate::engine::request::RegistryCredentials;

/// Docker's engine asks for the hub under this name, whatever the user calls it.
const HUB_API_HOST: &str = "registry-1.docker.io";
const HUB_HOST: &str = "docker.io";

/// Logins by registry host.
pub(super) struct Credentials(BTreeMap<String, CredentialsResponse>);

impl Credentials {
    pub(super) fn new(credentials: &[RegistryCredentials]) -> Self {
        let login = |from: &RegistryCredentials| CredentialsResponse {
            username: from.username.clone(),
            secret: from.password.clone(),
        };
        Self(credentials.iter().map(|from| (from.host.clone(), login(from))).collect())
    }
}

#[tonic::async_trait]
impl Auth for Credentials {
    /// An unknown registry gets an empty answer, which means: try without a login.
    async fn credentials(&self, request: Request<CredentialsRequest>) -> Result<Response<CredentialsResponse>, Status> {
        let host = match request.get_ref().host.as_str() {
            HUB_API_HOST => HUB_HOST,
            host => host,
        };
        Ok(Response::new(self.0.get(host).cloned().unwrap_or_default()))
    }

    /// Told that this is not offered, the engine asks for credentials and fetches the token itself.
    async fn fetch_token(&self, _: Request<FetchTokenRequest>) -> Result<Response<FetchTokenResponse>, Status> {
        Err(Status::unimplemented("this session hands out credentials, not tokens"))
    }

    async fn get_token_authority(
        &self,
        _: Request<GetTokenAuthorityRequest>,
    ) -> Result<Response<GetTokenAuthorityResponse>, Status> {
        Err(Status::unimplemented("this session hands out credentials, not tokens"))
    }

    async fn verify_token_authority(
        &self,
        _: Request<VerifyTokenAuthorityRequest>,
    ) -> Result<Response<VerifyTokenAuthorityResponse>, Status> {
        Err(Status::unimplemented("this session hands out credentials, not tokens"))
    }
}
