//! IAM documents as typed values: the broker's role, the service control policy, the API's and the endpoints' policies,
//! and the authorizer's answer (presigned-access 6).
//!
//! Whatever comes from outside is one of the types of [`identifier`], none of which can hold `*`, `?` or `$`. So no
//! name becomes a wildcard or a policy variable.

mod api;
mod authorizer;
mod broker;
mod document;
mod endpoints;
#[cfg(feature = "evaluate")]
pub mod evaluate;
pub mod identifier;
mod method;
mod organisation;
mod ranges;
#[cfg(test)]
mod samples;

pub use api::{Api, ApiResource, api_resource};
pub use authorizer::{authorizer_answer, authorizer_refusal};
pub use broker::{BrokerNetwork, broker_role};
pub use document::{Action, Condition, Document, Effect, Key, Operator, Principal, Statement, Target};
pub use endpoints::{
    ExecuteApiEndpoint, SagemakerEndpoint, StudioEndpoint, execute_api_endpoint, sagemaker_endpoint, studio_endpoint,
};
pub use ipnet::IpNet;
pub use method::{MethodArn, MethodArnError};
pub use organisation::{full_aws_access, service_control};
pub use ranges::{Brokers, Domains, Ranges, RangesError};
