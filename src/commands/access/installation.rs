//! What an installation is made of, as the verbs about its policies are told.

use std::fmt;

use clap::{Args, ValueEnum};
use presigned_access::names::DomainId;
use presigned_access::policy::identifier::{AccountId, ApiId, EndpointId, Place, Region, RoleArn, Route, Stage, VpcId};
use presigned_access::policy::{
    Api, ApiResource, BrokerNetwork, Brokers, Document, Domains, ExecuteApiEndpoint, IpNet, Ranges, SagemakerEndpoint,
    StudioEndpoint, api_resource, broker_role, execute_api_endpoint, sagemaker_endpoint, service_control,
    studio_endpoint,
};
use serde::Serialize;

use crate::error::Error;

/// What an installation is made of. Which of it is needed depends on the policies that are asked about.
#[derive(Debug, Args)]
#[command(next_help_heading = "The installation")]
pub struct Installation {
    /// Region of the domains.
    #[arg(long, value_name = "REGION", env = "AWS_REGION")]
    region: Option<Region>,
    /// Account of the domains.
    #[arg(long, value_name = "NUMBER")]
    account: Option<AccountId>,
    /// Domain that is served; may be given several times.
    #[arg(long = "domain", value_name = "ID")]
    domains: Vec<DomainId>,
    /// Role that mints; may be given several times.
    #[arg(long = "broker-role", value_name = "ARN")]
    broker_roles: Vec<RoleArn>,
    /// The VPC.
    #[arg(long, value_name = "ID")]
    vpc: Option<VpcId>,
    /// Its endpoint of SageMaker's API.
    #[arg(long, value_name = "ID")]
    sagemaker_endpoint: Option<EndpointId>,
    /// Its endpoint of Studio.
    #[arg(long, value_name = "ID")]
    studio_endpoint: Option<EndpointId>,
    /// Its endpoint of API Gateway.
    #[arg(long, value_name = "ID")]
    execute_api_endpoint: Option<EndpointId>,
    /// Range of the functions' subnets; may be given several times.
    #[arg(long = "function-range", value_name = "CIDR")]
    function_ranges: Vec<IpNet>,
    /// Range of the company's addresses; may be given several times.
    #[arg(long = "company-range", value_name = "CIDR")]
    company_ranges: Vec<IpNet>,
    /// The private API; where it is not known yet, policies say so in their own way.
    #[arg(long, value_name = "ID")]
    api: Option<ApiId>,
    /// Its stage.
    #[arg(long, value_name = "NAME", default_value = "prod")]
    stage: Stage,
    /// Route that needs no token; may be given several times.
    #[arg(long = "open-route", value_name = "METHOD/PATH", default_values = ["POST/saml", "GET/login", "GET/metadata"])]
    open_routes: Vec<Route>,
}

/// Which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The broker's role.
    Broker,
    /// The service control policy.
    Scp,
    /// The private API's resource policy.
    Api,
    /// The endpoint of API Gateway.
    ExecuteApiEndpoint,
    /// The endpoint of SageMaker's API.
    SagemakerEndpoint,
    /// The endpoint of Studio.
    StudioEndpoint,
}

