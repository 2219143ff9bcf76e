//! Decides what to do: no clock, no network, the same input gives the same plan.

use super::action::{Action, Blocker, DomainChange, ImagePlan, Plan};
use super::observe::{Observed, ObservedImage};
use super::wanted::Wanted;
use crate::sagemaker::{AttachedImage, DomainState};
use crate::spec::Target;
use crate::spec::name::{Description, DomainId, Label};

/// What has to be done so that the target has what is wanted.
pub fn decide(target: &Target, wanted: &[Wanted], observed: &Observed) -> Plan {
    let nothing = ObservedImage::default();
    let images = wanted.iter().map(|one| {
        let seen = observed.images.get(&one.spec().name).unwrap_or(&nothing);
        decide_image(target, one, seen, observed)
    });
    let images: Vec<ImagePlan> = images.collect();
    let missing = observed.repository.is_none() && images.iter().any(ImagePlan::builds);
    let create_repository = missing.then(|| format!("ECR has no repository `{}`", target.repository));
    Plan { target: target.name.clone(), create_repository, images }
}

fn decide_image(target: &Target, wanted: &Wanted, seen: &ObservedImage, observed: &Observed) -> ImagePlan {
    let spec = wanted.spec();
    let mut actions = Vec::new();
    if seen.pushed.is_none() {
        actions.push(Action::Build { reason: build_reason(wanted, seen) });
    }
    actions.extend(image_action(target, wanted, seen));
    if seen.version.is_none() {
        let reason = match &seen.pushed {
            Some(pushed) => format!("no usable version is made of {}", short_digest(pushed.digest.as_str())),
            None => "the container image will be a new one".to_owned(),
        };
        actions.push(Action::CreateVersion { reason });
    }
    if !seen.config {
        actions.push(Action::CreateConfig { reason: format!("SageMaker has no app image config `{}`", spec.name) });
    }
    let (mut blockers, mut attached) = (Vec::new(), Vec::new());
    for (name, id) in &wanted.domains {
        match observed.domains.get(id) {
            None => blockers.push(missing_domain(name, id)),
            Some(domain) => {
                blockers.extend(domain_blocker(wanted, name, domain));
                match attach_action(wanted, seen, name, domain) {
                    Ok(version) => attached.push((name.clone(), version)),
                    Err(action) => actions.push(action),
                }
            }
        }
    }
    ImagePlan { image: spec.name.clone(), tag: wanted.tag(), actions, blockers, attached }
}

fn build_reason(wanted: &Wanted, seen: &ObservedImage) -> String {
    if seen.image.is_none() {
        "the image is new".to_owned()
    } else {
        format!("the registry has no image with the fingerprint {}", wanted.fingerprint.short())
    }
}

fn image_action(target: &Target, wanted: &Wanted, seen: &ObservedImage) -> Option<Action> {
    let spec = wanted.spec();
    let Some(image) = &seen.image else {
        return Some(Action::CreateImage { reason: format!("SageMaker has no image `{}`", spec.name) });
    };
    let mut differences = Vec::new();
    if image.title.as_deref() != Some(spec.title.as_str()) {
        let now = image.title.as_deref().unwrap_or_default();
        differences.push(format!("its title is \"{now}\" and should be \"{}\"", spec.title));
    }
    if image.description.as_deref() != spec.description.as_ref().map(Description::as_str) {
        differences.push("its description differs".to_owned());
    }
    if image.role != target.image_role.as_str() {
        differences.push(format!("its role is {} and should be {}", image.role, target.image_role));
    }
    (!differences.is_empty()).then(|| Action::UpdateImage { reason: differences.join(", ") })
}

/// The version that is attached as it should be, or what has to be done.
fn attach_action(wanted: &Wanted, seen: &ObservedImage, name: &Label, domain: &DomainState) -> Result<u32, Action> {
    let image = &wanted.spec().name;
    let entries: Vec<&AttachedImage> =
        domain.session_images.iter().filter(|entry| entry.image == image.as_str()).collect();
    let to = seen.version.as_ref().map(|version| version.number);
    let right = |version: u32| matches!(entries.as_slice(), [only] if **only == AttachedImage::pinned(image, version));
    if let Some(version) = to.filter(|version| right(*version)) {
        return Ok(version);
    }
    let from = entries.first().and_then(|entry| entry.version);
    let reason = match (entries.as_slice(), to) {
        ([], _) => "the domain's list does not name the image".to_owned(),
        ([_], _) if from.is_none() => "the entry names no version, and sessions then get any".to_owned(),
        ([_], Some(to)) if from == Some(to) => "the entry names another app image config".to_owned(),
        ([_], _) => "sessions should start from the declared image".to_owned(),
        _ => "the list names the image more than once".to_owned(),
    };
    Err(Action::Attach { domain: name.clone(), id: domain.id.clone(), change: DomainChange { from, to }, reason })
}

fn missing_domain(name: &Label, id: &DomainId) -> Blocker {
    Blocker {
        message: format!("SageMaker has no domain `{id}`, which slipway.toml calls `{name}`"),
        fix: "check the id, and the target's account and Region".to_owned(),
    }
}

/// A session image has to have its domain's Workbench, or sessions warn or do not start (facts 1.3).
fn domain_blocker(wanted: &Wanted, name: &Label, domain: &DomainState) -> Option<Blocker> {
    if !domain.rstudio {
        return Some(Blocker {
            message: format!("domain `{name}` has no RStudio"),
            fix: "RStudio is chosen when a domain is created; name another domain in `publish.domains`".to_owned(),
        });
    }
    let (runs, built) = (domain.workbench.as_deref()?, wanted.spec().workbench.release());
    (runs != built).then(|| Blocker {
        message: format!("domain `{name}` runs Workbench {runs}, the image would have {built}"),
        fix: format!("set `workbench.version` to the domain's release {runs}, or upgrade the domain"),
    })
}

fn short_digest(digest: &str) -> &str {
    digest.get(..19).unwrap_or(digest)
}
