//! Why a step failed, with what a person needs to go on.

use std::path::PathBuf;

use crate::credentials::CredentialsError;
use crate::engine::{BuildError, EngineError, PushError};
use crate::registry::RegistryError;
use crate::sagemaker::{BaseImageError, SageMakerError};
use crate::spec::name::NameError;
use crate::verify::{Report, VerifyError};

/// A step that failed for one image.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The engine did not do something.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The base image's registry wants credentials that cannot be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The build failed; the place in the spec is said where it is known.
    #[error("cannot build `{image}`")]
    Build {
        /// The image.
        image: String,
        /// `image-specs/NAME/image.toml:12, r.packages[0]`.
        origin: Option<String>,
        /// Why.
        #[source]
        source: Box<BuildError>,
    },
    /// The image was built but could not be looked at.
    #[error("cannot verify `{image}`")]
    Verify {
        /// The image.
        image: String,
        /// Why.
        #[source]
        source: Box<VerifyError>,
    },
    /// The image was looked at and is not fit to be published.
    #[error("`{}` is not fit to be published\n{report}", report.name)]
    Unfit {
        /// What was found.
        report: Box<Report>,
    },
    /// The image that should be pushed is not in the engine.
    #[error("the engine has no image `{0}`")]
    NotBuilt(String),
    /// ECR did not do something.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The push failed.
    #[error("cannot push `{image}`")]
    Push {
        /// The image.
        image: String,
        /// Why.
        #[source]
        source: Box<PushError>,
    },
    /// The registry holds something else than what was pushed.
    #[error("pushed `{image}` as {pushed}, but the registry reads back {found}")]
    Digest {
        /// The image.
        image: String,
        /// What the engine sent.
        pushed: String,
        /// What the registry has.
        found: String,
    },
    /// The registry holds an index of several manifests.
    #[error("pushed `{image}` as {form}, and SageMaker takes single images only")]
    Index {
        /// The image.
        image: String,
        /// The manifest's media type.
        form: String,
    },
    /// The registry's address is not a repository.
    #[error("ECR has no repository `{0}`")]
    NoRepository(String),
    /// The registry has no image under the tag that should be registered.
    #[error("the registry has no image `{0}`")]
    NotPushed(String),
    /// SageMaker has no version of the pushed image.
    #[error("`{image}` has no usable version made of {digest}")]
    NotRegistered {
        /// The image.
        image: String,
        /// What was pushed.
        digest: String,
    },
    /// A report cannot be kept.
    #[error("cannot write the report `{path}`")]
    KeepReport {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A report cannot be written as JUnit.
    #[error("cannot write the report as JUnit")]
    Junit(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// SageMaker did not do something.
    #[error(transparent)]
    SageMaker(#[from] SageMakerError),
    /// The container image's name is longer than SageMaker takes.
    #[error(transparent)]
    BaseImage(#[from] BaseImageError),
    /// The engine reports a digest that is none.
    #[error("the engine reports a digest that cannot be used")]
    Name(#[from] NameError),
}

impl StepError {
    /// What a person looks at before anything else: where in the spec it comes from, and what the program said.
    pub fn detail(&self) -> Option<String> {
        let Self::Build { origin, source, .. } = self else { return None };
        let mut lines: Vec<String> = origin.iter().map(|place| format!("  at {place}")).collect();
        if let BuildError::Step(step) = source.as_ref() {
            lines.push(format!("  {}", step.command()));
            lines.extend(step.log.iter().map(|line| format!("  | {line}")));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Engine(source) => source.hint(),
            Self::Push { source, .. } => source.hint(),
            Self::Registry(source) => source.hint(),
            Self::SageMaker(source) => source.hint(),
            Self::Unfit { .. } => {
                Some("`slipway explain CODE` says why a rule exists and how to satisfy it".to_owned())
            }
            Self::NotBuilt(_) => Some("`slipway build` makes it".to_owned()),
            Self::NotPushed(_) | Self::NoRepository(_) => Some("`slipway push` brings it there".to_owned()),
            Self::NotRegistered { .. } => Some("`slipway register` makes one".to_owned()),
            Self::Index { .. } => Some("build without attestations and for one platform; engines with a containerd store push an index otherwise".to_owned()),
            Self::Digest { .. } => Some("somebody else may have pushed the tag meanwhile; run it again".to_owned()),
            Self::Credentials(_) => Some("`docker login` writes them again".to_owned()),
            Self::Build { .. }
            | Self::Verify { .. }
            | Self::KeepReport { .. }
            | Self::Junit(_)
            | Self::BaseImage(_)
            | Self::Name(_) => None,
        }
    }
}
