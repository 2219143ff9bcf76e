//! The evaluator against what IAM documents, and our policies against everybody who must stay out.

use serde_json::{Value, json};

use super::*;
use crate::policy::samples::{self, BROKER, EXECUTE_API, SAGEMAKER, STUDIO, VPC};
use crate::policy::{
    api_resource, authorizer_answer, broker_role, execute_api_endpoint, full_aws_access, sagemaker_endpoint,
    service_control, studio_endpoint,
};

const MINT: &str = "sagemaker:CreatePresignedDomainUrl";
const INVOKE: &str = "execute-api:Invoke";
const API: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5";
const ADMIN: &str = "arn:aws:iam::123456789012:role/admin";
const STUDIO_ROLE: &str = "arn:aws:iam::123456789012:role/studio";

fn profile(domain: &str) -> String {
    format!("arn:aws:sagemaker:eu-west-1:123456789012:user-profile/{domain}/alice")
}

fn layer(name: &str, kind: Kind, documents: impl IntoIterator<Item = Value>) -> Layer {
    Layer::new(name, kind, documents).expect("a layer")
}

fn scp() -> Kind {
    Kind::ServiceControl { account: "123456789012".to_owned() }
}

/// Our policies, around an administrator and a Studio role that may do anything.
fn installation() -> Vec<Layer> {
    let identity = |arn: &str| Kind::Identity { principal: arn.to_owned() };
    let endpoint = |id: &str| Kind::Endpoint { id: id.to_owned() };
    let everything = full_aws_access().to_json();
    let organisation = [full_aws_access().to_json(), service_control(&samples::brokers()).to_json()];
    vec![
        layer("broker", identity(BROKER), [broker_role(&samples::network()).to_json()]),
        layer("admin", identity(ADMIN), [everything.clone()]),
        layer("studio role", identity(STUDIO_ROLE), [everything]),
        layer("scp", scp(), organisation),
        layer("api", Kind::Resource { arn: API.to_owned() }, [api_resource(&samples::api()).to_json()]),
        layer("sagemaker", endpoint(SAGEMAKER), [sagemaker_endpoint(&samples::sagemaker_endpoint()).to_json()]),
        layer("studio", endpoint(STUDIO), [studio_endpoint(&samples::studio_endpoint()).to_json()]),
        layer("execute-api", endpoint(EXECUTE_API), [execute_api_endpoint(&samples::execute_api_endpoint()).to_json()]),
    ]
}

fn through(vpc: &str, endpoint: &str, address: &str) -> Source {
    let address = address.parse().expect("an address");
    Source::Endpoint { vpc: vpc.to_owned(), endpoint: endpoint.to_owned(), address }
}

fn internet() -> Source {
    Source::Internet { address: "198.51.100.7".parse().expect("an address") }
}

fn mint(caller: &str, domain: &str, source: &Source) -> String {
    let request = Request::new(Caller::Arn(caller.to_owned()), MINT, profile(domain)).from(source);
    evaluate(&installation(), &request).expect("a verdict").to_string()
}

fn invoke(route: &str, source: &Source, answer: Option<&str>) -> String {
    let mut layers = installation();
    if let Some(method) = answer {
        let method = format!("{API}/prod/{method}").parse().expect("a method");
        let kind = Kind::Resource { arn: API.to_owned() };
        layers.push(layer("authorizer", kind, [authorizer_answer(&method).to_json()]));
    }
    let request = Request::new(Caller::Anonymous, INVOKE, format!("{API}/prod/{route}")).from(source);
    evaluate(&layers, &request).expect("a verdict").to_string()
}

#[test]
fn the_broker_mints_and_its_sessions_go_on() {
    let domain = "d-abcdef123456";
    let minting = mint(BROKER, domain, &through(VPC, SAGEMAKER, "10.0.1.7"));
    assert_eq!(minting, "allowed by broker: MintThroughOurEndpoints, scp: FullAWSAccess, sagemaker: UseByOurAccount");
    let session = mint(BROKER, domain, &through(VPC, STUDIO, "10.20.3.4"));
    assert_eq!(session, "allowed by broker: MintThroughOurEndpoints, scp: FullAWSAccess, studio: EnterOurDomains");
}

