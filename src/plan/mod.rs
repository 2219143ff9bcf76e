//! What would happen, and why: a pure function of what is wanted and what ECR and SageMaker say now.

mod action;
mod decide;
mod observe;
mod show;
mod wanted;

pub use action::{Action, Blocker, DomainChange, ImagePlan, Plan};
pub use decide::decide;
pub use observe::{ObserveError, Observed, ObservedImage, observe};
pub use wanted::{Wanted, WantedError};
