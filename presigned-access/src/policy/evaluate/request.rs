//! Who asks for what, from where.

use std::collections::BTreeMap;
use std::net::IpAddr;

use iam_rs::{Context, ContextValue};

/// A request, as policies see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// For what, such as `sagemaker:CreatePresignedDomainUrl`.
    pub action: String,
    /// On what: an ARN without wildcards.
    pub resource: String,
    facts: BTreeMap<String, Fact>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Somebody without a signature, as at an API that does not ask for one.
    Anonymous,
    /// A role or a user. For a role's session this is the role's ARN, as in `aws:PrincipalArn`.
    Arn(String),
}

impl Caller {
    /// The account that the caller belongs to.
    pub fn account(&self) -> Option<&str> {
        if let Self::Arn(arn) = self { arn.split(':').nth(4) } else { None }
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Through an endpoint of a VPC; AWS then tells no public address.
    Endpoint {
        /// The endpoint's VPC.
        vpc: String,
        /// The endpoint.
        endpoint: String,
        /// The caller's address in the VPC or in the network behind it.
        address: IpAddr,
    },
    /// Over the internet.
    Internet {
        /// The caller's public address.
        address: IpAddr,
    },
    /// Nothing is known of it.
    Untold,
}

/// What a request tells under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A text, an address or an ARN.
    Text(String),
    /// Several, for keys with several values.
    Texts(Vec<String>),
    /// Yes or no.
    Flag(bool),
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Request {
    /// A request from nowhere. The caller's keys (`aws:PrincipalArn`, `aws:PrincipalAccount`) are told by it.
    pub fn new(caller: Caller, action: impl Into<String>, resource: impl Into<String>) -> Self {
        let mut facts = BTreeMap::new();
        if let Caller::Arn(arn) = &caller {
            facts.insert("aws:PrincipalArn".to_owned(), Fact::from(arn.as_str()));
        }
        if let Some(account) = caller.account() {
            facts.insert("aws:PrincipalAccount".to_owned(), Fact::from(account));
        }
        Self { caller, action: action.into(), resource: resource.into(), facts }
    }

    /// The same request from a source.
    #[must_use]
    pub fn from(self, source: &Source) -> Self {
        match source {
            Source::Endpoint { vpc, endpoint, address } => self
                .with("aws:SourceVpc", vpc.as_str())
                .with("aws:SourceVpce", endpoint.as_str())
                .with("aws:VpcSourceIp", address.to_string().as_str()),
            Source::Internet { address } => self.with("aws:SourceIp", address.to_string().as_str()),
            Source::Untold => self,
        }
    }

    /// The same request with one more key, or another value of one.
    #[must_use]
    pub fn with(mut self, key: &str, fact: impl Into<Fact>) -> Self {
        self.facts.insert(key.to_owned(), fact.into());
        self
    }

    /// Everything that the request tells, by key.
    pub fn facts(&self) -> &BTreeMap<String, Fact> {
        &self.facts
    }

    /// The text under a key.
    pub(super) fn text(&self, key: &str) -> Option<&String> {
        if let Some(Fact::Text(text)) = self.facts.get(key) { Some(text) } else { None }
    }

    pub(super) fn context(&self) -> Context {
        let value = |fact: &Fact| match fact {
            Fact::Text(text) => ContextValue::String(text.clone()),
            Fact::Texts(texts) => ContextValue::StringList(texts.clone()),
            Fact::Flag(flag) => ContextValue::Boolean(*flag),
        };
        Context::with_data(self.facts.iter().map(|(key, fact)| (key.clone(), value(fact))).collect())
    }
}
