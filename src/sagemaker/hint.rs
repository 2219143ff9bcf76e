//! The next step for what SageMaker phrases badly (facts 2.4 and 6).

use super::SageMakerError;
use crate::aws::{Failure, Refusal};

/// Texts of refusals, each with what it means. The first that matches counts.
const REFUSALS: [(&str, &str); 7] = [
    (
        "with InService App",
        "SageMaker wants the domain's running apps stopped first: docs/operations.md says how to restart RStudio",
    ),
    (
        "AccessStatus is set to ENABLED",
        "RStudio is disabled in the domain's user settings: enable it (`RStudioServerProAppSettings.AccessStatus`) first",
    ),
    (
        "can only be set for Rstudio enabled domains",
        "this domain was created without RStudio, which cannot be added later: use another domain",
    ),
    (
        "VpcId and Subnet IDs are required",
        "the domain's network settings are incomplete: correct them in the console first",
    ),
    (
        "StudioWebPortal is disabled",
        "the domain's Studio settings contradict each other: correct them in the console first",
    ),
    ("iam:PassRole", "these credentials may not hand that role to SageMaker: allow `iam:PassRole` for it"),
    (
        "assume",
        "SageMaker cannot use the image role: it must exist and its trust policy must name `sagemaker.amazonaws.com`",
    ),
];

/// Where sessions write what their reasons leave out (facts 1.1).
const LOGS: &str = "see log group `/aws/sagemaker/studio`";

impl SageMakerError {
    /// The next step, where the failure is a known one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::DescribeImage { source, .. }
            | Self::CreateImage { source, .. }
            | Self::UpdateImage { source, .. }
            | Self::DeleteImage { source, .. }
            | Self::ListTags { source, .. }
            | Self::ListVersions { source, .. }
            | Self::DescribeVersion { source, .. }
            | Self::CreateVersion { source, .. }
            | Self::DescribeAppImageConfig { source, .. }
            | Self::CreateAppImageConfig { source, .. }
            | Self::DescribeDomain { source, .. }
            | Self::UpdateDomain { source, .. } => refused(source),
            Self::ImageFailed { reason, .. } => Some(known(reason).unwrap_or_else(|| {
                "the image role is the usual cause: SageMaker must be able to assume it; the next run creates the image anew"
                    .to_owned()
            })),
            Self::VersionFailed { .. } => Some(format!(
                "the usual causes are that the image role may not pull from the repository, that the image is in another \
                 Region, or that its manifest is an index; {LOGS}"
            )),
            Self::NoDomain { .. } => Some("compare the domain's id, the account and the Region with the target".to_owned()),
            Self::NoRStudio { .. } => Some(
                "RStudio can be chosen only when a domain is created: name another domain in the target".to_owned(),
            ),
            Self::DomainUnusable { reason, .. } | Self::DomainUpdateFailed { reason, .. } => known(reason)
                .or_else(|| Some(format!("correct what the reason names in the domain's settings, then run it again; {LOGS}"))),
            Self::TooManyEntries { .. } => Some("detach images that nobody uses any more".to_owned()),
            Self::ContestedImage { .. } | Self::LostUpdates { .. } => Some(
                "find the other writer (Terraform, a script, another pipeline) and let only one of them manage this"
                    .to_owned(),
            ),
            Self::VanishingVersions { .. } => Some("find out who deletes the versions of this image".to_owned()),
            Self::TimedOut { .. } => Some("run it again: it goes on where it stopped".to_owned()),
            Self::Incomplete { .. } => None,
        }
    }
}

fn refused(failure: &Failure) -> Option<String> {
    let own = |refusal: &Refusal| (!refusal.code.starts_with("Throttl")).then(|| known(&refusal.message)).flatten();
    failure.refusal().and_then(own).or_else(|| failure.hint())
}

fn known(text: &str) -> Option<String> {
    REFUSALS.iter().find(|(part, _)| text.contains(part)).map(|(_, hint)| (*hint).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update_refused(message: &str) -> SageMakerError {
        let refusal = Refusal { code: "ValidationException".into(), message: message.into(), request_id: None };
        SageMakerError::UpdateDomain {
            domain: "d-abc".parse().expect("a domain id"),
            source: Failure::Refused(Box::new(refusal)),
        }
    }

    #[test]
    fn badly_phrased_refusals_are_explained() {
        let cases = [
            (
                "Unable to update Domain [d-abc] with InService App. Delete all InService apps in the domain including \
                 shared Apps for [domain-shared] User Profile.",
                "how to restart RStudio",
            ),
            ("RStudioServerProAppSettings. Make sure AccessStatus is set to ENABLED", "RStudio is disabled"),
            ("AppSecurityGroupManagement can only be set for Rstudio enabled domains", "without RStudio"),
        ];
        for (message, part) in cases {
            let hint = update_refused(message).hint().unwrap_or_default();
            assert!(hint.contains(part), "`{message}` should be explained with `{part}`: {hint}");
        }
        assert_eq!(update_refused("something new").hint(), None);
    }

    #[test]
    fn a_failed_version_names_its_log_group() {
        let failed = SageMakerError::VersionFailed {
            image: "clinical".parse().expect("a name"),
            number: 3,
            reason: "InternalFailure".into(),
        };
        assert_eq!(failed.to_string(), "version 3 of image `clinical` failed: InternalFailure");
        assert!(failed.hint().unwrap_or_default().contains("/aws/sagemaker/studio"));
    }
}
