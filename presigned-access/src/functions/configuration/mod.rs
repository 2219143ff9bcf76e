//! The configuration: one JSON document for all functions, of which each reads the sections that it needs.
//!
//! ```json
//! {
//!   "audit": { "subject-key": { "parameter": "/presigned-access/subject-key" } },
//!   "domains": ["d-abcdefghijkl"],
//!   "people": { "table": "presigned-access-people" },
//!   "minting": { "url-seconds": 5, "longest-session-seconds": 28800 },
//!   "saml": {
//!     "service-provider": {
//!       "entity-id": "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod/metadata",
//!       "acs": "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod/saml",
//!       "providers": [{
//!         "entity-id": "https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/MTIz",
//!         "certificates": [{ "parameters-under": "/presigned-access/certificates" }],
//!         "idp-initiated": "allow"
//!       }]
//!     },
//!     "people": { "attributes": { "landing": "rstudio", "session-seconds": 28800 } },
//!     "cookie-key": { "parameter": "/presigned-access/cookie-key" },
//!     "replay-table": "presigned-access-assertions"
//!   },
//!   "tokens": { "issuers": [], "roots": [] },
//!   "presigned-url": { "answer": "redirect", "origins": [] },
//!   "provisioning": { "wait-seconds": 60 },
//!   "refresh": { "after-seconds": 300, "keep-seconds": 3600 }
//! }
//! ```
//!
//! Any value may stand elsewhere; see the module `reference`. A function resolves the references of its own sections
//! only, so that its role needs to read no secret of another one.

mod live;
mod reference;
mod settings;
mod source;

pub use live::Live;
pub use reference::ReferenceError;
pub(super) use settings::needed;
pub use settings::{
    AnswerForm, AttributesPeople, Document, Minting, Origin, PresignedUrlSettings, Provisioning, RStudioGroup, Refresh,
    SamlPeople, SamlSettings, TokenSettings,
};
pub use source::Source;

use super::desk::Desk;
use super::parameters::ParameterError;

/// What a function makes of its sections.
pub trait Settings: Sized + Send + Sync + 'static {
    /// The sections that it reads, beside `refresh`.
    const SECTIONS: &'static [&'static str];

    /// Checks the sections together.
    ///
    /// # Errors
    /// Every mistake that can be found.
    fn prepare(document: Document, desk: &Desk) -> Result<Self, Vec<Mistake>>;
}

/// Something in the document that has to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where, such as `saml.service-provider.providers[0].sign-in`.
    pub place: String,
    /// What is wrong there.
    pub words: String,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(place: impl Into<String>, words: impl Into<String>) -> Self {
        Self { place: place.into(), words: words.into() }
    }

    /// A mistake with its causes.
    pub fn chain(place: impl Into<String>, error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(Some(error), |error| error.source());
        Self::new(place, causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// Nobody says where it is.
    #[error(
        "set one of the variables `CONFIGURATION_PARAMETER`, `CONFIGURATION_FILE` and `CONFIGURATION`, and only one of them"
    )]
    Nowhere,
    /// A file cannot be read.
    #[error("cannot read `{path}`: {source}")]
    File {
        /// Its path.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A parameter cannot be read.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The document is no JSON object.
    #[error("the configuration is no JSON object: {0}")]
    Json(serde_json::Error),
    /// The document has mistakes.
    #[error("the configuration has {} mistake(s): {}", .0.len(), listed(.0))]
    Mistakes(Vec<Mistake>),
    /// It could not be read again for too long.
    #[error("the configuration could not be read again since {since}")]
    TooOld {
        /// When it was read last.
        since: jiff::Timestamp,
    },
}

fn listed(mistakes: &[Mistake]) -> String {
    let lines: Vec<_> = mistakes.iter().map(|mistake| format!("`{}`: {}", mistake.place, mistake.words)).collect();
    lines.join("; ")
}
