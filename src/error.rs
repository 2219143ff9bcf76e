//! What a verb can fail with, and how it is said: the chain once, then what to do next.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::commands::access::{CertificatesError, CheckError, MapError, ReachError};
use crate::dockerfile::{RecipeError, RenderError};
use crate::engine::{EngineError, HostError};
use crate::lock::{LockFileError, ResolveError};
use crate::pipeline::{ConnectError, SandboxError, SecretError, StepError};
use crate::plan::{ObserveError, WantedError};
use crate::spec::{LoadError, Problem};

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The project cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Declarations have mistakes.
    #[error("{}", counted(.0.iter().filter(|problem| !problem.is_warning()).count(), "mistake"))]
    Problems(Vec<Problem>),
    /// A name selects nothing.
    #[error("no image is called `{name}`")]
    NoSuchImage {
        /// What was asked for.
        name: String,
        /// What is close, or what there is.
        hint: String,
    },
    /// The project has no specs, or none of them goes to the target.
    #[error("{0}")]
    NothingSelected(String),
    /// There is no such target.
    #[error("`slipway.toml` has no target `{name}`")]
    NoSuchTarget {
        /// What was asked for.
        name: String,
        /// The targets there are.
        known: String,
    },
    /// Locks are missing or broken.
    #[error(transparent)]
    Lock(#[from] LockFileError),
    /// A lock says other than its spec.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A lock cannot be built from.
    #[error("image.lock of `{image}` was written by hand: {reason}")]
    ByHand {
        /// The image.
        image: String,
        /// What the lock says about itself.
        reason: String,
    },
    /// A spec cannot be resolved.
    #[error("cannot lock `{image}`")]
    Resolve {
        /// The image.
        image: String,
        /// Why.
        #[source]
        source: ResolveError,
    },
    /// A template cannot be filled.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A recipe has no place in the target.
    #[error(transparent)]
    Wanted(#[from] WantedError),
    /// The target does not say how things stand.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The target's services cannot be used.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no sandbox.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The address of the engine makes no sense.
    #[error("cannot use the address of the Docker Engine")]
    Host(#[from] HostError),
    /// The engine did not do something.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A build secret has no value.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A step failed.
    #[error(transparent)]
    Step(#[from] StepError),
    /// `access` has no AWS to talk to.
    #[error(transparent)]
    Reach(#[from] ReachError),
    /// The mapping table could not be read or changed.
    #[error(transparent)]
    Map(#[from] MapError),
    /// Certificates could not be shown or changed.
    #[error(transparent)]
    Certificates(#[from] CertificatesError),
    /// Policies could not be judged.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// Some images failed; each has been told.
    #[error("{}", failed_images(.0))]
    Images(Vec<String>),
    /// A file could not be written.
    #[error("cannot write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The current folder is gone.
    #[error("cannot tell the current folder")]
    CurrentFolder(#[source] std::io::Error),
    /// A file that would be overwritten.
    #[error("`{0}` exists already")]
    Exists(PathBuf),
    /// A text on the command line that is not what it should be.
    #[error("{0}")]
    Usage(String),
    /// No rule has this code.
    #[error("no rule is called `{code}`")]
    NoSuchRule {
        /// What was asked for.
        code: String,
        /// The rules there are.
        known: String,
    },
    /// Things have changed since a plan was written.
    #[error("the plan in `{0}` is not what would be done now")]
    StalePlan(PathBuf),
    /// Somebody has to say yes, and nobody can be asked.
    #[error("the plan needs a yes, and there is no terminal to ask on")]
    NoAnswer,
    /// Somebody said no.
    #[error("not applied")]
    Declined,
    /// Ctrl-C.
    #[error("interrupted; running it again goes on where this ended")]
    Interrupted,
    /// The HTTP client cannot be made.
    #[error("cannot prepare downloads")]
    Http(#[source] reqwest::Error),
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn failed_images(names: &[String]) -> String {
    format!("{} failed: {}", counted(names.len(), "image"), names.join(", "))
}

impl Error {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Load(source) => source.hint().map(str::to_owned),
            Self::NoSuchImage { hint, .. } => Some(hint.clone()),
            Self::NoSuchTarget { known, .. } | Self::NoSuchRule { known, .. } => Some(format!("known: {known}")),
            Self::Lock(source) => source.hint().map(str::to_owned),
            Self::Recipe(error) => Some(format!("`slipway lock {}` resolves what changed", error.image)),
            Self::ByHand { image, .. } => {
                Some(format!("`slipway lock {image}` resolves it, where the network reaches"))
            }
            Self::Resolve { source, .. } => source.hint(),
            Self::Observe(source) => source.hint(),
            Self::Connect(source) => source.hint(),
            Self::Sandbox(source) => source.hint(),
            Self::Engine(source) => source.hint(),
            Self::Step(source) => source.hint(),
            Self::Reach(source) => Some(source.hint().to_owned()),
            Self::Map(source) => source.hint(),
            Self::Check(source) => source.hint(),
            Self::Certificates(source) => source.hint(),
            Self::NoAnswer => Some("`--yes` says it".to_owned()),
            Self::Images(_) => Some("`slipway apply` goes on with what is left, once the cause is mended".to_owned()),
            Self::StalePlan(_) => Some("`slipway plan --out FILE` writes it again, for another review".to_owned()),
            Self::Exists(_) => Some("remove it first, or choose another name".to_owned()),
            _ => None,
        }
    }

    /// The exit code: 64 for wrong usage, 130 after Ctrl-C, 1 for everything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::NoSuchImage { .. } | Self::NoSuchTarget { .. } | Self::NoSuchRule { .. } => 64,
            Self::Interrupted => 130,
            _ => 1,
        }
    }
}

impl Error {
    /// The error as it is shown.
    pub fn told(&self) -> String {
        let detail = if let Self::Step(step) = self { step.detail() } else { None };
        told(self, detail, self.hint())
    }
}

/// An error as it is shown: the chain, each cause once, then what to look at, then what to do.
pub fn told(error: &(dyn std::error::Error + 'static), detail: Option<String>, hint: Option<String>) -> String {
    let mut text = format!("error: {error}");
    let (mut said, mut cause) = (error.to_string(), error.source());
    while let Some(source) = cause {
        let words = source.to_string();
        // A library whose message repeats its source's would make us say it twice.
        if !said.contains(&words) {
            let _ = write!(text, "\n  cause: {words}");
        }
        said = words;
        cause = source.source();
    }
    if let Some(detail) = detail {
        let _ = write!(text, "\n{detail}");
    }
    if let Some(hint) = hint {
        let _ = write!(text, "\nhint: {hint}");
    }
    text
}
