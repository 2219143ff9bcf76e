//! Rules that hold for every resource of a kind, in every variant.

use std::collections::BTreeSet;

use presigned_access::policy::evaluate::{Caller, Kind, Layer, Request, evaluate};
use serde_json::{Value, json};

use super::installation::{Installation, role_arn};
use super::rendering::{here, render_all};

fn each(kind: &str, look: impl Fn(&str, &Value)) {
    let mut seen = 0;
    for (name, rendered) in render_all() {
        for (id, properties) in rendered.of_type(kind) {
            look(&format!("{name}: {id}"), properties);
            seen += 1;
        }
    }
    assert!(seen > 0, "there is no {kind}");
}

#[test]
fn functions_run_our_binary_alone_and_with_limits() {
    each("AWS::Lambda::Function", |place, function| {
        assert_eq!(function["Runtime"], "provided.al2023", "{place}");
        assert_eq!(function["Handler"], "bootstrap", "{place}");
        let processor = match function["Architectures"][0].as_str() {
            Some("arm64") => "arm64",
            Some("x86_64") => "x86-64",
            other => panic!("{place}: {other:?}"),
        };
        let key = function["Code"]["S3Key"].as_str().expect("a zip");
        let name = key.rsplit('/').next().and_then(|file| file.strip_suffix(&format!("-{processor}.zip")));
        let name = name.unwrap_or_else(|| panic!("{place}: {key} is not for {processor}"));
        assert!(here("../src/bin").join(format!("{name}.rs")).exists(), "{place}: there is no function {name}");
        assert!(
            function["ReservedConcurrentExecutions"].as_str().is_some()
                || function["ReservedConcurrentExecutions"].is_u64(),
            "{place}"
        );
        assert!(function["Timeout"].as_u64().is_some_and(|seconds| seconds <= 300), "{place}");
        assert!(function["LoggingConfig"]["LogGroup"].is_string(), "{place}");
        let variables = function["Environment"]["Variables"].as_object().expect("variables");
        assert_eq!(variables.keys().collect::<Vec<_>>(), ["CONFIGURATION_PARAMETER"], "{place}");
    });
}

#[test]
fn every_function_has_a_role_of_its_own() {
    for (name, rendered) in render_all() {
        let functions: Vec<_> = rendered.of_type("AWS::Lambda::Function").collect();
        let roles: BTreeSet<_> = functions.iter().map(|(_, one)| one["Role"].as_str().expect("a role")).collect();
        assert_eq!(roles.len(), functions.len(), "{name}: functions share a role");
    }
}

/// The name in the environment is the name of the parameter that the same stack makes.
#[test]
fn functions_read_the_configuration_of_their_stack() {
    for (name, rendered) in render_all() {
        let Some((_, parameter)) = rendered.of_type("AWS::SSM::Parameter").find(|(id, _)| *id == "Configuration")
        else {
            assert!(rendered.of_type("AWS::Lambda::Function").next().is_none(), "{name} has functions");
            continue;
        };
        for (id, function) in rendered.of_type("AWS::Lambda::Function") {
            assert_eq!(
                function["Environment"]["Variables"]["CONFIGURATION_PARAMETER"], parameter["Name"],
                "{name}: {id}"
            );
        }
    }
}

#[test]
fn functions_that_touch_the_network_are_in_it() {
    for (name, rendered) in render_all() {
        for (id, function) in rendered.of_type("AWS::Lambda::Function") {
            let inside = function["VpcConfig"]["SubnetIds"].as_array().is_some_and(|subnets| subnets.len() == 2);
            // The authorizer goes out for keys, unless it has a snapshot of them.
            let expected = id != "Authorizer" || name == "jwt-oidc-snapshot";
            assert_eq!(inside, expected, "{name}: {id}");
        }
    }
}

#[test]
fn logs_are_kept_for_a_time_encrypted_and_outlive_the_stack() {
    for (name, rendered) in render_all() {
        for (id, kind, group) in rendered.resources().filter(|(_, kind, _)| *kind == "AWS::Logs::LogGroup") {
            assert!(group["RetentionInDays"].as_str().is_some_and(|days| days != "0"), "{name}: {id} {kind}");
            assert!(group["KmsKeyId"].as_str().is_some_and(|key| key.contains(":key/")), "{name}: {id}");
            assert_eq!(rendered.document["Resources"][id]["DeletionPolicy"], "Retain", "{name}: {id}");
        }
    }
}

