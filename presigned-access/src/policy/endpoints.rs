//! The policies of the VPC endpoints. They name callers and domains by conditions, never the other way round: a role
//! that names the endpoint and an endpoint that names the role as its principal could not be created.

use super::api::Api;
use super::document::{Action, Document, Key, Operator, Statement, Target};
use super::identifier::{Place, Stage};
use super::ranges::{Brokers, Domains, Ranges};

/// What passes the endpoint of `execute-api`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecuteApiEndpoint {
    /// Account and Region of the API.
    pub place: Place,
    /// The API.
    pub api: Api,
    /// Its stage.
    pub stage: Stage,
    /// The company's ranges.
    pub company: Ranges,
}

/// The `execute-api` endpoint: our API for the company's addresses, and no other API.
pub fn execute_api_endpoint(endpoint: &ExecuteApiEndpoint) -> Document {
    let ExecuteApiEndpoint { place, api, stage, company } = endpoint;
    let methods = match api {
        Api::Id(id) => place.arn("execute-api", format_args!("{id}/{stage}/*")),
        Api::Unnamed => place.arn("execute-api", format_args!("*/{stage}/*")),
    };
    Document::new(vec![
        Statement::allow("CallOurApi", vec![Action::InvokeApi], Target::These(vec![methods])).for_everybody().when(
            Operator::IpAddress,
            Key::VpcSourceIp,
            company.literals(),
        ),
    ])
}

/// What passes the endpoint of `SageMaker`'s API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagemakerEndpoint {
    /// Account and Region of the domains.
    pub place: Place,
    /// The domains that URLs may be minted for.
    pub domains: Domains,
    /// The roles that mint.
    pub brokers: Brokers,
}

/// The `sagemaker.api` endpoint: our account for its work (Studio itself calls `SageMaker` through it), minting for the
/// brokers and the served domains only.
pub fn sagemaker_endpoint(endpoint: &SagemakerEndpoint) -> Document {
    let SagemakerEndpoint { place, domains, brokers } = endpoint;
    let everything = Target::everything;
    Document::new(vec![
        Statement::allow("UseByOurAccount", vec![Action::SageMaker], everything()).for_everybody().when(
            Operator::StringEquals,
            Key::PrincipalAccount,
            vec![(&place.account).into()],
        ),
        Statement::deny("OnlyTheBrokerMints", vec![Action::MintDomainUrl, Action::MintNotebookUrl], everything())
            .for_everybody()
            .when(Operator::StringNotEquals, Key::PrincipalArn, brokers.literals()),
        Statement::deny("OnlyOurDomains", vec![Action::MintDomainUrl], Target::AllBut(domains.profiles(place)))
            .for_everybody(),
    ])
}

/// What passes the endpoint of Studio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudioEndpoint {
    /// Account and Region of the domains.
    pub place: Place,
    /// The domains whose sessions may pass.
    pub domains: Domains,
    /// The company's ranges.
    pub company: Ranges,
}

/// The Studio endpoint: sessions of the served domains, for the company's addresses.
pub fn studio_endpoint(endpoint: &StudioEndpoint) -> Document {
    let StudioEndpoint { place, domains, company } = endpoint;
    let profiles = Target::These(domains.profiles(place));
    Document::new(vec![
        Statement::allow("EnterOurDomains", vec![Action::MintDomainUrl], profiles).for_everybody().when(
            Operator::IpAddress,
            Key::VpcSourceIp,
            company.literals(),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_execute_api_endpoint_leads_to_our_api_only() {
        insta::assert_json_snapshot!(execute_api_endpoint(&samples::execute_api_endpoint()));
    }

    #[test]
    fn without_an_id_the_endpoint_leads_to_the_apis_of_our_account() {
        let endpoint = ExecuteApiEndpoint { api: Api::Unnamed, ..samples::execute_api_endpoint() };
        let resource = execute_api_endpoint(&endpoint).to_json()["Statement"][0]["Resource"].clone();
        assert_eq!(resource, "arn:aws:execute-api:eu-west-1:123456789012:*/prod/*");
    }

    #[test]
    fn through_the_sagemaker_endpoint_only_the_broker_mints() {
        insta::assert_json_snapshot!(sagemaker_endpoint(&samples::sagemaker_endpoint()));
    }

    #[test]
    fn the_studio_endpoint_leads_to_our_domains_only() {
        insta::assert_json_snapshot!(studio_endpoint(&samples::studio_endpoint()));
    }
}
