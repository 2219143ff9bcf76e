//! Who may do what from where, by the policies of all three templates together: the table is `scenarios.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

use presigned_access::policy::authorizer_answer;
use presigned_access::policy::evaluate::{Caller, Fact, Kind, Layer, Request, Source, Verdict, evaluate};
use serde::Deserialize;

use super::installation::{
    ACCOUNT, API_ENDPOINT, DOMAIN, Installation, JWT_API, SAGEMAKER_ENDPOINT, SAML_API, STUDIO_ENDPOINT, VPC, api_arn,
    role_arn,
};
use super::rendering::{here, read_json};

/// A row of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it is about, as a sentence.
    what: String,
    /// A role by its name, an ARN, or `anybody` for a caller without a signature.
    who: String,
    /// The action.
    does: String,
    /// The resource; see [`resource`].
    on: String,
    /// The source; see [`source`].
    from: String,
    /// Keys that the request tells beside those of its source.
    #[serde(default)]
    with: BTreeMap<String, String>,
    /// The method that the authorizer has allowed in its answer, as after a good token.
    #[serde(default)]
    authorized: Option<String>,
    answer: Answer,
    /// `LAYER: SID` of the statement that decides, or for `silent` a layer that says nothing.
    by: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    /// Allowed.
    Allow,
    /// Denied by a statement.
    Deny,
    /// Not allowed by anything that would have to.
    Silent,
}

/// `profile/NAME`, `profile/DOMAIN/NAME`, `saml/STAGE/METHOD/path`, `jwt/...`, or a full ARN.
fn resource(text: &str) -> String {
    let sagemaker = format!("arn:aws:sagemaker:eu-west-1:{ACCOUNT}");
    match text.split('/').collect::<Vec<_>>()[..] {
        ["profile", name] => format!("{sagemaker}:user-profile/{DOMAIN}/{name}"),
        ["profile", domain, name] => format!("{sagemaker}:user-profile/{domain}/{name}"),
        ["saml", ..] => format!("{}{}", api_arn(SAML_API), &text[4..]),
        ["jwt", ..] => format!("{}{}", api_arn(JWT_API), &text[3..]),
        _ => text.to_owned(),
    }
}

