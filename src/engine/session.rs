//! The `BuildKit` session: a connection on which the engine asks us for the context, secrets and credentials.
//!
//! The context travels through the session too, not in the request's body: only this way works on both image stores
//! (moby#47717) and carries secrets.

mod auth;
mod health;
mod secrets;
mod upload;

use std::convert::Infallible;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bollard_buildkit_proto::health::health_server::HealthServer;
use bollard_buildkit_proto::moby::buildkit::secrets::v1::secrets_server::SecretsServer;
use bollard_buildkit_proto::moby::filesync::v1::auth_server::AuthServer;
use bollard_buildkit_proto::moby::upload::v1::upload_server::UploadServer;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioExecutor;
use rustls::crypto::SecureRandom;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::server::NamedService;

use super::request::BuildRequest;
use super::wire::{Http, WireError};
use auth::Credentials;
use health::Health;
use secrets::Secrets;
use upload::Context;

/// An open session; the engine can ask as long as [`Session::serve`] runs.
pub(super) struct Session {
    id: String,
    upgraded: hyper::upgrade::Upgraded,
    services: Services,
}

impl Session {
    /// Opens a session that answers from `request`.
    pub(super) async fn open(http: &Http, request: &BuildRequest) -> Result<Self, SessionError> {
        let id = random_id()?;
        let mut headers = vec![("Connection", "Upgrade"), ("Upgrade", "h2c"), ("X-Docker-Expose-Session-Uuid", &*id)];
        headers.extend(METHODS.iter().map(|method| ("X-Docker-Expose-Session-Grpc-Method", *method)));
        let response =
            http.send(Method::POST, "/session", &headers).await.map_err(|source| SessionError::Open { source })?;
        let upgraded = hyper::upgrade::on(response).await.map_err(|source| SessionError::Upgrade { source })?;
        let services = Services::new(&id, request);
        Ok(Self { id, upgraded, services })
    }

    /// The name under which a build refers to this session.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Where the engine finds the build context.
    pub(super) fn context_url(&self) -> String {
        Context::url(&self.id)
    }

    /// Answers the engine until it closes the session; dropping the future closes it from this side.
    pub(super) async fn serve(self) -> Result<(), SessionError> {
        let services = self.services;
        http2::Builder::new(TokioExecutor::new())
            .serve_connection(self.upgraded, service_fn(move |request| services.clone().answer(request)))
            .await
            .map_err(|source| SessionError::Serve { source })
    }
}

/// The engine only asks what was announced.
const METHODS: [&str; 4] = [
    "/grpc.health.v1.Health/Check",
    "/moby.buildkit.secrets.v1.Secrets/GetSecret",
    "/moby.filesync.v1.Auth/Credentials",
    "/moby.upload.v1.Upload/Pull",
];

#[derive(Clone)]
struct Services {
    secrets: SecretsServer<Secrets>,
    auth: AuthServer<Credentials>,
    upload: UploadServer<Context>,
    health: HealthServer<Health>,
}

impl Services {
    fn new(session: &str, request: &BuildRequest) -> Self {
        Self {
            secrets: SecretsServer::new(Secrets::new(&request.secrets)),
            auth: AuthServer::new(Credentials::new(&request.credentials)),
            upload: UploadServer::new(Context::new(session, request.context.clone())),
            health: HealthServer::new(Health),
        }
    }

    async fn answer(mut self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let service = request.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default();
        match service {
            <SecretsServer<Secrets> as NamedService>::NAME => self.secrets.call(request).await,
            <AuthServer<Credentials> as NamedService>::NAME => self.auth.call(request).await,
            <UploadServer<Context> as NamedService>::NAME => self.upload.call(request).await,
            <HealthServer<Health> as NamedService>::NAME => self.health.call(request).await,
            _ => Ok(tonic::Status::unimplemented("no such service in this session").into_http()),
        }
    }
}

/// Whoever knows the id of a session may build with it, so it must not be guessed.
fn random_id() -> Result<String, SessionError> {
    let mut bytes = [0; 18];
    let random: &dyn SecureRandom = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| SessionError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Why a session could not be held.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The operating system gives no random numbers.
    #[error("cannot make a session id: the system has no random numbers")]
    Random,
    /// The engine refused the session.
    #[error("cannot open a build session")]
    Open {
        /// Why.
        #[source]
        source: WireError,
    },
    /// The engine accepted the session but did not hand over the connection.
    #[error("cannot take over the connection of the build session")]
    Upgrade {
        /// Why.
        #[source]
        source: hyper::Error,
    },
    /// The session broke while it was used.
    #[error("the build session broke")]
    Serve {
        /// How.
        #[source]
        source: hyper::Error,
    },
}