#[test]
fn apis_are_private_throttled_and_log_no_bodies() {
    each("AWS::ApiGateway::RestApi", |place, api| {
        assert_eq!(api["EndpointConfiguration"]["Types"], json!(["PRIVATE"]), "{place}");
        assert_eq!(api["EndpointConfiguration"]["VpcEndpointIds"].as_array().map(Vec::len), Some(1), "{place}");
    });
    each("AWS::ApiGateway::Stage", |place, stage| {
        for settings in stage["MethodSettings"].as_array().expect("settings") {
            assert_eq!(settings["DataTraceEnabled"], false, "{place}");
            assert_ne!(settings["LoggingLevel"], "INFO", "{place}");
            assert!(
                settings["ThrottlingRateLimit"].is_string() && settings["ThrottlingBurstLimit"].is_string(),
                "{place}"
            );
        }
        let format = stage["AccessLogSetting"]["Format"].as_str().expect("a format");
        let line: Value = serde_json::from_str(format).unwrap_or_else(|error| panic!("{place}: {error}: {format}"));
        let known: BTreeSet<_> = [
            "requestTime",
            "requestId",
            "extendedRequestId",
            "httpMethod",
            "resourcePath",
            "status",
            "identity.sourceIp",
            "identity.vpceId",
            "identity.vpcId",
            "responseLatency",
            "error.responseType",
        ]
        .map(|name| format!("$context.{name}"))
        .into();
        for (key, value) in line.as_object().expect("an object") {
            assert!(known.contains(value.as_str().expect("text")), "{place}: {key} writes {value}");
        }
    });
}

/// Every route but the open ones of SAML and a browser's preflight asks the authorizer.
#[test]
fn every_route_of_the_token_api_asks_the_authorizer() {
    for (name, rendered) in render_all().iter().filter(|(_, one)| one.template == "access-jwt.yaml") {
        let mut routes = 0;
        for (path, methods) in rendered.properties("Api")["Body"]["paths"].as_object().expect("paths") {
            // API Gateway itself answers what a browser asks before a script sends a token.
            for (method, operation) in
                methods.as_object().expect("methods").iter().filter(|(name, _)| *name != "options")
            {
                assert_eq!(operation["security"], json!([{"Token": []}]), "{name}: {method} {path}");
                routes += 1;
            }
        }
        assert_eq!(routes, 1, "{name}");
        let schemes = &rendered.properties("Api")["Body"]["components"]["securitySchemes"];
        let authorizer = &schemes["Token"]["x-amazon-apigateway-authorizer"];
        assert_eq!(authorizer["type"], "request", "{name}");
        assert_eq!(authorizer["identitySource"], "method.request.header.Authorization", "{name}");
    }
}

#[test]
fn tables_survive_mistakes() {
    each("AWS::DynamoDB::Table", |place, table| {
        assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true, "{place}");
        assert_eq!(table["SSESpecification"]["SSEEnabled"], true, "{place}");
        let keys: Vec<_> =
            table["KeySchema"].as_array().expect("keys").iter().map(|key| &key["AttributeName"]).collect();
        if place.contains("Replay") {
            assert_eq!(keys, ["assertion"], "{place}");
            assert_eq!(
                table["TimeToLiveSpecification"],
                json!({"AttributeName": "expires", "Enabled": true}),
                "{place}"
            );
        } else {
            assert_eq!(keys, ["issuer", "subject"], "{place}");
            assert_eq!(table["DeletionProtectionEnabled"], true, "{place}");
        }
    });
}

#[test]
fn every_alarm_reaches_somebody_and_stays_calm_without_data() {
    each("AWS::CloudWatch::Alarm", |place, alarm| {
        assert!(alarm["AlarmActions"][0].as_str().is_some_and(|arn| arn.starts_with("arn:aws:sns:")), "{place}");
        assert_eq!(alarm["TreatMissingData"], "notBreaching", "{place}");
        assert!(alarm["AlarmDescription"].as_str().is_some_and(|words| words.len() > 20), "{place}");
    });
}

