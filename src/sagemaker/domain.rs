//! The domain: whether it can be changed, which Workbench it runs, and its list of session images.

use std::fmt;

use aws_sdk_sagemaker::operation::describe_domain::DescribeDomainOutput;
use aws_sdk_sagemaker::types::{CustomImage, DomainStatus as Status, RSessionAppSettings, ResourceSpec};
use serde::Serialize;

use super::error::is_missing;
use super::{SageMaker, SageMakerError};
use crate::aws::Failure;
use crate::spec::name::{DomainId, ImageName};

/// An entry of a domain's list, ours or another team's, exactly as SageMaker holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct AttachedImage {
    /// The image's name; another team's may have capitals and dots.
    pub image: String,
    /// The version; without one SageMaker means the latest, and users report otherwise (facts 6).
    pub version: Option<u32>,
    /// The app image config's name.
    pub config: String,
}

impl AttachedImage {
    /// Our entry for a version of `image`: pinned, with the config of the same name.
    pub fn pinned(image: &ImageName, version: u32) -> Self {
        Self { image: image.to_string(), version: Some(version), config: image.to_string() }
    }
}

/// A domain as SageMaker reports it.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainState {
    /// Its id.
    pub id: DomainId,
    /// Its name.
    pub name: String,
    /// Where it is in its life.
    pub status: DomainStatus,
    /// SageMaker's reason, where something failed.
    pub failure: Option<String>,
    /// The Workbench release it runs, such as `2026.08`, where the domain names it (facts 1.3).
    pub workbench: Option<String>,
    /// Whether it has RStudio at all.
    pub rstudio: bool,
    /// The list of session images.
    pub session_images: Vec<AttachedImage>,
    /// The default size and image of sessions; sent back with the list, because leaving it out may clear it (facts 2.4).
    pub default_resource_spec: Option<ResourceSpec>,
}

/// Where a domain is in its life (facts 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainStatus {
    /// Being made.
    Pending,
    /// Usable.
    InService,
    /// Being changed; refuses further changes.
    Updating,
    /// Usable, but the last change did not happen; takes another.
    UpdateFailed,
    /// Being deleted.
    Deleting,
    /// Could not be deleted.
    DeleteFailed,
    /// Could not be made.
    Failed,
    /// A state that came into being after this program.
    Other(String),
}

impl fmt::Display for DomainStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "Pending",
            Self::InService => "InService",
            Self::Updating => "Updating",
            Self::UpdateFailed => "Update_Failed",
            Self::Deleting => "Deleting",
            Self::DeleteFailed => "Delete_Failed",
            Self::Failed => "Failed",
            Self::Other(status) => status,
        })
    }
}

impl From<&Status> for DomainStatus {
    fn from(status: &Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::InService => Self::InService,
            Status::Updating => Self::Updating,
            Status::UpdateFailed => Self::UpdateFailed,
            Status::Deleting => Self::Deleting,
            Status::DeleteFailed => Self::DeleteFailed,
            Status::Failed => Self::Failed,
            other => Self::Other(other.as_str().to_owned()),
        }
    }
}

impl SageMaker {
    /// Looks a domain up; `None` where there is none.
    pub async fn domain(&self, id: &DomainId) -> Result<Option<DomainState>, SageMakerError> {
        match self.client.describe_domain().domain_id(id.as_str()).send().await.map_err(Failure::from) {
            Ok(answer) => read(id, &answer).map(Some),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(source) => Err(SageMakerError::DescribeDomain { domain: id.clone(), source }),
        }
    }
}

fn read(id: &DomainId, answer: &DescribeDomainOutput) -> Result<DomainState, SageMakerError> {
    let incomplete = |missing| SageMakerError::Incomplete { subject: format!("domain `{id}`"), missing };
    let server = answer.domain_settings().and_then(|settings| settings.r_studio_server_pro_domain_settings());
    let sessions = answer.default_user_settings().and_then(|settings| settings.r_session_app_settings());
    let entries = sessions.map(RSessionAppSettings::custom_images).unwrap_or_default();
    Ok(DomainState {
        id: id.clone(),
        name: answer.domain_name().unwrap_or_default().to_owned(),
        status: answer.status().ok_or_else(|| incomplete("status"))?.into(),
        failure: answer.failure_reason().map(str::to_owned),
        workbench: server
            .and_then(|server| server.default_resource_spec())
            .and_then(|spec| spec.sage_maker_image_arn())
            .and_then(workbench_in_arn),
        rstudio: server.is_some(),
        session_images: entries
            .iter()
            .map(|entry| read_entry(entry).ok_or_else(|| incomplete("session image")))
            .collect::<Result<_, _>>()?,
        default_resource_spec: sessions
            .and_then(|sessions| sessions.default_resource_spec())
            .filter(|spec| **spec != ResourceSpec::builder().build())
            .cloned(),
    })
}

fn read_entry(entry: &CustomImage) -> Option<AttachedImage> {
    Some(AttachedImage {
        image: entry.image_name()?.to_owned(),
        version: entry.image_version_number().map(u32::try_from).transpose().ok()?,
        config: entry.app_image_config_name()?.to_owned(),
    })
}

/// The Workbench release in a stock image's ARN, whose tail is `rstudio-workbench-2026.08-sagemaker-1.0` or, for old
/// ones, `rstudio-workbench-2023.03` (facts 1.3).
fn workbench_in_arn(arn: &str) -> Option<String> {
    let (_, tail) = arn.split_once(":image/rstudio-workbench-")?;
    let release = tail.split('-').next()?;
    let (year, month) = release.split_once('.')?;
    let numeric = |text: &str, digits| text.len() == digits && text.chars().all(|c| c.is_ascii_digit());
    (numeric(year, 4) && numeric(month, 2)).then(|| release.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workbench_release_stands_in_the_arn() {
        let cases = [
            ("arn:aws:sagemaker:eu-west-1:470317259841:image/rstudio-workbench-2026.08-sagemaker-1.0", Some("2026.08")),
            ("arn:aws:sagemaker:eu-west-1:470317259841:image/rstudio-workbench-2025.05-sagemaker-1.1", Some("2025.05")),
            ("arn:aws:sagemaker:eu-west-1:470317259841:image/rstudio-workbench-2023.03", Some("2023.03")),
            ("arn:aws:sagemaker:eu-west-1:470317259841:image/datascience-1.0", None),
            ("arn:aws:sagemaker:eu-west-1:470317259841:image/rstudio-workbench-next", None),
            ("", None),
        ];
        for (arn, release) in cases {
            assert_eq!(workbench_in_arn(arn).as_deref(), release, "{arn}");
        }
    }
}
