//! Whether layers of policies allow a request, and by which statement; the statements themselves are judged by `iam-rs`.
//!
//! A request is made of a caller, an action, a resource and a source. Layers are made of documents as JSON, from
//! [`super::Document::to_json`] or from a transformed template. Layers that do not concern a request are passed over, so
//! all layers of an installation can be given for every request:
//!
//! ```
//! use presigned_access::policy::evaluate::{Caller, Kind, Layer, Request, Source, evaluate};
//! use serde_json::json;
//!
//! let broker = "arn:aws:iam::123456789012:role/broker";
//! let profile = "arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d-abc/alice";
//! let policy = json!({"Version": "2012-10-17", "Statement": [{
//!     "Sid": "Mint", "Effect": "Allow", "Action": "sagemaker:CreatePresignedDomainUrl", "Resource": "*",
//!     "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}},
//! }]});
//! let layers = [Layer::new("broker's role", Kind::Identity { principal: broker.to_owned() }, [policy])?];
//! let source = Source::Endpoint {
//!     vpc: "vpc-0a1b2c3d".to_owned(), endpoint: "vpce-0a1b2c3d".to_owned(), address: "10.0.1.7".parse().unwrap(),
//! };
//! let request = Request::new(Caller::Arn(broker.to_owned()), "sagemaker:CreatePresignedDomainUrl", profile)
//!     .from(&source);
//! let verdict = evaluate(&layers, &request)?;
//! assert!(verdict.is_allowed());
//! assert_eq!(verdict.to_string(), "allowed by broker's role: Mint");
//! # Ok::<(), presigned_access::policy::evaluate::EvaluateError>(())
//! ```
//!
//! A request is allowed when no statement of any layer denies it, every limiting layer (service control, endpoint) allows
//! it, and at least one granting layer (identity, resource) allows it. This is IAM's logic within one account, and API
//! Gateway's for a resource policy together with an authorizer's answer; give that answer as another
//! [`Kind::Resource`] of the API. A request across accounts, session policies and permission boundaries are not modelled.

mod load;
mod request;
mod verdict;

use iam_rs::{
    Arn, EvaluationOptions, IAMEffect, IAMPolicy, IAMRequest, IAMStatement, PolicyEvaluator, Principal, PrincipalId,
};
use serde_json::Value;

pub use request::{Caller, Fact, Request, Source};
pub use verdict::{Reason, Verdict};

/// Policies of one kind, in one place. They are read together: one of them has to allow.
#[derive(Debug, Clone)]
pub struct Layer {
    name: String,
    kind: Kind,
    documents: Vec<IAMPolicy>,
}

/// What the documents of a layer are attached to, which says whom and what they concern and how they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// To an identity; grants. Concerns this caller only.
    Identity {
        /// The ARN of the role or user.
        principal: String,
    },
    /// To a resource, or an authorizer's answer about it; grants. Concerns this resource and what lies below it.
    Resource {
        /// The resource's ARN, such as `arn:aws:execute-api:REGION:ACCOUNT:API`.
        arn: String,
    },
    /// To an account of an organisation or to a level above it; limits. Concerns callers of that account. Several levels
    /// are several layers.
    ServiceControl {
        /// The account's number.
        account: String,
    },
    /// To a VPC endpoint; limits. Concerns requests that come through it.
    Endpoint {
        /// The endpoint's id.
        id: String,
    },
}

impl Kind {
    fn grants(&self) -> bool {
        matches!(self, Self::Identity { .. } | Self::Resource { .. })
    }