#[test]
fn the_network_has_no_way_out_and_no_public_address() {
    each("AWS::EC2::Subnet", |place, subnet| assert_eq!(subnet["MapPublicIpOnLaunch"], false, "{place}"));
    for (name, rendered) in render_all() {
        for kind in ["AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::Route"] {
            assert!(rendered.of_type(kind).next().is_none(), "{name} has a {kind}");
        }
    }
    each("AWS::EC2::SecurityGroupIngress", |place, rule| {
        let range = rule["CidrIp"].as_str();
        assert!(range.is_none_or(|range| !range.ends_with("/0")), "{place}");
    });
}

#[test]
fn interface_endpoints_have_private_names_and_a_policy() {
    each("AWS::EC2::VPCEndpoint", |place, endpoint| {
        let policy = &endpoint["PolicyDocument"]["Statement"];
        assert!(policy.as_array().is_some_and(|statements| !statements.is_empty()), "{place}");
        if endpoint["VpcEndpointType"] == "Interface" {
            assert_eq!(endpoint["PrivateDnsEnabled"], true, "{place}");
            assert_eq!(endpoint["SubnetIds"].as_array().map(Vec::len), Some(2), "{place}");
        }
    });
}

#[test]
fn the_domain_is_private_and_its_url_can_be_minted() {
    each("AWS::SageMaker::Domain", |place, domain| {
        assert_eq!(domain["AuthMode"], "IAM", "{place}");
        assert_eq!(domain["AppNetworkAccessType"], "VpcOnly", "{place}");
        assert_eq!(domain["AppSecurityGroupManagement"], "Service", "{place}");
        assert!(
            domain["DomainSettings"]["RStudioServerProDomainSettings"]["DomainExecutionRoleArn"].is_string(),
            "{place}"
        );
        assert_eq!(domain["DefaultUserSettings"]["RStudioServerProAppSettings"]["AccessStatus"], "ENABLED", "{place}");
    });
}

/// Whatever a role may do, it may not do to everything: actions on `*` are those that know no resource.
#[test]
fn roles_name_their_resources() {
    let known = ["LambdaAttachesTheNetwork", "UseTheLicence"];
    for (name, documents) in Installation::render().roles() {
        for statement in documents.iter().flat_map(|one| one["Statement"].as_array().expect("statements")) {
            let sid = statement["Sid"].as_str().expect("a statement has a Sid");
            let everything = statement["Resource"] == "*";
            let allowed = statement["Effect"] == "Allow";
            assert!(!(everything && allowed) || known.contains(&sid), "{name}: {sid}");
            let actions = statement["Action"].to_string();
            assert!(!allowed || !actions.contains('*'), "{name}: {sid} allows {actions}");
        }
    }
}

/// With the managed policy that AWS suggests for sessions, they still mint nothing.
#[test]
fn a_session_with_a_broad_policy_mints_nothing() {
    let installation = Installation::render();
    let principal = role_arn("studio-access-sessions");
    let broad = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Broad", "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}
    ]});
    let roles = installation.roles();
    let documents = roles["studio-access-sessions"].iter().cloned().chain([broad]);
    let layer = Layer::new("session", Kind::Identity { principal: principal.clone() }, documents).expect("policies");
    let profile = "arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d-abcdef123456/bob";
    let request = Request::new(Caller::Arn(principal), "sagemaker:CreatePresignedDomainUrl", profile);
    let verdict = evaluate(&[layer], &request).expect("a verdict");
    assert_eq!(verdict.to_string(), "denied by session: SessionsMintNothing");
}

/// The endpoints' policies know the brokers and the brokers' policies the endpoints. In one resource that is a circle.
#[test]
fn brokers_and_their_policies_are_resources_of_their_own() {
    for (name, rendered) in render_all() {
        for (id, role) in rendered.of_type("AWS::IAM::Role").filter(|(id, _)| id.ends_with("Broker")) {
            assert!(role.get("Policies").is_none(), "{name}: {id} holds its policy");
        }
    }
}
