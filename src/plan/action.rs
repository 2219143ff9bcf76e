//! The parts of a plan.

use serde::Serialize;

use crate::spec::name::{DomainId, ImageName, Label};

/// What would happen to a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The target.
    pub target: Label,
    /// The repository to create first, with the reason.
    pub create_repository: Option<String>,
    /// What would happen to each selected image, in the order of their names.
    pub images: Vec<ImagePlan>,
}

/// What would happen to one image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImagePlan {
    /// The image.
    pub image: ImageName,
    /// Its tag in the registry.
    pub tag: String,
    /// What would be done, in this order.
    pub actions: Vec<Action>,
    /// What prevents it.
    pub blockers: Vec<Blocker>,
    /// Domains whose list is right already, with the version that stands there.
    pub attached: Vec<(Label, u32)>,
}

/// One thing to do, with the reason for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Build, verify and push the container image.
    Build {
        /// Why.
        reason: String,
    },
    /// Create the SageMaker image.
    CreateImage {
        /// Why.
        reason: String,
    },
    /// Change the SageMaker image's title or description.
    UpdateImage {
        /// Why.
        reason: String,
    },
    /// Create an image version.
    CreateVersion {
        /// Why.
        reason: String,
    },
    /// Create the app image config that a domain's entry names.
    CreateConfig {
        /// Why.
        reason: String,
    },
    /// Change a domain's list.
    Attach {
        /// The domain's name in the target.
        domain: Label,
        /// The domain.
        id: DomainId,
        /// The change.
        change: DomainChange,
        /// Why.
        reason: String,
    },
}

/// How an entry of a domain's list changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainChange {
    /// The version that stands there now; `None` where the image is not in the list.
    pub from: Option<u32>,
    /// The version that will stand there; `None` where it has yet to be made.
    pub to: Option<u32>,
}

/// Something that has to be mended by a person before an image can go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

impl Action {
    /// Why it is done.
    pub fn reason(&self) -> &str {
        match self {
            Self::Build { reason }
            | Self::CreateImage { reason }
            | Self::UpdateImage { reason }
            | Self::CreateVersion { reason }
            | Self::CreateConfig { reason }
            | Self::Attach { reason, .. } => reason,
        }
    }
}

impl Plan {
    /// Whether nothing would happen.
    pub fn is_empty(&self) -> bool {
        self.create_repository.is_none() && self.images.iter().all(|image| image.actions.is_empty())
    }

    /// The images that something prevents.
    pub fn blocked(&self) -> impl Iterator<Item = &ImagePlan> {
        self.images.iter().filter(|image| !image.blockers.is_empty())
    }

    /// The images that something would happen to.
    pub fn changed(&self) -> impl Iterator<Item = &ImagePlan> {
        self.images.iter().filter(|image| !image.actions.is_empty())
    }
}

impl ImagePlan {
    /// Whether the container image would be built.
    pub fn builds(&self) -> bool {
        self.actions.iter().any(|action| matches!(action, Action::Build { .. }))
    }
}
