//! The shape of a document, written exactly as IAM wants it.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// The language's version; the older one knows no variables and reads `${` as text.
const VERSION: &str = "2012-10-17";

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

impl Document {
    /// A document of these statements.
    pub(super) fn new(statement: Vec<Statement>) -> Self {
        Self { version: VERSION, statement }
    }

    /// Its statements.
    pub fn statements(&self) -> &[Statement] {
        &self.statement
    }

    /// The document as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a document should be JSON: its keys are texts")
    }
}

/// A statement: what it does, about whom, which actions and what, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Its name, by which a verdict is explained; letters and digits, as IAM demands.
    pub sid: &'static str,
    /// What it does.
    pub effect: Effect,
    /// About whom; not in policies of an identity or of an organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<Principal>,
    /// Which actions.
    #[serde(serialize_with = "one_or_many")]
    pub action: Vec<Action>,
    /// On what.
    #[serde(flatten)]
    pub target: Target,
    /// When; always, where nothing stands.
    #[serde(skip_serializing_if = "Condition::is_empty")]
    pub condition: Condition,
}

impl Statement {
    /// An allowing statement.
    pub(super) fn allow(sid: &'static str, action: Vec<Action>, target: Target) -> Self {
        Self { sid, effect: Effect::Allow, principal: None, action, target, condition: Condition::default() }
    }

    /// A denying statement.
    pub(super) fn deny(sid: &'static str, action: Vec<Action>, target: Target) -> Self {
        Self { effect: Effect::Deny, ..Self::allow(sid, action, target) }
    }

    /// The statement about everybody, for policies of resources and endpoints.
    pub(super) fn for_everybody(self) -> Self {
        Self { principal: Some(Principal::Everybody), ..self }
    }

    /// The statement under one more condition; all of them have to hold.
    pub(super) fn when(mut self, operator: Operator, key: Key, values: Vec<Literal>) -> Self {
        self.condition.0.entry(operator).or_default().insert(key, Values(values));
        self
    }
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Effect {
    /// It allows, unless something denies.
    Allow,
    /// It denies, whatever allows.
    Deny,
}

/// Whom a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Principal {
    /// Everybody, also callers without a signature.
    #[serde(rename = "*")]
    Everybody,
}

/// The actions that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Action {
    /// Everything in AWS.
    #[serde(rename = "*")]
    Everything,
    /// Everything in `SageMaker`.
    #[serde(rename = "sagemaker:*")]
    SageMaker,
    /// Mints a URL into a domain; also asked on every request of the session.
    #[serde(rename = "sagemaker:CreatePresignedDomainUrl")]
    MintDomainUrl,
    /// Mints a URL into a notebook instance.
    #[serde(rename = "sagemaker:CreatePresignedNotebookInstanceUrl")]
    MintNotebookUrl,
    /// Calls an API.
    #[serde(rename = "execute-api:Invoke")]
    InvokeApi,
}

/// What a statement is about. The patterns are made in this module, from names that hold no wildcard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Target {
    /// These.
    #[serde(rename = "Resource", serialize_with = "one_or_many")]
    These(Vec<Literal>),
    /// Everything but these.
    #[serde(rename = "NotResource", serialize_with = "one_or_many")]
    AllBut(Vec<Literal>),
}

impl Target {
    /// Everything.
    pub(super) fn everything() -> Self {
        Self::These(vec![Literal("*".to_owned())])
    }
}

/// A text in a document, made in this module from checked names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Literal(pub(super) String);

/// When a statement counts: every operator and key has to hold, and of a key's values any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Condition(BTreeMap<Operator, BTreeMap<Key, Values>>);

impl Condition {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How a key is compared. The negated operators also hold where the request has no such key, so a `Deny` with them
/// fails closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Operator {
    /// The value is one of these, to the letter.
    StringEquals,
    /// The value is none of these, or there is none.
    StringNotEquals,
    /// The address is in one of these ranges.
    IpAddress,
    /// The address is in none of these ranges, or there is none.
    NotIpAddress,
}

/// What a request tells about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Key {
    /// The VPC of the endpoint it came through.
    #[serde(rename = "aws:SourceVpc")]
    SourceVpc,
    /// The endpoint it came through.
    #[serde(rename = "aws:SourceVpce")]
    SourceVpce,
    /// The caller's address in that VPC; alone it proves nothing, because ranges repeat.
    #[serde(rename = "aws:VpcSourceIp")]
    VpcSourceIp,
    /// The caller: for a role's session, the role.
    #[serde(rename = "aws:PrincipalArn")]
    PrincipalArn,
    /// The caller's account.
    #[serde(rename = "aws:PrincipalAccount")]
    PrincipalAccount,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Values(#[serde(serialize_with = "one_or_many")] Vec<Literal>);

/// IAM writes a single value without a list, and so do we: what is read back is what was sent.
fn one_or_many<T: Serialize, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    match values {
        [one] => one.serialize(serializer),
        many => many.serialize(serializer),
    }
}