#[test]
fn everybody_else_and_every_other_way_is_out() {
    let (ours, domain) = (through(VPC, SAGEMAKER, "10.0.1.7"), "d-abcdef123456");
    let foreign = through("vpc-0f0f0f0f", "vpce-0f0f0f0f", "10.0.1.7");
    let all_three = "denied by broker: DenyOtherEndpoints, broker: DenyOtherNetworks, broker: DenyOtherAddresses";
    let broker_cases = [
        (domain, internet(), all_three),
        (domain, Source::Untold, all_three),
        (domain, foreign, "denied by broker: DenyOtherEndpoints, broker: DenyOtherNetworks"),
        (domain, through(VPC, SAGEMAKER, "10.99.0.1"), "denied by broker: DenyOtherAddresses"),
        (domain, through(VPC, EXECUTE_API, "10.0.1.7"), "denied by broker: DenyOtherEndpoints"),
        (domain, through(VPC, STUDIO, "10.0.1.7"), "not allowed by studio"),
        ("d-other", ours.clone(), "denied by sagemaker: OnlyOurDomains"),
        ("d-other", through(VPC, STUDIO, "10.20.3.4"), "not allowed by broker, studio"),
    ];
    for (domain, source, said) in broker_cases {
        assert_eq!(mint(BROKER, domain, &source), said, "{domain} {source:?}");
    }
    for caller in [ADMIN, STUDIO_ROLE] {
        assert_eq!(mint(caller, domain, &internet()), "denied by scp: OnlyTheBrokerMints");
        assert_eq!(mint(caller, domain, &ours), "denied by scp: OnlyTheBrokerMints, sagemaker: OnlyTheBrokerMints");
    }
    let stranger = "arn:aws:iam::999999999999:role/broker";
    assert_eq!(mint(stranger, domain, &internet()), "not allowed by any policy");
    assert_eq!(mint(stranger, domain, &ours), "denied by sagemaker: OnlyTheBrokerMints");
}

#[test]
fn the_api_opens_by_its_own_policy_or_the_authorizers_and_only_through_our_endpoint() {
    let company = through(VPC, EXECUTE_API, "10.20.3.4");
    assert_eq!(invoke("POST/saml", &company, None), "allowed by api: AllowOpenRoutes, execute-api: CallOurApi");
    assert_eq!(invoke("GET/presigned-url", &company, None), "not allowed by api");
    let asked = Some("GET/presigned-url");
    assert_eq!(
        invoke("GET/presigned-url", &company, asked),
        "allowed by execute-api: CallOurApi, authorizer: AllowThisMethod"
    );
    assert_eq!(invoke("GET/elsewhere", &company, asked), "denied by authorizer: DenyEverythingElse");
    assert_eq!(invoke("GET/presigned-url", &internet(), asked), "denied by api: DenyOtherEndpoints");
    let foreign = through("vpc-0f0f0f0f", "vpce-0f0f0f0f", "10.20.3.4");
    assert_eq!(invoke("POST/saml", &foreign, None), "denied by api: DenyOtherEndpoints");
    assert_eq!(invoke("POST/saml", &through(VPC, EXECUTE_API, "10.99.0.1"), None), "not allowed by execute-api");
}

#[test]
fn the_administrator_still_administers() {
    let request = Request::new(Caller::Arn(ADMIN.to_owned()), "sagemaker:DescribeDomain", profile("d-abcdef123456"));
    assert!(evaluate(&installation(), &request).expect("a verdict").is_allowed());
}

