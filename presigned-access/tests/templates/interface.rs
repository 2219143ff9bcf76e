//! What administrators fill in and read off: parameters, outputs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rendering::{TEMPLATES, here, infrastructure, judge, read_json, render, render_all};

/// The parameters of a template, by way of the judge that reads YAML.
fn parameters(template: &str) -> BTreeMap<String, Value> {
    let said = judge("template_parameters.py", "requirements-templates.txt", &[infrastructure().join(template)]);
    serde_json::from_str(&said.expect("the template is read")).expect("JSON")
}

#[test]
fn every_parameter_is_described_and_constrained() {
    for template in TEMPLATES {
        for (name, declared) in parameters(template) {
            let words = declared["Description"].as_str().unwrap_or_default().split_whitespace().count();
            assert!(words >= 3, "{template}: {name} is not described");
            let kind = declared["Type"].as_str().expect("a parameter has a type");
            let constrained =
                ["AllowedPattern", "AllowedValues", "MinValue"].iter().any(|key| declared.get(key).is_some());
            let known_to_aws = kind.contains("AWS::");
            assert!(constrained || known_to_aws, "{template}: {name} takes anything");
        }
    }
}

#[test]
fn whoever_needs_something_of_the_foundation_finds_an_output_for_it() {
    let foundation = render("foundation");
    let outputs = foundation.document["Outputs"].as_object().expect("outputs");
    let shared = [
        "VpcId",
        "SubnetIds",
        "SecurityGroupId",
        "ExecuteApiEndpointId",
        "SagemakerApiEndpointId",
        "StudioEndpointId",
        "SourceRanges",
        "DomainId",
        "MappingTableName",
        "LogKeyArn",
        "AlarmTopicArn",
    ];
    for template in ["access-saml.yaml", "access-jwt.yaml"] {
        let parameters = parameters(template);
        for name in shared {
            assert!(outputs.contains_key(name), "the foundation has no output {name}");
            assert!(parameters.contains_key(name), "{template} has no parameter {name}");
        }
    }
    for (variant, output, parameter) in [
        ("saml", "SamlBrokerRoleName", "BrokerRoleName"),
        ("saml", "ReplayTableName", "ReplayTableName"),
        ("jwt", "JwtBrokerRoleName", "BrokerRoleName"),
        ("jwt", "ExecutionRoleName", "ExecutionRoleName"),
    ] {
        let given = read_json(&here("templates/values").join(format!("{variant}.json")));
        assert_eq!(given["parameters"][parameter], foundation.output(output), "{variant}: {parameter}");
    }
    for variant in ["saml", "jwt"] {
        let given = read_json(&here("templates/values").join(format!("{variant}.json")));
        for name in shared {
            let given = given["parameters"][name].as_str().expect("a value");
            assert_eq!(given, foundation.output(name), "{variant}: {name}");
        }
    }
}

#[test]
fn outputs_say_what_to_enter_at_the_identity_provider() {
    let saml = render("saml");
    let api = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod";
    assert_eq!(saml.output("AcsUrl"), format!("{api}/saml"));
    assert_eq!(saml.output("EntityId"), format!("{api}/metadata"));
    assert_eq!(saml.output("LoginUrl"), format!("{api}/login"));
    assert!(saml.output("RequiredAttributes").ends_with("domain-id = d-abcdef123456"));
    let jwt = render("jwt");
    assert_eq!(jwt.output("Issuer"), "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI");
    assert_eq!(jwt.output("Scope"), "studio-access/access");
    assert_eq!(jwt.output("ClientId"), "4h5j6k7l8m9n0p1q2r3s4t5u6v");
    assert_eq!(render("jwt-entra").output("Scope"), "access");
}

#[test]
fn every_output_is_described() {
    for (name, rendered) in render_all() {
        for (output, node) in rendered.document["Outputs"].as_object().expect("outputs") {
            let words = node["Description"].as_str().unwrap_or_default().split_whitespace().count();
            assert!(words >= 3, "{name}: {output} is not described");
        }
    }
}

/// Values that would end in a policy, a path or the configuration as something else than a name.
#[test]
fn parameters_refuse_what_is_no_name() {
    let cases = [
        ("foundation", "Prefix", "Studio"),
        ("foundation", "Prefix", "a*"),
        ("foundation", "StageName", "prod/*"),
        ("foundation", "CompanyRange", "0.0.0.0/0"),
        ("foundation", "CompanyRange", "10.0.0.0"),
        ("foundation", "CompanyRange2", "0.0.0.0/1"),
        ("foundation", "ExistingDomainId", "*"),
        ("foundation", "FirstProfileName", "alice@corp.example"),
        ("foundation", "RStudio", "yes"),
        ("foundation", "ServiceControlTargets", "everybody"),
        ("saml", "DomainId", "d-*"),
        ("saml", "SourceRanges", "10.0.0.0/16,0.0.0.0/0"),
        ("saml", "ExecuteApiEndpointId", "vpce-*"),
        ("saml", "BrokerRoleName", "role/*"),
        ("saml", "ProviderEntityId", "https://idp.example\", \"acs\": \"https://evil.example"),
        ("saml", "ProviderEntityId", "https://idp.example\\u0022"),
        ("saml", "ProviderSignIn", "http://idp.example/sso"),
        ("saml", "ProviderCertificate", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
        ("saml", "MappingTableName", "a/b"),
        ("saml", "LongestSessionSeconds", "86400"),
        ("saml", "MustBeSigned", "nothing"),
        ("jwt", "IssuerUrl", "http://issuer.example"),
        ("jwt", "IssuerScope", "a b"),
        ("jwt", "PortalOrigin", "*"),
        ("jwt", "PortalOrigin", "https://*.corp.example"),
        ("jwt", "PortalOrigin", "https://portal.corp.example/"),
        ("jwt", "ExecutionRoleName", "*"),
        ("jwt", "KeysSnapshot", "https://keys.example"),
    ];
    let [foundation, saml, jwt] = TEMPLATES.map(parameters);
    let of = |variant| match variant {
        "foundation" => &foundation,
        "saml" => &saml,
        _ => &jwt,
    };
    let asked: Vec<_> = cases.iter().map(|(variant, name, value)| json!([name, value, of(variant)[*name]])).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("cases.json");
    std::fs::write(&file, json!(asked).to_string()).expect("a file");
    let taken = judge("template_values.py", "requirements-templates.txt", &[file]).expect("the cases are judged");
    assert_eq!(taken, "[]", "these are taken");
}
