//! From a declared connection to SDK clients, without asking anybody anything before the first call.

use std::fmt;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, ConfigLoader, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::config::SharedHttpClient;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};

use crate::spec::name::{Region, RoleArn};

/// How often a call is tried, the first time included: what AWS's own tools do (facts 2.6).
const ATTEMPTS: u32 = 5;

/// The first pause after throttling by AWS; the SDK doubles it and adds jitter.
const BACKOFF: Duration = Duration::from_secs(1);

/// The same against a local endpoint, where nobody is protected by a longer pause.
const LOCAL_BACKOFF: Duration = Duration::from_millis(20);

/// Shown in CloudTrail as the session of an assumed role.
const SESSION_NAME: &str = "slipway";

/// Which AWS is meant, and as whom.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The Region that every call goes to.
    pub region: Region,
    /// One URL for all services, in place of AWS's own: the sandbox.
    pub endpoint: Option<String>,
    /// Fixed credentials, in place of the usual search for some: the sandbox's.
    pub credentials: Option<StaticCredentials>,
    /// The profile in `~/.aws` that the search starts from.
    pub profile: Option<String>,
    /// The role that the found credentials are exchanged for.
    pub assume_role: Option<RoleArn>,
}

/// An access key written down rather than found.
#[derive(Clone)]
pub struct StaticCredentials {
    /// The public half.
    pub access_key_id: String,
    /// The secret half; never shown.
    pub secret_access_key: String,
}

impl fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticCredentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

impl StaticCredentials {
    fn provider(&self) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Credentials::new(
            &self.access_key_id,
            &self.secret_access_key,
            None,
            None,
            "slipway",
        ))
    }
}

/// Makes clients that share one configuration, one connection pool and one set of credentials.
#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
}

impl Aws {
    /// Prepares clients. Makes no call: credentials are resolved by the first one.
    ///
    /// With an endpoint and fixed credentials nothing outside of `connection` is read either, neither profile files nor
    /// certificates, so that a plan in the sandbox starts at once.
    pub async fn connect(connection: &Connection) -> Self {
        let base = match (&connection.endpoint, &connection.credentials) {
            (Some(endpoint), Some(credentials)) => fixed(connection, endpoint, credentials),
            _ => found(connection).await,
        };
        let config = match &connection.assume_role {
            Some(role) => assumed(base, role).await,
            None => base,
        };
        Self { config }
    }

    /// Prepares clients as AWS's own tools would: Region, credentials and endpoints (`AWS_ENDPOINT_URL`,
    /// `AWS_ENDPOINT_URL_DYNAMODB` and the like) are searched for in the environment and in `~/.aws`. Makes no call
    /// but the search for a Region, which may end at the instance's metadata.
    pub async fn surrounding() -> Self {
        Self { config: loader(None).load().await }
    }

    /// The Region that calls go to, where one is known.
    pub fn region(&self) -> Option<&str> {
        self.config.region().map(AsRef::as_ref)
    }

    /// A client for the registry.
    pub fn ecr(&self) -> aws_sdk_ecr::Client {
        aws_sdk_ecr::Client::new(&self.config)
    }

    /// A client for SageMaker.
    pub fn sagemaker(&self) -> aws_sdk_sagemaker::Client {
        aws_sdk_sagemaker::Client::new(&self.config)
    }

    /// A client for DynamoDB.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    /// A client for the parameters of Systems Manager.
    pub fn ssm(&self) -> aws_sdk_ssm::Client {
        aws_sdk_ssm::Client::new(&self.config)
    }

    /// A client for IAM, which judges policies.
    pub fn iam(&self) -> aws_sdk_iam::Client {
        aws_sdk_iam::Client::new(&self.config)
    }

    /// A client for the security token service.
    pub fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.config)
    }
}

/// A configuration made of `connection` alone.
fn fixed(connection: &Connection, endpoint: &str, credentials: &StaticCredentials) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region(connection))
        .endpoint_url(endpoint)
        .credentials_provider(credentials.provider())
        .http_client(http_client(Some(endpoint)))
        .retry_config(retries(Some(endpoint)))
        .timeout_config(timeouts())
        .app_name(app_name())
        .time_source(SystemTimeSource::new())
        .build()
}

/// A configuration from the places where AWS's tools look: environment, profiles, SSO, container and instance roles.
async fn found(connection: &Connection) -> SdkConfig {
    let endpoint = connection.endpoint.as_deref();
    let mut loader = loader(endpoint).region(region(connection));
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(profile) = &connection.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(credentials) = &connection.credentials {
        loader = loader.credentials_provider(credentials.provider());
    }
    loader.load().await
}

/// What is the same for every search.
fn loader(endpoint: Option<&str>) -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client(endpoint))
        .retry_config(retries(endpoint))
        .timeout_config(timeouts())
        .app_name(app_name())
}

/// The same configuration as another role; the exchange happens at the first call and again before it expires.
async fn assumed(base: SdkConfig, role: &RoleArn) -> SdkConfig {
    let provider = AssumeRoleProvider::builder(role.as_str()).session_name(SESSION_NAME).configure(&base).build().await;
    base.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

fn region(connection: &Connection) -> aws_config::Region {
    aws_config::Region::new(connection.region.as_str().to_owned())
}

fn app_name() -> AppName {
    AppName::new("slipway").expect("the name should be valid: it has only letters")
}

/// Plain HTTP only for an endpoint that asks for it; otherwise TLS with the system's certificates, which are read when
/// the first connection is made and may be replaced through `SSL_CERT_FILE`.
fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    if endpoint.is_some_and(|url| url.starts_with("http://")) {
        // Without a proxy: the sandbox listens on loopback.
        return Builder::new().build_http();
    }
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut builder = Connector::builder().proxy_config(ProxyConfig::from_env());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(aws_sdk_sts::config::RuntimeComponents::sleep_impl));
        builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

fn retries(endpoint: Option<&str>) -> RetryConfig {
    let backoff = if endpoint.is_some() { LOCAL_BACKOFF } else { BACKOFF };
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(backoff)
}

/// Every call here is a short question; the long things are asked about again and again instead.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .operation_attempt_timeout(Duration::from_secs(45))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_half_of_a_key_is_never_shown() {
        let credentials = StaticCredentials { access_key_id: "AKIDSHOWN".into(), secret_access_key: "hidden".into() };
        let shown = format!("{credentials:?}");
        assert!(shown.contains("AKIDSHOWN") && !shown.contains("hidden"), "{shown}");
    }

    #[tokio::test]
    async fn a_local_connection_is_ready_without_a_call() {
        let connection = Connection {
            region: "eu-west-1".parse().expect("a Region"),
            endpoint: Some("http://127.0.0.1:1".into()),
            credentials: Some(StaticCredentials { access_key_id: "a".into(), secret_access_key: "b".into() }),
            profile: None,
            assume_role: Some("arn:aws:iam::123456789012:role/pipeline".parse().expect("a role")),
        };
        let aws = Aws::connect(&connection).await;
        assert_eq!(aws.config.endpoint_url(), Some("http://127.0.0.1:1"));
        assert_eq!(aws.config.region().map(AsRef::as_ref), Some("eu-west-1"));
    }
}