/// What one condition says of a request: whether a statement with it holds.
fn holds(condition: &Value, facts: &[(&str, &str)]) -> bool {
    let document = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*", "Condition": condition,
    }});
    let layers = [layer("one", Kind::Identity { principal: ADMIN.to_owned() }, [document])];
    let request = Request::new(Caller::Arn(ADMIN.to_owned()), MINT, profile("d-one"));
    let request = facts.iter().fold(request, |request, (key, value)| request.with(key, *value));
    evaluate(&layers, &request).expect("a verdict").is_allowed()
}

#[test]
fn operators_mean_what_iam_documents() {
    let ip = "aws:VpcSourceIp";
    let table = [
        (json!({"StringEquals": {"k:a": "x"}}), vec![], false, "a key that is not there equals nothing"),
        (json!({"StringNotEquals": {"k:a": "x"}}), vec![], true, "and differs from everything"),
        (json!({"StringEqualsIfExists": {"k:a": "x"}}), vec![], true, "unless it is only asked if it is there"),
        (json!({"StringEqualsIfExists": {"k:a": "x"}}), vec![("k:a", "y")], false, "and then it counts"),
        (json!({"StringEquals": {"k:a": ["x", "y"]}}), vec![("k:a", "y")], true, "one of several is enough"),
        (json!({"StringNotEquals": {"k:a": ["x", "y"]}}), vec![("k:a", "y")], false, "none of several may be equal"),
        (json!({"StringNotEquals": {"k:a": ["x", "y"]}}), vec![("k:a", "z")], true, "none is"),
        (json!({"StringEquals": {"k:a": "x*"}}), vec![("k:a", "xyz")], false, "equality knows no patterns"),
        (json!({"StringLike": {"k:a": "x*"}}), vec![("k:a", "x/y:z")], true, "likeness does, across everything"),
        (json!({"StringEquals": {"K:A": "x"}}), vec![("k:a", "x")], true, "keys have no case"),
        (json!({"StringEquals": {"k:a": "X"}}), vec![("k:a", "x")], false, "values have"),
        (json!({"StringEquals": {"k:a": "x", "k:b": "y"}}), vec![("k:a", "x")], false, "all keys have to hold"),
        (json!({"NotIpAddress": {ip: "10.0.0.0/8"}}), vec![], true, "no address is outside"),
        (json!({"IpAddress": {ip: "10.0.0.0/8"}}), vec![], false, "and not inside"),
        (json!({"IpAddress": {ip: ["10.0.0.0/8", "172.16.0.0/12"]}}), vec![(ip, "172.16.0.1")], true, "one range"),
        (json!({"NotIpAddress": {ip: ["10.0.0.0/8", "172.16.0.0/12"]}}), vec![(ip, "172.16.0.1")], false, "no range"),
        (json!({"IpAddress": {ip: "10.0.0.0/8"}}), vec![(ip, "::1")], false, "another family is outside"),
        (json!({"IpAddress": {ip: "10.0.0.7"}}), vec![(ip, "10.0.0.7")], true, "an address is a range of one"),
        (json!({"Null": {"k:a": "true"}}), vec![], true, "the key is not there"),
        (json!({"Null": {"k:a": "true"}}), vec![("k:a", "x")], false, "it is"),
        (json!({"Null": {"k:a": false}}), vec![("k:a", "x")], true, "asked the other way round"),
        (
            json!({"ArnEquals": {"k:a": "arn:aws:iam::1:role/*"}}),
            vec![("k:a", "arn:aws:iam::1:role/x")],
            true,
            "as like",
        ),
        (
            json!({"ArnNotEquals": {"k:a": "arn:aws:iam::1:role/*"}}),
            vec![("k:a", "arn:aws:iam::1:role/x")],
            false,
            "too",
        ),
    ];
    for (condition, facts, expected, why) in table {
        assert_eq!(holds(&condition, &facts), expected, "{why}: {condition} {facts:?}");
    }
}

