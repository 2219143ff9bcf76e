//! Plans are a pure function of what is wanted and what is observed; each snapshot is what a person would read.

use std::path::Path;

use slipway::dockerfile::Recipe;
use slipway::lock;
use slipway::plan::{Observed, ObservedImage, Plan, Wanted, decide};
use slipway::registry::{RegistryImage, Repository, TagMutability};
use slipway::sagemaker::{
    AttachedImage, DomainState, DomainStatus, ImageState, ImageStatus, VersionState, VersionStatus,
};
use slipway::spec::name::DomainId;
use slipway::spec::{self, Project, Target};

struct World {
    target: Target,
    wanted: Vec<Wanted>,
    observed: Observed,
}

fn project() -> Project {
    let loaded = spec::load_project(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("slipway.toml should be readable");
    loaded.value.expect("slipway.toml should be valid")
}

/// The shipped image `clinical`, wanted in a target where everything is as it should be.
fn settled() -> World {
    let project = project();
    let target = project.targets.values().find(|target| target.name.as_str() == "research").expect("declared").clone();
    let spec = spec::load_image(&project, "clinical").expect("readable").value.expect("valid");
    let lock = lock::load(&project.specs_folder().join("clinical")).expect("readable");
    let recipe = Recipe::new(spec, lock).expect("should agree");
    let wanted = Wanted::new(recipe, &target).expect("should have its place");
    let mut observed = Observed {
        repository: Some(Repository {
            uri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-rstudio".into(),
            tags: TagMutability::Immutable,
        }),
        ..Observed::default()
    };
    observed.images.insert(wanted.spec().name.clone(), image(&wanted, &target));
    let domain = domain(&wanted.domains[0].1);
    observed.domains.insert(domain.id.clone(), domain);
    World { target, wanted: vec![wanted], observed }
}

fn image(wanted: &Wanted, target: &Target) -> ObservedImage {
    let digest = format!("sha256:{}", "ab".repeat(32));
    ObservedImage {
        pushed: Some(RegistryImage {
            digest: digest.parse().expect("a digest"),
            media_type: None,
            size: 1,
            tags: vec![wanted.tag()],
            pushed_at: None,
        }),
        image: Some(ImageState {
            arn: "arn:aws:sagemaker:eu-west-1:123456789012:image/clinical".into(),
            status: ImageStatus::Created,
            failure: None,
            title: Some(wanted.spec().title.to_string()),
            description: wanted.spec().description.as_ref().map(ToString::to_string),
            role: target.image_role.to_string(),
        }),
        config: true,
        version: Some(VersionState {
            number: 7,
            status: VersionStatus::Created,
            base_image: format!("repository@{digest}"),
            container_image: None,
            failure: None,
            release_notes: None,
            created_at: None,
        }),
    }
}

fn domain(id: &DomainId) -> DomainState {
    let entry =
        |image: &str, version| AttachedImage { image: image.into(), version: Some(version), config: image.into() };
    DomainState {
        id: id.clone(),
        name: "stats".into(),
        status: DomainStatus::InService,
        failure: None,
        workbench: Some("2026.08".into()),
        rstudio: true,
        session_images: vec![entry("another-team", 3), entry("clinical", 7)],
        default_resource_spec: None,
    }
}

impl World {
    fn image(&mut self) -> &mut ObservedImage {
        self.observed.images.values_mut().next().expect("one image")
    }

    fn domain(&mut self) -> &mut DomainState {
        self.observed.domains.values_mut().next().expect("one domain")
    }

    fn plan(&self) -> Plan {
        decide(&self.target, &self.wanted, &self.observed)
    }

    /// The plan as text, without what changes whenever a template does.
    fn text(&self) -> String {
        self.plan().to_string().replace(self.wanted[0].fingerprint.short(), "FINGERPRINT")
    }
}

#[test]
fn nothing_is_done_where_everything_is_as_it_should_be() {
    let world = settled();
    assert!(world.plan().is_empty());
    insta::assert_snapshot!(world.text());
}

#[test]
fn an_empty_account_gets_everything() {
    let mut world = settled();
    world.observed.repository = None;
    *world.image() = ObservedImage::default();
    world.domain().session_images.clear();
    insta::assert_snapshot!(world.text());
}

#[test]
fn a_changed_spec_is_built_versioned_and_attached() {
    let mut world = settled();
    world.image().pushed = None;
    world.image().version = None;
    insta::assert_snapshot!(world.text());
}

#[test]
fn a_run_that_was_killed_after_the_push_goes_on_with_the_version() {
    let mut world = settled();
    world.image().version = None;
    world.domain().session_images.truncate(1);
    insta::assert_snapshot!(world.text());
}

#[test]
fn words_and_role_that_differ_are_updated() {
    let mut world = settled();
    let image = world.image().image.as_mut().expect("there");
    image.title = Some("Old title".into());
    image.role = "arn:aws:iam::123456789012:role/old".into();
    insta::assert_snapshot!(world.text());
}

#[test]
fn an_entry_without_a_version_is_pinned() {
    let mut world = settled();
    world.domain().session_images[1].version = None;
    insta::assert_snapshot!(world.text());
}

#[test]
fn an_older_version_is_replaced_and_a_newer_one_too() {
    for attached in [6, 8] {
        let mut world = settled();
        world.domain().session_images[1].version = Some(attached);
        let text = world.text();
        assert!(text.contains(&format!("attach to stats: version {attached} -> version 7")), "{text}");
    }
}

#[test]
fn a_domain_of_another_workbench_blocks_the_image() {
    let mut world = settled();
    world.domain().workbench = Some("2025.05".into());
    insta::assert_snapshot!(world.text());
}

#[test]
fn a_domain_without_rstudio_and_one_that_is_missing_block_the_image() {
    let mut world = settled();
    world.domain().rstudio = false;
    let without = world.text();
    world.observed.domains.clear();
    insta::assert_snapshot!(format!("{without}\n---\n{}", world.text()));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let plan = || serde_json::to_string(&settled().plan()).expect("a plan is JSON");
    assert_eq!(plan(), plan());
}
