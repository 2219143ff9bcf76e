//! What a test runs in: a sandbox of its own, a share of moto, a clock that stands still, and a log in memory.

use std::error::Error;
use std::io::{self, Write};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use presigned_access::functions::answer::Answer;
use presigned_access::functions::audit::Journal;
use presigned_access::functions::clients::{Aws, Endpoints, Limits, Surroundings};
use presigned_access::functions::clock::Clock;
use presigned_access::functions::configuration::Source;
use presigned_access::functions::desk::Desk;
use presigned_access::functions::invocation::Invocation;
use presigned_access::functions::saml_acs::SamlAcs;
use presigned_access::mapping::{Row, item};
use serde_json::{Value, json};
use slipway_sandbox::{ACCESS_KEY_ID, DomainSeed, Options, Pace, SECRET_ACCESS_KEY, Sandbox, StatsReport};

use crate::outside;
use crate::requests::Answered;

/// The domain of every test, as it stands in the signer's responses.
pub const DOMAIN: &str = "d-abcdefghijkl";
/// The identity provider of the signer's responses.
pub const IDP: &str = "https://portal.sso.eu-central-1.amazonaws.com/saml/assertion/MTIzNDU2Nzg5MDEy";
/// The moment that the signer's responses were made for.
pub const NOW: &str = "2026-11-24T09:00:00Z";

type Failure = Box<dyn Error>;

/// What a test runs in.
pub struct World {
    pub sandbox: Sandbox,
    pub aws: Aws,
    pub desk: Desk,
    pub log: Log,
    time: Arc<AtomicI64>,
    /// Told apart from other tests in moto.
    pub name: String,
    _state: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Result<Self, Failure> {
        Self::with(|_, _| ()).await
    }

