//! The layers that a request meets: rendered, or from files.

use presigned_access::policy::evaluate::{self, Caller, Layer};
use presigned_access::policy::full_aws_access;
use serde_json::Value;

use super::caller::Who;
use super::error::CheckError;
use super::{Check, INVOKE};
use crate::commands::access::installation::Kind;
use crate::error::Error;

impl Check {
    /// Every layer, also those that concern only other callers.
    pub(super) fn layers(&self) -> Result<Vec<Layer>, Error> {
        let mut layers = Vec::new();
        for (kind, document) in self.documents()? {
            layers.push(self.layer(kind, document)?);
        }
        if let (Who::StudioExecutionRole | Who::ConsoleAdmin | Who::Arn(_), Caller::Arn(principal)) =
            (self.who(), self.who().caller(&self.installation)?)
        {
            let everything = [full_aws_access().to_json()];
            layers.push(new("their own policies", evaluate::Kind::Identity { principal }, everything)?);
        }
        Ok(layers)
    }

    fn documents(&self) -> Result<Vec<(Kind, Value)>, Error> {
        if !self.policies.is_empty() {
            let mut documents = Vec::new();
            for file in &self.policies {
                documents.extend(file.read()?);
            }
            return Ok(documents);
        }
        let rendered = |kind: &Kind| Ok((*kind, self.installation.document(*kind)?.to_json()));
        self.kinds().iter().map(rendered).collect()
    }

    /// The kinds that this request can meet, so that nothing about the others has to be told.
    fn kinds(&self) -> &'static [Kind] {
        if self.action == INVOKE {
            &[Kind::Api, Kind::ExecuteApiEndpoint]
        } else {
            &[Kind::Broker, Kind::Scp, Kind::SagemakerEndpoint, Kind::StudioEndpoint]
        }
    }

    fn layer(&self, kind: Kind, document: Value) -> Result<Layer, Error> {
        let attached = match kind {
            Kind::Broker => {
                let who = self.who();
                let principal = self.installation.broker_role(who.arn())?.to_string();
                evaluate::Kind::Identity { principal }
            }
            Kind::Scp => {
                let account = self.installation.place()?.account.to_string();
                let documents = [full_aws_access().to_json(), document];
                return new(kind.name(), evaluate::Kind::ServiceControl { account }, documents);
            }
            Kind::Api => evaluate::Kind::Resource { arn: self.installation.api_arn()? },
            Kind::ExecuteApiEndpoint | Kind::SagemakerEndpoint | Kind::StudioEndpoint => {
                evaluate::Kind::Endpoint { id: self.installation.endpoint(kind)?.to_string() }
            }
        };
        new(kind.name(), attached, [document])
    }
}

fn new(name: &str, kind: evaluate::Kind, documents: impl IntoIterator<Item = Value>) -> Result<Layer, Error> {
    Ok(Layer::new(name, kind, documents).map_err(CheckError::Evaluate)?)
}
