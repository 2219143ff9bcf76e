//! Clients for AWS: one configuration, one pool of connections per transport, limits on every call.

use std::fmt;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::config::SharedHttpClient;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// How often a call is tried, the first time included. A person waits for the answer.
const ATTEMPTS: u32 = 2;

/// The pause before the second attempt, to which the SDK adds jitter.
const BACKOFF: Duration = Duration::from_millis(100);

/// Which AWS is called, and as whom.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The Region of every call, and of every address that is minted.
    pub region: String,
    /// Fixed credentials; without them those that Lambda puts into the environment.
    pub credentials: Option<Credentials>,
    /// Addresses in place of AWS's own.
    pub endpoints: Endpoints,
    /// Limits on a call.
    pub limits: Limits,
}

/// Addresses in place of AWS's own, as `AWS_ENDPOINT_URL` and its relatives name them.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    /// For services that have none of their own.
    pub all: Option<String>,
    /// For `SageMaker`.
    pub sagemaker: Option<String>,
    /// For DynamoDB.
    pub dynamodb: Option<String>,
    /// For Systems Manager.
    pub ssm: Option<String>,
}

/// How long a call may take. A function has to end before Lambda ends it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// One attempt.
    pub attempt: Duration,
    /// All attempts.
    pub call: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(1), attempt: Duration::from_secs(2), call: Duration::from_millis(3_500) }
    }
}

impl Surroundings {
    /// Reads what Lambda sets (`AWS_REGION`), and `AWS_ENDPOINT_URL[_SAGEMAKER|_DYNAMODB|_SSM]`.
    ///
    /// # Errors
    /// There is no Region.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SurroundingsError> {
        let region = variable("AWS_REGION").filter(|region| !region.is_empty()).ok_or(SurroundingsError::NoRegion)?;
        let endpoints = Endpoints {
            all: variable("AWS_ENDPOINT_URL"),
            sagemaker: variable("AWS_ENDPOINT_URL_SAGEMAKER"),
            dynamodb: variable("AWS_ENDPOINT_URL_DYNAMODB"),
            ssm: variable("AWS_ENDPOINT_URL_SSM"),
        };
        Ok(Self { region, credentials: None, endpoints, limits: Limits::default() })
    }
}

/// Makes clients. Nothing is called and no certificate is read before the first request.
#[derive(Clone)]
pub struct Aws {
    base: SdkConfig,
    endpoints: Endpoints,
    plain: SharedHttpClient,
    secure: SharedHttpClient,
}

impl Aws {
    /// Prepares clients.
    pub fn new(surroundings: Surroundings) -> Self {
        let Surroundings { region, credentials, endpoints, limits } = surroundings;
        let credentials = credentials.map_or_else(
            || SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()),
            SharedCredentialsProvider::new,
        );
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(limits.connect)
            .operation_attempt_timeout(limits.attempt)
            .operation_timeout(limits.call)
            .build();
        let base = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .credentials_provider(credentials)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(BACKOFF))
            .timeout_config(timeouts)
            .app_name(AppName::new("presigned-access").expect("the name should be valid: letters and a dash"))
            .time_source(SystemTimeSource::new())
            .build();
        let secure = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
        Self { base, endpoints, plain: Builder::new().build_http(), secure }
    }

    /// The Region of every call.
    pub fn region(&self) -> &str {
        self.base.region().map(AsRef::as_ref).unwrap_or_default()
    }

    /// A client for `SageMaker`.
    pub fn sagemaker(&self) -> aws_sdk_sagemaker::Client {
        aws_sdk_sagemaker::Client::new(&self.at(self.endpoints.sagemaker.as_ref()))
    }

    /// A client for DynamoDB.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.at(self.endpoints.dynamodb.as_ref()))
    }

    /// A client for Systems Manager.
    pub fn ssm(&self) -> aws_sdk_ssm::Client {
        aws_sdk_ssm::Client::new(&self.at(self.endpoints.ssm.as_ref()))
    }

    /// The configuration of a service; plain HTTP only for an endpoint that asks for it.
    fn at(&self, own: Option<&String>) -> SdkConfig {
        let endpoint = own.or(self.endpoints.all.as_ref());
        let local = endpoint.is_some_and(|url| url.starts_with("http://"));
        let mut config = self.base.to_builder();
        config.set_endpoint_url(endpoint.cloned());
        config.http_client(if local { self.plain.clone() } else { self.secure.clone() }).build()
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws")
            .field("region", &self.region())
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

/// Why no AWS can be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurroundingsError {
    /// Lambda always sets it.
    #[error("the variable `AWS_REGION` is not set")]
    NoRegion,
}
