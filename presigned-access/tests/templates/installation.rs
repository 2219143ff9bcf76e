//! The three templates as one installation: whose policies are where.

use std::collections::BTreeMap;

use presigned_access::policy::evaluate::{Kind, Layer};
use serde_json::{Value, json};

use super::rendering::{Rendered, render};

pub const ACCOUNT: &str = "123456789012";
pub const DOMAIN: &str = "d-abcdef123456";
pub const VPC: &str = "vpc-0a1b2c3d4e5f60718";
pub const SAGEMAKER_ENDPOINT: &str = "vpce-0a1b2c3d4e5f60001";
pub const STUDIO_ENDPOINT: &str = "vpce-0a1b2c3d4e5f60002";
pub const API_ENDPOINT: &str = "vpce-0a1b2c3d4e5f60003";
pub const SAML_API: &str = "a1b2c3d4e5";
pub const JWT_API: &str = "f6g7h8i9j0";
/// Somebody with `AdministratorAccess` who came through the console.
pub const ADMINISTRATOR: &str = "console-administrator";

/// What is deployed: foundation, SAML and JWT.
pub struct Installation {
    pub foundation: &'static Rendered,
    pub saml: &'static Rendered,
    pub jwt: &'static Rendered,
}

impl Installation {
    pub fn render() -> Self {
        Self { foundation: render("foundation"), saml: render("saml"), jwt: render("jwt") }
    }

    pub fn stacks(&self) -> [&'static Rendered; 3] {
        [self.foundation, self.saml, self.jwt]
    }

    /// The policies of each role by the role's name, from all stacks.
    pub fn roles(&self) -> BTreeMap<String, Vec<Value>> {
        let mut roles: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for stack in self.stacks() {
            for (id, role) in stack.of_type("AWS::IAM::Role") {
                let name = role["RoleName"].as_str().unwrap_or(id);
                let inline = role["Policies"].as_array().into_iter().flatten();
                roles.entry(name.to_owned()).or_default().extend(inline.map(|one| one["PolicyDocument"].clone()));
            }
            for (_, policy) in stack.of_type("AWS::IAM::RolePolicy") {
                let name = policy["RoleName"].as_str().expect("a policy has a role");
                roles.entry(name.to_owned()).or_default().push(policy["PolicyDocument"].clone());
            }
        }
        roles
    }

    /// The policies of the endpoints by their ids; gateway endpoints go by their logical ids.
    pub fn endpoints(&self) -> BTreeMap<&str, &Value> {
        let known = [
            ("SagemakerApiEndpoint", SAGEMAKER_ENDPOINT),
            ("StudioEndpoint", STUDIO_ENDPOINT),
            ("ExecuteApiEndpoint", API_ENDPOINT),
        ];
        let id_of = |logical| known.iter().find(|(id, _)| *id == logical).map_or(logical, |(_, id)| *id);
        let endpoints = self.foundation.of_type("AWS::EC2::VPCEndpoint");
        endpoints.map(|(logical, properties)| (id_of(logical), &properties["PolicyDocument"])).collect()
    }

    pub fn service_control(&self) -> &Value {
        &self.foundation.properties("ServiceControl")["Content"]
    }

    /// The resource policies of the APIs by the APIs' ids.
    pub fn apis(&self) -> [(&'static str, &Value); 2] {
        let policy = |stack: &'static str, one| (stack, api_policy(one));
        [policy(SAML_API, self.saml), policy(JWT_API, self.jwt)]
    }

    /// Everything that decides about a request.
    pub fn layers(&self) -> Vec<Layer> {
        let layer = |name: &str, kind, documents: Vec<Value>| Layer::new(name, kind, documents).expect("a policy");
        let mut layers = Vec::new();
        for (name, documents) in self.roles() {
            layers.push(layer(&name, Kind::Identity { principal: role_arn(&name) }, documents));
        }
        let everything = json!({"Version": "2012-10-17", "Statement": [
            {"Sid": "AdministratorAccess", "Effect": "Allow", "Action": "*", "Resource": "*"}
        ]});
        let administrator = Kind::Identity { principal: role_arn(ADMINISTRATOR) };
        layers.push(layer(ADMINISTRATOR, administrator, vec![everything]));
        let full_access = presigned_access::policy::full_aws_access().to_json();
        let control = Kind::ServiceControl { account: ACCOUNT.to_owned() };
        layers.push(layer("service control", control, vec![full_access, self.service_control().clone()]));
        for (id, document) in self.endpoints() {
            layers.push(layer(id, Kind::Endpoint { id: id.to_owned() }, vec![document.clone()]));
        }
        for (id, document) in self.apis() {
            layers.push(layer(id, Kind::Resource { arn: api_arn(id) }, vec![document.clone()]));
        }
        layers
    }
}

/// The policy in the body of a stack's API.
pub fn api_policy(stack: &Rendered) -> &Value {
    &stack.properties("Api")["Body"]["x-amazon-apigateway-policy"]
}

pub fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

pub fn api_arn(id: &str) -> String {
    format!("arn:aws:execute-api:eu-west-1:{ACCOUNT}:{id}")
}
