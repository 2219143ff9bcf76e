//! The role that mints.

use super::document::{Action, Document, Key, Operator, Statement, Target};
use super::identifier::{EndpointId, Place, VpcId};
use super::ranges::{Domains, Ranges};

/// Where the broker and the people's browsers stand.
///
/// The role's policy is asked when a URL is minted and again on every request of the session, then with the browser's
/// source. So both endpoints and both kinds of ranges are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerNetwork {
    /// Account and Region of the domains.
    pub place: Place,
    /// The domains that are served.
    pub domains: Domains,
    /// Our VPC.
    pub vpc: VpcId,
    /// The endpoint of `SageMaker`'s API, which the functions call.
    pub sagemaker_endpoint: EndpointId,
    /// The endpoint of Studio, which the browsers call.
    pub studio_endpoint: EndpointId,
    /// The ranges of the functions and of the company.
    pub ranges: Ranges,
}

/// The policy of the broker's role: it may mint for the served domains from our network, and nowhere else.
///
/// The denials use negated operators, which also hold where a request does not tell its source: it fails closed.
pub fn broker_role(network: &BrokerNetwork) -> Document {
    let mint = || vec![Action::MintDomainUrl];
    let endpoints = || vec![(&network.sagemaker_endpoint).into(), (&network.studio_endpoint).into()];
    let profiles = Target::These(network.domains.profiles(&network.place));
    let deny = |sid| Statement::deny(sid, mint(), Target::everything());
    Document::new(vec![
        Statement::allow("MintThroughOurEndpoints", mint(), profiles).when(
            Operator::StringEquals,
            Key::SourceVpce,
            endpoints(),
        ),
        deny("DenyOtherEndpoints").when(Operator::StringNotEquals, Key::SourceVpce, endpoints()),
        deny("DenyOtherNetworks").when(Operator::StringNotEquals, Key::SourceVpc, vec![(&network.vpc).into()]),
        deny("DenyOtherAddresses").when(Operator::NotIpAddress, Key::VpcSourceIp, network.ranges.literals()),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_broker_mints_from_our_network_only() {
        insta::assert_json_snapshot!(broker_role(&samples::network()));
    }

    #[test]
    fn single_values_are_written_as_iam_writes_them() {
        let mut network = samples::network();
        network.domains = Domains::new([samples::domain("d-one"), samples::domain("d-two")]).expect("domains");
        let document = broker_role(&network).to_json();
        assert!(document["Statement"][0]["Action"].is_string());
        assert_eq!(document["Statement"][0]["Resource"].as_array().map(Vec::len), Some(2));
    }
}