    /// With other options of the sandbox, or other endpoints.
    pub async fn with(change: impl FnOnce(&mut Options, &mut Surroundings)) -> Result<Self, Failure> {
        let state = tempfile::tempdir()?;
        let seed = DomainSeed {
            id: DOMAIN.to_owned(),
            name: "stats".to_owned(),
            workbench_image: "rstudio-workbench-2026.08-sagemaker-1.0".to_owned(),
            foreign: Vec::new(),
        };
        let mut options = Options { seeds: vec![seed], pace: Pace::INSTANT, ..Options::new(state.path()) };
        let mut surroundings = Surroundings {
            region: "eu-west-1".to_owned(),
            credentials: Some(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test")),
            endpoints: Endpoints { all: Some(outside::moto()), ..Endpoints::default() },
            // Machines that run tests are busier than Lambda.
            limits: Limits {
                connect: Duration::from_secs(10),
                attempt: Duration::from_secs(20),
                call: Duration::from_secs(40),
            },
        };
        change(&mut options, &mut surroundings);
        let sandbox = slipway_sandbox::start(options).await?;
        surroundings.endpoints.sagemaker.get_or_insert_with(|| sandbox.endpoint());
        let log = Log::default();
        let time = Arc::new(AtomicI64::new(NOW.parse::<Timestamp>()?.as_second()));
        let told = Arc::clone(&time);
        let clock = Clock::telling(move || {
            Timestamp::from_second(told.load(Ordering::SeqCst)).expect("tests stay in this century")
        });
        let desk = Desk { journal: Journal::new("test", log.clone()), clock };
        let name = format!("t{}", uuid::Uuid::new_v4().simple());
        Ok(Self { sandbox, aws: Aws::new(surroundings), desk, log, time, name, _state: state })
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Makes a profile in the domain.
    pub async fn profile(&self, name: &str) -> Result<(), Failure> {
        let made = self.aws.sagemaker().create_user_profile().domain_id(DOMAIN).user_profile_name(name);
        made.send().await?;
        Ok(())
    }

    /// Makes a table with one or two keys and returns its name.
    pub async fn table(&self, purpose: &str, keys: &[&str]) -> Result<String, Failure> {
        let name = format!("{}-{purpose}", self.name);
        let mut table = self.aws.dynamodb().create_table().table_name(&name).billing_mode(BillingMode::PayPerRequest);
        for (key, kind) in keys.iter().zip([KeyType::Hash, KeyType::Range]) {
            let text = AttributeDefinition::builder().attribute_name(*key).attribute_type(ScalarAttributeType::S);
            table = table.attribute_definitions(text.build()?);
            table = table.key_schema(KeySchemaElement::builder().attribute_name(*key).key_type(kind).build()?);
        }
        table.send().await?;
        Ok(name)
    }

    /// Makes a mapping table with these rows, written by the layout's own code.
    pub async fn people(&self, rows: Value) -> Result<String, Failure> {
        use aws_sdk_dynamodb::types::AttributeValue;
        let table = self.table("people", &[item::ISSUER, item::SUBJECT]).await?;
        for row in serde_json::from_value::<Vec<Row>>(rows)? {
            let mut put = self.aws.dynamodb().put_item().table_name(&table);
            for (name, value) in item::write(&row)? {
                let value = match value {
                    item::Attribute::Text(text) => AttributeValue::S(text),
                    item::Attribute::Number(number) => AttributeValue::N(number.to_string()),
                    item::Attribute::Flag(flag) => AttributeValue::Bool(flag),
                };
                put = put.item(name, value);
            }
            put.send().await?;
        }
        Ok(table)
    }

    /// Writes a secure parameter and returns its name.
    pub async fn parameter(&self, path: &str, value: &str) -> Result<String, Failure> {
        let name = format!("/{}/{path}", self.name);
        let put = self.aws.ssm().put_parameter().name(&name).value(value).overwrite(true);
        put.r#type(aws_sdk_ssm::types::ParameterType::SecureString).send().await?;
        Ok(name)
    }

    /// A configuration for `saml-acs` in which a person's attributes decide, and a table for used assertions.
    pub async fn saml_configuration(&self) -> Result<Value, Failure> {
        let provider = json!({
            "entity-id": IDP,
            "sign-in": "https://portal.sso.eu-central-1.amazonaws.com/saml/login?app=1",
            "certificates": [outside::certificate("idp")?],
            "idp-initiated": "allow",
        });
        Ok(json!({
            "audit": {"subject-key": "a key for subjects in tests"},
            "domains": [DOMAIN],
            "saml": {
                "service-provider": {
                    "entity-id": "https://access.corp.example/prod/metadata",
                    "acs": "https://access.corp.example/prod/saml",
                    "providers": [provider],
                },
                "people": {"attributes": {}},
                "cookie-key": "a key for cookies in tests, 32 bytes or more",
                "replay-table": self.table("replay", &["assertion"]).await?,
            },
        }))
    }

    pub async fn saml_acs(&self, configuration: &Value) -> Result<Arc<SamlAcs>, Failure> {
        let source = Source::Inline(configuration.to_string());
        Ok(Arc::new(SamlAcs::start(self.desk.clone(), &self.aws, source).await?))
    }

    /// How often an operation of `SageMaker` was called.
    pub async fn calls(&self, operation: &str) -> Result<u64, Failure> {
        let client: Client<_, Full<bytes::Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let url = format!("{}/_sandbox/stats", self.sandbox.endpoint()).parse()?;
        let body = client.get(url).await?.into_body().collect().await?.to_bytes();
        let report: StatsReport = serde_json::from_slice(&body)?;
        Ok(report.calls.get(&format!("SageMaker.{operation}")).copied().unwrap_or_default())
    }

    /// How many addresses were minted, or asked for.
    pub async fn mints(&self) -> Result<u64, Failure> {
        self.calls("CreatePresignedDomainUrl").await
    }
}

/// An invocation with time enough.
pub fn invocation() -> Invocation {
    Invocation { request_id: "lambda-1".to_owned(), limit: Duration::from_mins(1) }
}

/// An answer as API Gateway reads it.
pub fn answered(answer: &Answer) -> Answered {
    let value = serde_json::to_value(answer).expect("an answer is JSON");
    serde_json::from_value(value).expect("API Gateway reads it")
}

/// A log in memory.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("JSON is UTF-8")
    }

    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    /// The lines of decisions.
    pub fn decisions(&self) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["kind"] == "decision").collect()
    }

    /// The codes of decisions.
    pub fn codes(&self) -> Vec<String> {
        self.decisions().iter().filter_map(|line| line["decision"].as_str().map(str::to_owned)).collect()
    }

    /// How often a metric was counted.
    pub fn count(&self, metric: &str) -> usize {
        self.lines().iter().filter(|line| line["_aws"].is_object() && line[metric] == 1).count()
    }

    /// Fails if anything of `secrets` stands in the log, whole or in pieces.
    pub fn keeps(&self, secrets: &[&str]) {
        let text = self.text();
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let letters: Vec<char> = secret.chars().collect();
            for piece in letters.chunks(24).filter(|piece| piece.len() == 24) {
                let piece: String = piece.iter().collect();
                assert!(!text.contains(&piece), "`{piece}` of a secret stands in the log:\n{text}");
            }
        }
    }
}
