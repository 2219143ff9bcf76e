//! One installation, for the tests of this module.

use super::identifier::Place;
use super::{
    Api, ApiResource, BrokerNetwork, Brokers, Domains, ExecuteApiEndpoint, Ranges, SagemakerEndpoint, StudioEndpoint,
};
use crate::names::DomainId;

pub const VPC: &str = "vpc-0a1b2c3d4e5f60718";
pub const SAGEMAKER: &str = "vpce-0a1b2c3d4e5f60001";
pub const STUDIO: &str = "vpce-0a1b2c3d4e5f60002";
pub const EXECUTE_API: &str = "vpce-0a1b2c3d4e5f60003";
pub const BROKER: &str = "arn:aws:iam::123456789012:role/broker";

pub fn domain(id: &str) -> DomainId {
    id.parse().expect("a domain id")
}

pub fn brokers() -> Brokers {
    Brokers::new([BROKER.parse().expect("a role")]).expect("a role")
}

fn place() -> Place {
    let (region, account) = ("eu-west-1".parse(), "123456789012".parse());
    Place { region: region.expect("a Region"), account: account.expect("an account") }
}

fn domains() -> Domains {
    Domains::new([domain("d-abcdef123456")]).expect("a domain")
}

fn ranges(texts: &[&str]) -> Ranges {
    Ranges::new(texts.iter().map(|text| text.parse().expect("a range"))).expect("ranges")
}

fn company() -> Ranges {
    ranges(&["10.20.0.0/16"])
}

pub fn network() -> BrokerNetwork {
    BrokerNetwork {
        place: place(),
        domains: domains(),
        vpc: VPC.parse().expect("a VPC"),
        sagemaker_endpoint: SAGEMAKER.parse().expect("an endpoint"),
        studio_endpoint: STUDIO.parse().expect("an endpoint"),
        ranges: ranges(&["10.0.1.0/24", "10.20.0.0/16"]),
    }
}

pub fn api() -> ApiResource {
    ApiResource {
        place: place(),
        api: Api::Id("a1b2c3d4e5".parse().expect("an API")),
        stage: "prod".parse().expect("a stage"),
        endpoint: EXECUTE_API.parse().expect("an endpoint"),
        open: vec!["POST/saml".parse().expect("a route")],
    }
}

pub fn execute_api_endpoint() -> ExecuteApiEndpoint {
    let ApiResource { place, api, stage, .. } = api();
    ExecuteApiEndpoint { place, api, stage, company: company() }
}

pub fn sagemaker_endpoint() -> SagemakerEndpoint {
    SagemakerEndpoint { place: place(), domains: domains(), brokers: brokers() }
}

pub fn studio_endpoint() -> StudioEndpoint {
    StudioEndpoint { place: place(), domains: domains(), company: company() }
}
