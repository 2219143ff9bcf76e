//! The configuration in the templates, read by the functions themselves from a stand-in for Systems Manager that holds
//! what the stacks put there, and asked for by what their roles may read.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use presigned_access::functions::authorizer::Authorizer;
use presigned_access::functions::clients::{Aws, Endpoints, Limits, Surroundings};
use presigned_access::functions::clock::Clock;
use presigned_access::functions::configuration::{ConfigurationError, Source};
use presigned_access::functions::desk::Desk;
use presigned_access::functions::presigned_url::PresignedUrl;
use presigned_access::functions::provision::ProvisionProfile;
use presigned_access::functions::saml_acs::SamlAcs;
use presigned_access::functions::{audit::Journal, metrics};
use presigned_access::policy::evaluate::{Caller, Kind, Layer, Request, evaluate};
use serde_json::{Value, json};

use super::installation::{ACCOUNT, Installation};
use super::rendering::{Rendered, render, render_all};

/// Parameters by name, and what was asked for.
#[derive(Clone, Default)]
struct Store {
    parameters: Arc<BTreeMap<String, String>>,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl Store {
    /// What a stack puts there, and the secrets that are put beside it by hand.
    fn of(stack: &Rendered, prefix: &str) -> Self {
        let mut parameters: BTreeMap<_, _> = stack
            .of_type("AWS::SSM::Parameter")
            .map(|(_, one)| (text(&one["Name"]).to_owned(), text(&one["Value"]).to_owned()))
            .collect();
        for secret in ["subject-key", "saml/cookie-key"] {
            parameters.insert(format!("/{prefix}/{secret}"), "0123456789abcdef".repeat(4));
        }
        Self { parameters: Arc::new(parameters), asked: Arc::default() }
    }

    fn note(&self, action: &str, name: &str) {
        self.asked.lock().expect("nobody panicked").push((format!("ssm:{action}"), name.to_owned()));
    }

    fn answer(&self, action: &str, question: &Value) -> Value {
        let found = |(name, value): (&String, &String)| json!({"Name": name, "Value": value, "Type": "String"});
        if action == "GetParametersByPath" {
            let path = text(&question["Path"]);
            self.note(action, path);
            let below = self.parameters.iter().filter(|(name, _)| name.starts_with(&format!("{path}/")));
            return json!({"Parameters": below.map(found).collect::<Vec<_>>()});
        }
        assert_eq!(action, "GetParameters");
        let names: Vec<_> = question["Names"].as_array().expect("names").iter().map(text).collect();
        for name in &names {
            self.note(action, name);
        }
        let wanted = self.parameters.iter().filter(|(name, _)| names.contains(&name.as_str()));
        json!({"Parameters": wanted.map(found).collect::<Vec<_>>(), "InvalidParameters": []})
    }

    /// Serves it, and gives clients that call nothing else.
    async fn serve(&self) -> Aws {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(serve).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Aws::new(Surroundings {
            region: "eu-west-1".to_owned(),
            credentials: Some(aws_credential_types::Credentials::for_tests()),
            endpoints: Endpoints { all: Some(format!("http://{address}")), ..Endpoints::default() },
            limits: Limits::default(),
        })
    }
}

async fn serve(State(store): State<Store>, headers: HeaderMap, body: Bytes) -> String {
    let target = headers["x-amz-target"].to_str().expect("a target");
    let action = target.strip_prefix("AmazonSSM.").expect("Systems Manager").to_owned();
    store.answer(&action, &serde_json::from_slice(&body).expect("a question")).to_string()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// Starts the function as its environment in the template says.
async fn start(stack: &Rendered, id: &str, aws: &Aws) -> Result<(), ConfigurationError> {
    let function = stack.properties(id);
    let variables = &function["Environment"]["Variables"];
    let source = Source::from_variables(|name| variables[name].as_str().map(str::to_owned))?;
    let desk = |name| Desk { journal: Journal::new(name, std::io::sink()), clock: Clock::system() };
    match id {
        "SamlAcs" => SamlAcs::start(desk("saml-acs"), aws, source).await.map(drop),
        "Authorizer" => Authorizer::start(desk("authorizer"), aws, source).await.map(drop),
        "PresignedUrl" => PresignedUrl::start(desk("presigned-url"), aws, source).await.map(drop),
        "ProvisionProfile" => ProvisionProfile::start(desk("provision-profile"), aws, source).await.map(drop),
        other => panic!("there is no function {other}"),
    }
}

fn prefix(stack: &Rendered) -> &str {
    text(&stack.properties("Configuration")["Name"]).split('/').nth(1).expect("a name begins with the prefix")
}

#[tokio::test]
async fn every_function_starts_with_the_configuration_of_its_stack() {
    let mut started = 0;
    for (name, stack) in render_all() {
        let functions: Vec<_> = stack.of_type("AWS::Lambda::Function").map(|(id, _)| id).collect();
        for id in functions {
            let aws = Store::of(stack, prefix(stack)).serve().await;
            start(stack, id, &aws).await.unwrap_or_else(|error| panic!("{name}: {id}: {error}"));
            started += 1;
        }
    }
    assert!(started >= 8, "{started} functions started");
}

#[tokio::test]
async fn a_function_asks_for_no_parameter_that_its_role_may_not_read() {
    let installation = Installation::render();
    let roles = installation.roles();
    for stack in [installation.saml, installation.jwt, render("saml-alone"), render("jwt-oidc-snapshot")] {
        for (id, function) in stack.of_type("AWS::Lambda::Function") {
            let store = Store::of(stack, prefix(stack));
            start(stack, id, &store.serve().await).await.expect("the function starts");
            let arn = text(&function["Role"]);
            let role = arn.rsplit('/').next().expect("a role has a name");
            let own = policies_in(stack, role);
            let documents = roles.get(role).cloned().unwrap_or_default().into_iter().chain(own);
            let layer = Layer::new(role, Kind::Identity { principal: arn.to_owned() }, documents).expect("policies");
            let asked = store.asked.lock().expect("nobody panicked").clone();
            assert!(asked.len() >= 2, "{} {id} asked for {asked:?}", stack.name);
            for (action, name) in asked {
                let resource = format!("arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter{name}");
                let request = Request::new(Caller::Arn(arn.to_owned()), &action, resource);
                let verdict = evaluate(std::slice::from_ref(&layer), &request).expect("a verdict");
                assert!(verdict.is_allowed(), "{} {id}: {action} {name} is {verdict}", stack.name);
            }
        }
    }
}

fn policies_in(stack: &Rendered, role: &str) -> Vec<Value> {
    let of_role = stack.of_type("AWS::IAM::RolePolicy").filter(|(_, one)| one["RoleName"] == role);
    of_role.map(|(_, one)| one["PolicyDocument"].clone()).collect()
}

/// Alarms on metrics that nobody counts would never ring.
#[test]
fn alarms_watch_metrics_that_the_functions_count() {
    let counted = [
        metrics::Metric::Minted,
        metrics::Metric::Refused { code: "x" },
        metrics::Metric::Failed { code: "x" },
        metrics::Metric::Replayed,
        metrics::Metric::KeysFailed { code: "x" },
        metrics::Metric::KeysStale,
        metrics::Metric::ConfigurationStale,
    ]
    .map(metrics::Metric::name);
    let mut watched = 0;
    for (name, rendered) in render_all() {
        let functions: Vec<_> = rendered
            .of_type("AWS::Lambda::Function")
            .map(|(_, one)| text(&one["Code"]["S3Key"]).rsplit('/').next().expect("a file").to_owned())
            .collect();
        for (id, alarm) in rendered.of_type("AWS::CloudWatch::Alarm") {
            if alarm["Namespace"] != metrics::NAMESPACE {
                continue;
            }
            assert!(counted.contains(&text(&alarm["MetricName"])), "{name}: {id}");
            assert_eq!(alarm["Dimensions"][0]["Name"], "Function", "{name}: {id}");
            let function = text(&alarm["Dimensions"][0]["Value"]);
            assert!(functions.iter().any(|file| file.starts_with(&format!("{function}-"))), "{name}: {id} {function}");
            watched += 1;
        }
    }
    assert!(watched >= 8, "{watched} alarms");
}
