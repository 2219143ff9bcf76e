//! Makes the pushed image one that SageMaker launches: image, image version, app image config, the domain's list.

use serde::Serialize;

use super::error::StepError;
use super::publish::pushed_digest;
use super::services::Services;
use crate::aws::Tags;
use crate::git::Commit;
use crate::plan::Wanted;
use crate::progress::Reporter;
use crate::sagemaker::{Attached, AttachedImage, BaseImage, ImageDeclaration, VersionDeclaration};
use crate::spec::Target;
use crate::spec::name::{Digest, DomainId, ImageName};

/// What SageMaker knows the image as.
#[derive(Debug, Clone, Serialize)]
pub struct Registered {
    /// The image.
    pub image: ImageName,
    /// The version's number.
    pub version: u32,
    /// The container image that it is made of.
    pub base_image: String,
}

/// Registers the digest that stands in the registry.
pub async fn register(
    services: &Services,
    target: &Target,
    wanted: &Wanted,
    digest: &Digest,
    commit: Option<&Commit>,
    reporter: &Reporter,
) -> Result<Registered, StepError> {
    let spec = wanted.spec();
    let missing = || StepError::NoRepository(target.repository.to_string());
    let repository = services.registry.repository().await?.ok_or_else(missing)?;
    let base_image = BaseImage::new(&repository.uri, digest)?;
    let declaration = ImageDeclaration {
        name: spec.name.clone(),
        title: spec.title.clone(),
        description: spec.description.clone(),
        role: target.image_role.clone(),
        tags: ownership_tags(),
    };
    services.sagemaker.ensure_image(&declaration, reporter).await?;
    let version = VersionDeclaration {
        image: spec.name.clone(),
        base_image: base_image.clone(),
        release_notes: Some(release_notes(wanted, commit).parse().expect("the notes should be one short line")),
        language: Some(format!("R {}", spec.r.default).parse().expect("a version of R should be a language's")),
    };
    let version = services.sagemaker.ensure_version(&version, reporter).await?;
    services.sagemaker.ensure_app_image_config(&spec.name, &ownership_tags()).await?;
    Ok(Registered { image: spec.name.clone(), version: version.number, base_image: base_image.as_str().to_owned() })
}

/// The version that is made of the pushed image.
pub async fn registered(services: &Services, wanted: &Wanted) -> Result<Registered, StepError> {
    let image = &wanted.spec().name;
    let digest = pushed_digest(services, wanted).await?;
    let version = services.sagemaker.version_with_digest(image, &digest).await?;
    let version =
        version.ok_or_else(|| StepError::NotRegistered { image: image.to_string(), digest: digest.to_string() })?;
    Ok(Registered { image: image.clone(), version: version.number, base_image: version.base_image })
}

/// Gives the images their entries in a domain's list, in one update.
pub async fn attach(
    services: &Services,
    domain: &DomainId,
    images: &[&Registered],
    reporter: &Reporter,
) -> Result<Attached, StepError> {
    let entries: Vec<AttachedImage> = images.iter().map(|one| AttachedImage::pinned(&one.image, one.version)).collect();
    Ok(services.sagemaker.attach(domain, &entries, reporter).await?)
}

/// What a version says about itself; `status` reads it back.
pub fn release_notes(wanted: &Wanted, commit: Option<&Commit>) -> String {
    let commit = commit.map_or_else(|| "uncommitted".to_owned(), Commit::short);
    format!("slipway {} commit {commit}", wanted.fingerprint.short())
}

/// Says that an image is Slipway's own: AWS is the only state there is.
fn ownership_tags() -> Tags {
    Tags::default().with("slipway:managed", "true").expect("the tag should be one that AWS takes")
}