impl Kind {
    /// The name on the command line and in verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Broker => "broker",
            Self::Scp => "scp",
            Self::Api => "api",
            Self::ExecuteApiEndpoint => "execute-api-endpoint",
            Self::SagemakerEndpoint => "sagemaker-endpoint",
            Self::StudioEndpoint => "studio-endpoint",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Installation {
    /// One of the policies.
    pub fn document(&self, kind: Kind) -> Result<Document, Error> {
        Ok(match kind {
            Kind::Broker => broker_role(&self.network()?),
            Kind::Scp => service_control(&self.brokers()?),
            Kind::Api => api_resource(&self.api_resource()?),
            Kind::ExecuteApiEndpoint => execute_api_endpoint(&ExecuteApiEndpoint {
                place: self.place()?,
                api: self.api(),
                stage: self.stage.clone(),
                company: self.company_ranges()?,
            }),
            Kind::SagemakerEndpoint => sagemaker_endpoint(&SagemakerEndpoint {
                place: self.place()?,
                domains: self.domains()?,
                brokers: self.brokers()?,
            }),
            Kind::StudioEndpoint => studio_endpoint(&StudioEndpoint {
                place: self.place()?,
                domains: self.domains()?,
                company: self.company_ranges()?,
            }),
        })
    }

    /// Account and Region.
    pub fn place(&self) -> Result<Place, Error> {
        let region = needed("--region", self.region.as_ref())?.clone();
        Ok(Place { region, account: needed("--account", self.account.as_ref())?.clone() })
    }

    /// The role that mints which is `named`, or else the first one.
    pub fn broker_role(&self, named: Option<&str>) -> Result<&RoleArn, Error> {
        let first = needed("--broker-role", self.broker_roles.first())?;
        Ok(self.broker_roles.iter().find(|role| Some(role.as_str()) == named).unwrap_or(first))
    }

    /// Every role that mints.
    fn brokers(&self) -> Result<Brokers, Error> {
        self.broker_role(None)?;
        Brokers::new(self.broker_roles.iter().cloned()).map_err(|error| Error::Usage(error.to_string()))
    }

    /// The domain that is named first.
    pub fn first_domain(&self) -> Result<&DomainId, Error> {
        needed("--domain", self.domains.first())
    }

    /// The VPC.
    pub fn vpc(&self) -> Result<&VpcId, Error> {
        needed("--vpc", self.vpc.as_ref())
    }

    /// The endpoint that a policy is attached to.
    pub fn endpoint(&self, kind: Kind) -> Result<&EndpointId, Error> {
        match kind {
            Kind::StudioEndpoint => needed("--studio-endpoint", self.studio_endpoint.as_ref()),
            Kind::ExecuteApiEndpoint => needed("--execute-api-endpoint", self.execute_api_endpoint.as_ref()),
            Kind::Broker | Kind::Scp | Kind::Api | Kind::SagemakerEndpoint => {
                needed("--sagemaker-endpoint", self.sagemaker_endpoint.as_ref())
            }
        }
    }

    /// The functions' ranges.
    pub fn function_ranges(&self) -> Result<Ranges, Error> {
        ranges("--function-range", &self.function_ranges)
    }

    /// The company's ranges.
    pub fn company_ranges(&self) -> Result<Ranges, Error> {
        ranges("--company-range", &self.company_ranges)
    }

    /// The ARN of the API, as far as requests need one.
    pub fn api_arn(&self) -> Result<String, Error> {
        let Place { region, account } = self.place()?;
        let api = needed("--api", self.api.as_ref())?;
        Ok(format!("arn:{}:execute-api:{region}:{account}:{api}", region.partition()))
    }

    /// The API's stage.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    fn network(&self) -> Result<BrokerNetwork, Error> {
        let functions = self.function_ranges()?;
        let company = self.company_ranges()?;
        let both = functions.as_slice().iter().chain(company.as_slice()).copied();
        Ok(BrokerNetwork {
            place: self.place()?,
            domains: self.domains()?,
            vpc: self.vpc()?.clone(),
            sagemaker_endpoint: self.endpoint(Kind::SagemakerEndpoint)?.clone(),
            studio_endpoint: self.endpoint(Kind::StudioEndpoint)?.clone(),
            ranges: Ranges::new(both).map_err(|error| Error::Usage(error.to_string()))?,
        })
    }

    fn api_resource(&self) -> Result<ApiResource, Error> {
        Ok(ApiResource {
            place: self.place()?,
            api: self.api(),
            stage: self.stage.clone(),
            endpoint: self.endpoint(Kind::ExecuteApiEndpoint)?.clone(),
            open: self.open_routes.clone(),
        })
    }

    fn api(&self) -> Api {
        self.api.clone().map_or(Api::Unnamed, Api::Id)
    }

    fn domains(&self) -> Result<Domains, Error> {
        Domains::new(self.domains.iter().cloned()).map_err(|_| missing("--domain"))
    }
}

fn ranges(option: &str, given: &[IpNet]) -> Result<Ranges, Error> {
    if given.is_empty() {
        return Err(missing(option));
    }
    Ranges::new(given.iter().copied()).map_err(|error| Error::Usage(format!("`{option}`: {error}")))
}

fn needed<'a, T>(option: &str, value: Option<&'a T>) -> Result<&'a T, Error> {
    value.ok_or_else(|| missing(option))
}

fn missing(option: &str) -> Error {
    Error::Usage(format!("`{option}` is needed for these policies"))
}
