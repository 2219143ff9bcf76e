//! The settings of an issuer as somebody wrote them.

use serde::Deserialize;

use super::{Algorithm, Issuer, IssuerError, KeySource, Kind, Leeway};

/// The file's form of an [`Issuer`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    issuer: String,
    kind: Kind,
    keys: KeySource,
    #[serde(default = "usual_algorithms")]
    algorithms: Vec<Algorithm>,
    #[serde(default)]
    leeway_seconds: Leeway,
}

fn usual_algorithms() -> Vec<Algorithm> {
    vec![Algorithm::RS256]
}

impl TryFrom<Written> for Issuer {
    type Error = IssuerError;

    fn try_from(written: Written) -> Result<Self, IssuerError> {
        Self::new(written.issuer, written.algorithms, written.kind, written.keys, written.leeway_seconds)
    }
}
