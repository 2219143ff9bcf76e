//! What policies say about a request.

use std::fmt;

use iam_rs::IAMEffect;
use serde::Serialize;

use super::super::Effect;

/// What policies say about a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum Verdict {
    /// It is allowed.
    Allowed {
        /// Every statement that allows it.
        by: Vec<Reason>,
    },
    /// Something denies it.
    Denied {
        /// Every statement that denies it.
        by: Vec<Reason>,
    },
    /// Nothing denies it, and something that would have to allow it does not.
    NotAllowed {
        /// The layers without an allowing statement; none, where no layer grants anything to such a caller.
        silent: Vec<String>,
    },
}

impl Verdict {
    /// Whether the request goes through.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// The statements that decided, by their names.
    pub fn sids(&self) -> Vec<&str> {
        match self {
            Self::Allowed { by } | Self::Denied { by } => by.iter().map(|reason| reason.statement.as_str()).collect(),
            Self::NotAllowed { .. } => Vec::new(),
        }
    }
}

/// `allowed by LAYER: SID`, `denied by LAYER: SID, LAYER: SID`, `not allowed by LAYER`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |by: &[Reason]| by.iter().map(Reason::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Self::Allowed { by } => write!(f, "allowed by {}", listed(by)),
            Self::Denied { by } => write!(f, "denied by {}", listed(by)),
            Self::NotAllowed { silent } if silent.is_empty() => f.write_str("not allowed by any policy"),
            Self::NotAllowed { silent } => write!(f, "not allowed by {}", silent.join(", ")),
        }
    }
}

/// A statement that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The layer it stands in.
    pub layer: String,
    /// Its `Sid`, or its number from 1.
    pub statement: String,
    /// What it does.
    pub effect: Effect,
}

impl Reason {
    pub(super) fn new(layer: &str, statement: String, effect: IAMEffect) -> Self {
        let effect = match effect {
            IAMEffect::Allow => Effect::Allow,
            IAMEffect::Deny => Effect::Deny,
        };
        Self { layer: layer.to_owned(), statement, effect }
    }

    pub(super) fn allows(&self) -> bool {
        self.effect == Effect::Allow
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.layer, self.statement)
    }
}
