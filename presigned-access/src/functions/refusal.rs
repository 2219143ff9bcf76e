//! Everything that ends a request without access, with the code for the log and the fault for the person.

use super::configuration::ConfigurationError;
use super::desk::Interruption;
use super::event::EventError;
use super::mint::MintError;
use super::people::PeopleError;
use super::provision::ProvisionError;
use super::replay::ReplayError;
use crate::policy::MethodArnError;
use crate::saml::request::RequestError;
use crate::{jwt, mapping, saml};

/// Why nobody came in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The event is none.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The request is none of those that the function answers.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// A response that is not believed.
    #[error(transparent)]
    Saml(#[from] saml::Refusal),
    /// A login that cannot start here.
    #[error(transparent)]
    Login(#[from] RequestError),
    /// A token that is not believed.
    #[error(transparent)]
    Token(#[from] jwt::Refusal),
    /// A method that no policy can name.
    #[error(transparent)]
    Method(#[from] MethodArnError),
    /// The mapping says no.
    #[error(transparent)]
    Mapping(#[from] mapping::Refusal),
    /// The mapping says nothing.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The assertion was used, or nobody knows whether it was.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// No address was minted.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// No profile was made.
    #[error(transparent)]
    Provision(#[from] ProvisionError),
    /// The configuration is too old to go by.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The function stopped in the middle.
    #[error(transparent)]
    Interrupted(#[from] Interruption),
    /// The line of the decision could not be written, and without it nobody comes in.
    #[error("the decision could not be written to the log")]
    Unwritten,
}

/// Whose fault it is: all that a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request cannot be read: 400.
    Request,
    /// The person may not come in: 403.
    Person,
    /// The installation is broken: 500.
    Ours,
    /// AWS or an identity provider does not answer: 503.
    Passing,
}

impl Refusal {
    /// The stable code for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Event(_) => "request.event",
            Self::Route(error) => error.code(),
            Self::Saml(refusal) => refusal.code(),
            Self::Login(RequestError::NoSignIn) => "login.no-sign-in",
            Self::Login(RequestError::Id) => "internal.request-id",
            Self::Token(refusal) => refusal.code(),
            Self::Method(_) => "request.method-arn",
            Self::Mapping(refusal) => refusal.code(),
            Self::People(error) => error.code(),
            Self::Replay(error) => error.code(),
            Self::Mint(error) => error.code(),
            Self::Provision(error) => error.code(),
            Self::Configuration(_) => "internal.configuration",
            Self::Interrupted(interruption) => interruption.code(),
            Self::Unwritten => "internal.log",
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Event(_) | Self::Route(_) | Self::Login(RequestError::NoSignIn) | Self::Method(_) => Fault::Request,
            Self::Saml(refusal) if refusal.code().starts_with("saml.form.") => Fault::Request,
            Self::Token(jwt::Refusal::KeysUnavailable) => Fault::Passing,
            Self::Saml(_) | Self::Token(_) | Self::Mapping(_) => Fault::Person,
            Self::People(error) => error.fault(),
            Self::Replay(error) => error.fault(),
            Self::Mint(error) => error.fault(),
            Self::Provision(error) => error.fault(),
            Self::Login(RequestError::Id) | Self::Configuration(_) | Self::Unwritten => Fault::Ours,
            Self::Interrupted(interruption) => interruption.fault(),
        }
    }

    /// What an administrator wants to know beside the code: AWS's words and mistakes in the configuration. What came
    /// with the request is not in them.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::People(error) => error.failure().map(ToString::to_string),
            Self::Replay(ReplayError::Unknown(failure)) => Some(failure.to_string()),
            Self::Mint(error) => error.failure().map(ToString::to_string),
            Self::Provision(error) => error.failure().map(ToString::to_string),
            Self::Configuration(error) => Some(error.to_string()),
            _ => None,
        }
    }
}

/// Why a request is none of those that a function answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// Another method or path.
    #[error("the function does not answer this method and path")]
    Unknown,
    /// `GET /login` without a provider, where there are several, or with one that is not configured.
    #[error("the request names no configured identity provider")]
    Provider,
    /// `presigned-url` without an authorizer before it, or behind one of somebody else.
    #[error("no authorizer vouches for the request")]
    Unauthorized,
    /// The authorizer's verdict is older than the token that it was about.
    #[error("the authorized token is over")]
    Over,
}

impl RouteError {
    /// The stable code for the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "request.route",
            Self::Provider => "request.provider",
            Self::Unauthorized => "request.unauthorized",
            Self::Over => "request.token-over",
        }
    }
}