/// Named places, or `untold`.
fn source(name: &str) -> Source {
    let endpoint = |vpc: &str, endpoint: &str, address: &str| Source::Endpoint {
        vpc: vpc.to_owned(),
        endpoint: endpoint.to_owned(),
        address: ip(address),
    };
    match name {
        "a function through the SageMaker endpoint" => endpoint(VPC, SAGEMAKER_ENDPOINT, "10.42.1.77"),
        "a browser in the company through the Studio endpoint" => endpoint(VPC, STUDIO_ENDPOINT, "10.20.3.4"),
        "a browser in the company through the API endpoint" => endpoint(VPC, API_ENDPOINT, "10.21.3.4"),
        "a session through the SageMaker endpoint" => endpoint(VPC, SAGEMAKER_ENDPOINT, "10.42.4.9"),
        "a session through the API endpoint" => endpoint(VPC, API_ENDPOINT, "10.42.4.9"),
        "a session through the Studio endpoint" => endpoint(VPC, STUDIO_ENDPOINT, "10.42.5.9"),
        "an unknown range through the Studio endpoint" => endpoint(VPC, STUDIO_ENDPOINT, "172.16.0.9"),
        "another endpoint of our VPC" => endpoint(VPC, "vpce-0a1b2c3d4e5f60009", "10.42.1.77"),
        "a foreign VPC with the functions' range" => {
            endpoint("vpc-0fffffffffffffff1", "vpce-0fffffffffffffff1", "10.42.1.77")
        }
        "a foreign VPC with the company's range" => {
            endpoint("vpc-0fffffffffffffff1", "vpce-0fffffffffffffff1", "10.20.3.4")
        }
        "a foreign VPC that claims our endpoint" => endpoint("vpc-0fffffffffffffff1", SAGEMAKER_ENDPOINT, "10.42.1.77"),
        "the internet" => Source::Internet { address: ip("203.0.113.9") },
        "the internet with a private address" => Source::Internet { address: ip("10.20.3.4") },
        "untold" => Source::Untold,
        other => panic!("there is no source {other}"),
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn request(row: &Scenario) -> Request {
    let caller = match row.who.as_str() {
        "anybody" => Caller::Anonymous,
        arn if arn.starts_with("arn:") => Caller::Arn(arn.to_owned()),
        role => Caller::Arn(role_arn(role)),
    };
    let asked = Request::new(caller, &row.does, resource(&row.on)).from(&source(&row.from));
    row.with.iter().fold(asked, |asked, (key, value)| asked.with(key, Fact::Text(value.clone())))
}

/// What the authorizer answered, beside the API's own policy.
fn authorizer(row: &Scenario) -> Option<Layer> {
    let method = resource(row.authorized.as_ref()?);
    let answer = authorizer_answer(&method.parse().expect("a method")).to_json();
    Some(Layer::new("authorizer", Kind::Resource { arn: api_arn(JWT_API) }, [answer]).expect("an answer"))
}

/// The table's words for a verdict.
fn told(verdict: &Verdict) -> (Answer, Vec<String>) {
    let listed = |by: &[presigned_access::policy::evaluate::Reason]| by.iter().map(ToString::to_string).collect();
    match verdict {
        Verdict::Allowed { by } => (Answer::Allow, listed(by)),
        Verdict::Denied { by } => (Answer::Deny, listed(by)),
        Verdict::NotAllowed { silent } => (Answer::Silent, silent.clone()),
    }
}

fn table() -> Vec<Scenario> {
    serde_json::from_value(read_json(&here("templates/scenarios.json"))).expect("a table of scenarios")
}

#[test]
fn every_scenario_is_answered_as_the_table_says() {
    let layers = Installation::render().layers();
    let table = table();
    let mut wrong = String::new();
    for row in &table {
        let layers: Vec<_> = layers.iter().cloned().chain(authorizer(row)).collect();
        let verdict = evaluate(&layers, &request(row)).unwrap_or_else(|error| panic!("{}: {error}", row.what));
        let (answer, by) = told(&verdict);
        if answer != row.answer || !by.contains(&row.by) {
            writeln!(wrong, "{}: expected {:?} by {}, but it is {verdict}", row.what, row.answer, row.by)
                .expect("text");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_table_is_large_and_says_everything_once() {
    let table = table();
    assert!(table.len() >= 40, "{} scenarios", table.len());
    let sentences: BTreeSet<_> = table.iter().map(|row| row.what.as_str()).collect();
    assert_eq!(sentences.len(), table.len(), "a sentence stands twice");
    for answer in [Answer::Allow, Answer::Deny, Answer::Silent] {
        assert!(table.iter().filter(|row| row.answer == answer).count() >= 8, "few rows with {answer:?}");
    }
}

/// Statements that no scenario is decided by could be wrong without anybody noticing.
#[test]
fn every_statement_of_the_policies_decides_a_scenario() {
    let installation = Installation::render();
    let table = table();
    let decided: BTreeSet<_> = table.iter().map(|row| row.by.as_str()).collect();
    let mut undecided = Vec::new();
    let roles = installation.roles();
    let apis = installation.apis();
    let documents = roles
        .iter()
        .flat_map(|(name, documents)| documents.iter().map(move |document| (name.as_str(), document)))
        .chain(installation.endpoints())
        .chain(apis)
        .chain([("service control", installation.service_control())]);
    for (layer, document) in documents {
        for statement in document["Statement"].as_array().expect("statements") {
            let reason = format!("{layer}: {}", statement["Sid"].as_str().expect("a statement has a Sid"));
            if !decided.contains(reason.as_str()) {
                undecided.push(reason);
            }
        }
    }
    assert!(undecided.is_empty(), "no scenario is decided by {undecided:#?}");
}
