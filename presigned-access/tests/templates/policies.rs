//! The policies in the templates are those that the library constructs.

use presigned_access::policy::{
    Api, ApiResource, BrokerNetwork, Brokers, Domains, ExecuteApiEndpoint, IpNet, Ranges, SagemakerEndpoint,
    StudioEndpoint, api_resource, broker_role, execute_api_endpoint, identifier, sagemaker_endpoint, service_control,
    studio_endpoint,
};
use serde_json::Value;

use super::installation::{
    ACCOUNT, API_ENDPOINT, DOMAIN, Installation, SAGEMAKER_ENDPOINT, STUDIO_ENDPOINT, VPC, api_policy, role_arn,
};
use super::rendering::{Rendered, render};

const COMPANY: [&str; 2] = ["10.20.0.0/16", "10.21.0.0/16"];
const FUNCTIONS: [&str; 2] = ["10.42.0.0/24", "10.42.1.0/24"];

fn place() -> identifier::Place {
    identifier::Place { region: "eu-west-1".parse().expect("a Region"), account: ACCOUNT.parse().expect("an account") }
}

fn domains() -> Domains {
    Domains::new([DOMAIN.parse().expect("a domain")]).expect("a domain")
}

fn ranges<'a>(texts: impl IntoIterator<Item = &'a &'a str>) -> Ranges {
    Ranges::new(texts.into_iter().map(|text| text.parse::<IpNet>().expect("a range"))).expect("ranges")
}

fn broker_document() -> Value {
    let network = BrokerNetwork {
        place: place(),
        domains: domains(),
        vpc: VPC.parse().expect("a VPC"),
        sagemaker_endpoint: SAGEMAKER_ENDPOINT.parse().expect("an endpoint"),
        studio_endpoint: STUDIO_ENDPOINT.parse().expect("an endpoint"),
        ranges: ranges(FUNCTIONS.iter().chain(&COMPANY)),
    };
    broker_role(&network).to_json()
}

fn alike(mine: &Value, theirs: &Value, what: &str) {
    assert_eq!(written_alike(mine), written_alike(theirs), "{what}");
}

/// IAM reads a list of one as that one, and does not look at the order of actions.
fn written_alike(value: &Value) -> Value {
    match value {
        Value::Array(values) if values.len() == 1 && !values[0].is_object() => written_alike(&values[0]),
        Value::Array(values) => values.iter().map(written_alike).collect(),
        Value::Object(members) => members.iter().map(|(name, one)| (name.clone(), written_alike(one))).collect(),
        plain => plain.clone(),
    }
}

fn broker_policy<'a>(stack: &'a Rendered, id: &str) -> &'a Value {
    &stack.properties(id)["PolicyDocument"]
}

#[test]
fn each_broker_has_the_policy_of_the_library() {
    let foundation = render("foundation");
    for id in ["SamlBrokerPolicy", "JwtBrokerPolicy"] {
        alike(broker_policy(foundation, id), &broker_document(), id);
    }
    for variant in ["saml-alone", "jwt-okta-alone"] {
        alike(broker_policy(render(variant), "BrokerPolicy"), &broker_document(), variant);
    }
}

/// A broker for each way in.
fn brokers() -> Brokers {
    let roles = ["studio-access-saml-broker", "studio-access-jwt-broker"];
    Brokers::new(roles.map(|name| role_arn(name).parse().expect("a role"))).expect("roles")
}

#[test]
fn the_service_control_policy_is_the_library_s() {
    let installation = Installation::render();
    alike(installation.service_control(), &service_control(&brokers()).to_json(), "service control");
}

#[test]
fn the_policies_of_the_endpoints_are_the_library_s() {
    let installation = Installation::render();
    let endpoints = installation.endpoints();
    let sagemaker = SagemakerEndpoint { place: place(), domains: domains(), brokers: brokers() };
    alike(endpoints[SAGEMAKER_ENDPOINT], &sagemaker_endpoint(&sagemaker).to_json(), "SageMaker");
    let studio = StudioEndpoint { place: place(), domains: domains(), company: ranges(&COMPANY) };
    alike(endpoints[STUDIO_ENDPOINT], &studio_endpoint(&studio).to_json(), "Studio");
    let stage = "prod".parse().expect("a stage");
    let execute = ExecuteApiEndpoint { place: place(), api: Api::Unnamed, stage, company: ranges(&COMPANY) };
    alike(endpoints[API_ENDPOINT], &execute_api_endpoint(&execute).to_json(), "execute-api");
}

#[test]
fn the_policies_of_the_apis_are_the_library_s() {
    let expected = |open: &[&str]| {
        let open = open.iter().map(|route| route.parse().expect("a route")).collect();
        let (stage, endpoint) = ("prod".parse().expect("a stage"), API_ENDPOINT.parse().expect("an endpoint"));
        api_resource(&ApiResource { place: place(), api: Api::Unnamed, stage, endpoint, open }).to_json()
    };
    alike(api_policy(render("saml")), &expected(&["POST/saml", "GET/login", "GET/metadata"]), "SAML");
    alike(api_policy(render("jwt")), &expected(&["OPTIONS/presigned-url"]), "JWT");
    alike(api_policy(render("jwt-entra")), &expected(&[]), "JWT without a portal in the browser");
}