    fn concerns(&self, request: &Request) -> bool {
        match self {
            Self::Identity { principal } => request.caller == Caller::Arn(principal.clone()),
            Self::Resource { arn } => {
                request.resource.strip_prefix(arn.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            Self::ServiceControl { account } => request.caller.account() == Some(account),
            Self::Endpoint { id } => request.text("aws:SourceVpce") == Some(id),
        }
    }
}

impl Layer {
    /// A layer of documents as IAM writes them. What the evaluator would misread is refused ([`EvaluateError`]).
    ///
    /// A layer without documents allows nothing; where AWS has no policy at all, leave the layer out.
    pub fn new(
        name: impl Into<String>,
        kind: Kind,
        documents: impl IntoIterator<Item = Value>,
    ) -> Result<Self, EvaluateError> {
        let name = name.into();
        let attached_to = if let Kind::Resource { arn } = &kind { Some(arn.as_str()) } else { None };
        let load = |document| load::document(&name, attached_to, document);
        let documents = documents.into_iter().map(load).collect::<Result<_, _>>()?;
        Ok(Self { name, kind, documents })
    }

    /// What it is called in verdicts.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has to be asked about a request.
    pub fn concerns(&self, request: &Request) -> bool {
        self.kind.concerns(request)
    }

    /// Its statements, each with the reason that it would be. They are as the evaluator reads them, which means the same.
    pub fn statements(&self) -> Vec<(Reason, Value)> {
        let each = self.documents.iter().flat_map(|document| document.statement.iter().enumerate());
        let told = |(index, statement): (usize, &IAMStatement)| {
            let json = serde_json::to_value(statement).expect("a statement should be JSON: it was read from it");
            (self.reason(index, statement.sid.clone(), statement.effect), json)
        };
        each.map(told).collect()
    }

    /// Every statement that holds for a request.
    fn matches(&self, request: &IAMRequest) -> Result<Vec<Reason>, EvaluateError> {
        let options = EvaluationOptions {
            stop_on_explicit_deny: false,
            collect_match_details: true,
            ..EvaluationOptions::default()
        };
        let mut reasons = Vec::new();
        for document in &self.documents {
            let evaluator = PolicyEvaluator::with_policies(vec![document.clone()]).with_options(options.clone());
            let judged = evaluator.evaluate(request).map_err(|source| self.failed(source))?;
            let held = judged.statement_details.into_iter().enumerate().filter(|(_, one)| one.conditions_satisfied);
            reasons.extend(held.map(|(index, one)| self.reason(index, one.sid, one.effect)));
        }
        Ok(reasons)
    }

    fn reason(&self, index: usize, sid: Option<String>, effect: IAMEffect) -> Reason {
        Reason::new(&self.name, sid.unwrap_or_else(|| format!("statement {}", index + 1)), effect)
    }

    fn failed(&self, source: iam_rs::EvaluationError) -> EvaluateError {
        EvaluateError::Judge { layer: self.name.clone(), source }
    }
}

/// Judges a request. Layers that do not concern it are passed over; without any that grants, it is not allowed.
pub fn evaluate(layers: &[Layer], request: &Request) -> Result<Verdict, EvaluateError> {
    let asked = asked(request)?;
    let concerned = layers.iter().filter(|layer| layer.concerns(request));
    let judged = concerned.map(|layer| Ok((layer, layer.matches(&asked)?))).collect::<Result<Vec<_>, _>>()?;
    Ok(combine(judged))
}

/// A verdict from the layers that concern a request and, of each, the statements that hold for it. [`evaluate`] finds
/// them itself; IAM's own simulator can find them too.
pub fn combine<'a>(judged: impl IntoIterator<Item = (&'a Layer, Vec<Reason>)>) -> Verdict {
    let (mut allows, mut denies) = (Vec::new(), Vec::new());
    let (mut silent_grants, mut silent_limits, mut granted) = (Vec::new(), Vec::new(), false);
    for (layer, reasons) in judged {
        let (here_allows, here_denies): (Vec<_>, Vec<_>) = reasons.into_iter().partition(Reason::allows);
        match (layer.kind.grants(), here_allows.is_empty()) {
            (true, true) => silent_grants.push(layer.name.clone()),
            (true, false) => granted = true,
            (false, true) => silent_limits.push(layer.name.clone()),
            (false, false) => {}
        }
        allows.extend(here_allows);
        denies.extend(here_denies);
    }
    if granted {
        silent_grants.clear();
    }
    match (denies.is_empty(), granted && silent_limits.is_empty()) {
        (false, _) => Verdict::Denied { by: denies },
        (true, true) => Verdict::Allowed { by: allows },
        (true, false) => Verdict::NotAllowed { silent: silent_grants.into_iter().chain(silent_limits).collect() },
    }
}

/// A caller without an identity, for an evaluator that knows none: the root of no account.
const NOBODY: &str = "arn:aws:iam::000000000000:user/nobody";

fn asked(request: &Request) -> Result<IAMRequest, EvaluateError> {
    let caller = match &request.caller {
        Caller::Arn(arn) => arn.clone(),
        Caller::Anonymous => NOBODY.to_owned(),
    };
    let wildcard =
        [&caller, &request.action, &request.resource].into_iter().find(|text| text.contains(['*', '?', '$']));
    if let Some(text) = wildcard {
        return Err(EvaluateError::Wildcard { text: text.clone() });
    }
    let resource = Arn::parse(&request.resource)
        .map_err(|source| EvaluateError::Resource { resource: request.resource.clone(), source })?;
    let principal = Principal::Aws(PrincipalId::String(caller));
    Ok(IAMRequest::new_with_context(principal, request.action.clone(), resource, request.context()))
}

/// Why a request cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// It is no policy.
    #[error("`{layer}` is not a policy document")]
    Document {
        /// Where.
        layer: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A key that no policy has; a misspelt `Condition` would be passed over.
    #[error("`{layer}` has `{key}` in a place where IAM knows no such key")]
    UnknownKey {
        /// Where.
        layer: String,
        /// What.
        key: String,
    },
    /// A policy variable, which is not evaluated here.
    #[error("`{layer}` has the policy variable `{text}`, which can only be judged by IAM")]
    Variable {
        /// Where.
        layer: String,
        /// The text with it.
        text: String,
    },
    /// A request for a pattern.
    #[error("a request is about one thing, and `{text}` is a pattern")]
    Wildcard {
        /// The text.
        text: String,
    },
    /// The resource is no ARN.
    #[error("`{resource}` is not an ARN")]
    Resource {
        /// The text.
        resource: String,
        /// Why.
        #[source]
        source: iam_rs::ArnError,
    },
    /// The evaluator gives up.
    #[error("cannot judge `{layer}`")]
    Judge {
        /// Where.
        layer: String,
        /// Why.
        #[source]
        source: iam_rs::EvaluationError,
    },
}

#[cfg(test)]
mod tests;
