//! What can go wrong in SageMaker.

use std::time::Duration;

use super::domain::DomainStatus;
use super::domain_list::MOST_ENTRIES;
use super::images::ImageStatus;
use crate::aws::Failure;
use crate::spec::name::{DomainId, ImageName};

/// Why a step in SageMaker failed.
#[derive(Debug, thiserror::Error)]
pub enum SageMakerError {
    /// Looking for an image failed.
    #[error("could not look up image `{image}`")]
    DescribeImage {
        /// The image.
        image: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// Creating an image failed.
    #[error("could not create image `{image}`")]
    CreateImage {
        /// The image.
        image: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// Changing an image's title, description or role failed.
    #[error("could not update image `{image}`")]
    UpdateImage {
        /// The image.
        image: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// Removing an image whose creation had failed, to create it anew, failed.
    #[error("could not remove image `{image}`, whose creation had failed")]
    DeleteImage {
        /// The image.
        image: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// SageMaker took an image and then could not make it.
    #[error("image `{image}` is {status}: {reason}")]
    ImageFailed {
        /// The image.
        image: ImageName,
        /// Its state.
        status: ImageStatus,
        /// SageMaker's `FailureReason` as it is.
        reason: String,
    },
    /// Other writers kept changing an image between our look and our change.
    #[error("image `{image}` was changed by somebody else each of {attempts} times")]
    ContestedImage {
        /// The image.
        image: ImageName,
        /// How often it was tried.
        attempts: u32,
    },
    /// Reading an image's tags failed.
    #[error("could not list the tags of `{arn}`")]
    ListTags {
        /// The tagged resource.
        arn: String,
        /// AWS's reason.
        source: Failure,
    },
    /// Listing the versions failed.
    #[error("could not list the versions of image `{image}`")]
    ListVersions {
        /// The image.
        image: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// Looking for a version failed.
    #[error("could not look up version {number} of image `{image}`")]
    DescribeVersion {
        /// The image.
        image: ImageName,
        /// The version.
        number: u32,
        /// AWS's reason.
        source: Failure,
    },
    /// Creating a version failed.
    #[error("could not create a version of image `{image}`")]
    CreateVersion {
        /// The image.
        image: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// SageMaker took a version and then could not make it.
    #[error("version {number} of image `{image}` failed: {reason}")]
    VersionFailed {
        /// The image.
        image: ImageName,
        /// The version.
        number: u32,
        /// SageMaker's `FailureReason` as it is.
        reason: String,
    },
    /// Each version that SageMaker promised was gone when it was looked at.
    #[error("each version of image `{image}` disappeared after it was created, {attempts} times")]
    VanishingVersions {
        /// The image.
        image: ImageName,
        /// How often it was tried.
        attempts: u32,
    },
    /// Looking for an app image config failed.
    #[error("could not look up app image config `{name}`")]
    DescribeAppImageConfig {
        /// Its name, which is the image's.
        name: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// Creating an app image config failed.
    #[error("could not create app image config `{name}`")]
    CreateAppImageConfig {
        /// Its name, which is the image's.
        name: ImageName,
        /// AWS's reason.
        source: Failure,
    },
    /// Looking for a domain failed.
    #[error("could not look up domain `{domain}`")]
    DescribeDomain {
        /// The domain.
        domain: DomainId,
        /// AWS's reason.
        source: Failure,
    },
    /// There is no such domain.
    #[error("there is no domain `{domain}` in this account and Region")]
    NoDomain {
        /// The domain.
        domain: DomainId,
    },
    /// The domain has no RStudio, which is chosen when a domain is created.
    #[error("domain `{domain}` has no RStudio")]
    NoRStudio {
        /// The domain.
        domain: DomainId,
    },
    /// The domain is in a state that it does not leave by itself.
    #[error("domain `{domain}` cannot be updated while it is {status}: {reason}")]
    DomainUnusable {
        /// The domain.
        domain: DomainId,
        /// Its state.
        status: DomainStatus,
        /// SageMaker's `FailureReason` as it is.
        reason: String,
    },
    /// SageMaker refused the new list.
    #[error("could not change the list of session images of domain `{domain}`")]
    UpdateDomain {
        /// The domain.
        domain: DomainId,
        /// AWS's reason.
        source: Failure,
    },
    /// SageMaker took the new list and then could not apply it.
    #[error("domain `{domain}` did not take the new list of session images: {reason}")]
    DomainUpdateFailed {
        /// The domain.
        domain: DomainId,
        /// SageMaker's `FailureReason` as it is.
        reason: String,
    },
    /// The list would become longer than SageMaker allows.
    #[error("domain `{domain}` would have {entries} session images; SageMaker takes at most {MOST_ENTRIES}")]
    TooManyEntries {
        /// The domain.
        domain: DomainId,
        /// How many there would be.
        entries: usize,
    },
    /// Somebody else replaced the list after each of our updates.
    #[error("another writer replaced the list of session images of domain `{domain}` after each of {attempts} updates")]
    LostUpdates {
        /// The domain.
        domain: DomainId,
        /// How often it was tried.
        attempts: u32,
    },
    /// A state lasted too long.
    #[error("{subject} is still {state} after {} s", after.as_secs())]
    TimedOut {
        /// What was waited for.
        subject: String,
        /// The state it was in.
        state: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// An answer lacks a part that SageMaker always sends.
    #[error("SageMaker's answer about {subject} has no usable {missing}")]
    Incomplete {
        /// What was asked about.
        subject: String,
        /// The part.
        missing: &'static str,
    },
}

/// Whether AWS says that the thing does not exist; some calls say so with a `ValidationException` (facts 2.2).
pub(super) fn is_missing(failure: &Failure) -> bool {
    failure.is("ResourceNotFound")
        || failure.refusal().is_some_and(|refusal| {
            refusal.code == "ValidationException"
                && (refusal.message.contains("No Image with the name") || refusal.message.contains("does not exist"))
        })
}

/// Whether AWS says that the thing exists already, or is busy.
pub(super) fn is_in_use(failure: &Failure) -> bool {
    failure.is("ResourceInUse")
}