#[test]
fn a_document_that_would_be_misread_is_refused() {
    let statement = |change: Value| {
        let mut statement = json!({"Sid": "One", "Effect": "Allow", "Action": "*", "Resource": "*"});
        for (key, value) in change.as_object().expect("an object") {
            statement[key] = value.clone();
        }
        json!({"Version": "2012-10-17", "Statement": [statement]})
    };
    for (document, why) in [
        (statement(json!({"Conditions": {}})), "a misspelt key"),
        (statement(json!({"Effect": "allow"})), "an unknown effect"),
        (statement(json!({"Condition": {"StringSame": {"k:a": "x"}}})), "an unknown operator"),
        (statement(json!({"Condition": {"StringEquals": {"k:a": "${aws:userid}"}}})), "a variable in a condition"),
        (statement(json!({"Resource": "arn:aws:s3:::${aws:username}/*"})), "a variable in a resource"),
        (json!({"Version": "2012-10-17", "Statements": []}), "a misspelt document"),
        (json!({"Statement": []}), "no version"),
        (json!("text"), "no document"),
    ] {
        assert!(Layer::new("x", scp(), [document]).is_err(), "{why}");
    }
}

#[test]
fn a_request_is_about_one_thing() {
    let caller = || Caller::Arn(ADMIN.to_owned());
    for request in [
        Request::new(caller(), MINT, profile("*")),
        Request::new(caller(), "sagemaker:*", profile("d-one")),
        Request::new(Caller::Arn("*".to_owned()), MINT, profile("d-one")),
    ] {
        assert!(matches!(evaluate(&installation(), &request), Err(EvaluateError::Wildcard { .. })), "{request:?}");
    }
    let no_arn = Request::new(caller(), MINT, "alice");
    assert!(matches!(evaluate(&installation(), &no_arn), Err(EvaluateError::Resource { .. })));
}

#[test]
fn principals_are_accounts_roles_or_everybody() {
    let allows = |principal: Value, caller: Caller| {
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": principal, "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
        ]});
        let layers = [layer("api", Kind::Resource { arn: API.to_owned() }, [document])];
        let request = Request::new(caller, INVOKE, format!("{API}/prod/GET/x"));
        evaluate(&layers, &request).expect("a verdict").is_allowed()
    };
    let admin = || Caller::Arn(ADMIN.to_owned());
    for (principal, caller, expected) in [
        (json!("*"), admin(), true),
        (json!("*"), Caller::Anonymous, true),
        (json!({"AWS": "*"}), Caller::Anonymous, true),
        (json!({"AWS": ADMIN}), admin(), true),
        (json!({"AWS": ADMIN}), Caller::Anonymous, false),
        (json!({"AWS": [BROKER, ADMIN]}), admin(), true),
        (json!({"AWS": BROKER}), admin(), false),
        (json!({"AWS": "123456789012"}), admin(), true),
        (json!({"AWS": "arn:aws:iam::123456789012:root"}), admin(), true),
        (json!({"AWS": "999999999999"}), admin(), false),
        (json!({"Service": "lambda.amazonaws.com"}), admin(), false),
        (json!({"AWS": ADMIN, "Service": "lambda.amazonaws.com"}), admin(), true),
    ] {
        assert_eq!(allows(principal.clone(), caller.clone()), expected, "{principal} {caller:?}");
    }
}

#[test]
fn a_layer_without_documents_allows_nothing_and_one_that_is_left_out_limits_nothing() {
    let request = Request::new(Caller::Arn(ADMIN.to_owned()), MINT, profile("d-one"));
    let admin = || layer("admin", Kind::Identity { principal: ADMIN.to_owned() }, [full_aws_access().to_json()]);
    assert_eq!(evaluate(&[admin()], &request).expect("a verdict").to_string(), "allowed by admin: FullAWSAccess");
    let with_scp = [admin(), layer("scp", scp(), [])];
    assert_eq!(evaluate(&with_scp, &request).expect("a verdict").to_string(), "not allowed by scp");
    assert_eq!(evaluate(&[], &request).expect("a verdict").to_string(), "not allowed by any policy");
}
