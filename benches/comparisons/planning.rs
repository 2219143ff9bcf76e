//! How long it takes to see that nothing has to be done for a large company's images.

use std::collections::BTreeMap;
use std::time::Duration;

use slipway::plan::{Observed, ObservedImage, Wanted, decide};
use slipway::registry::{RegistryImage, Repository, TagMutability};
use slipway::sagemaker::{
    AttachedImage, DomainState, DomainStatus, ImageState, ImageStatus, VersionState, VersionStatus,
};
use slipway::spec::Target;
use slipway::spec::name::DomainId;

use super::Failure;
use super::support::fleet::{Fleet, MANY};
use super::support::slipway::slipway;
use super::support::table::{Goal, Quantity, Row};
use super::support::timing::{median_of, timed};

const RUNS: usize = 21;

/// The version that every image has.
const VERSION: u32 = 3;

/// The decision alone, and the verb with a sandbox that knows none of the images yet.
pub fn compare() -> Result<Vec<Row>, Failure> {
    let fleet = Fleet::write(MANY)?;
    let project = fleet.project()?;
    let target = project.targets.values().find(|target| target.name.as_str() == "research").ok_or("no target")?;
    let wanted: Vec<Wanted> =
        fleet.recipes(&project)?.into_iter().map(|recipe| Wanted::new(recipe, target)).collect::<Result<_, _>>()?;
    let observed = all_done(&wanted)?;
    let deciding = median_of(RUNS, || {
        let plan = decide(target, std::hint::black_box(&wanted), &observed);
        if plan.is_empty() && plan.blocked().next().is_none() {
            Ok(())
        } else {
            Err(format!("not nothing: {plan}").into())
        }
    })?;
    let verb = through_the_verb(&fleet, target)?;
    println!(
        "deciding: median of {RUNS} runs; the verb: one run, it reads, renders, and asks a sandbox three times per image"
    );
    let limit = Goal::Below(Quantity::Time(Duration::from_millis(60)));
    Ok(vec![
        Row::alone(format!("planning: {MANY} images, nothing changed"), Quantity::Time(deciding), limit),
        Row::alone(format!("planning: slipway plan of {MANY} new images"), Quantity::Time(verb), Goal::None),
    ])
}

/// `slipway plan`, which ends with 2 where changes are pending.
fn through_the_verb(fleet: &Fleet, target: &Target) -> Result<Duration, Failure> {
    let (wall, ended) = timed(|| slipway(fleet.path()).args(["--quiet", "plan"]).output());
    let ended = ended?;
    if ended.status.code() != Some(2) {
        return Err(format!(
            "plan for {} ended as {}: {}",
            target.name,
            ended.status,
            String::from_utf8_lossy(&ended.stderr)
        )
        .into());
    }
    Ok(wall)
}

/// Everything is as it is wanted: pushed, registered, attached.
fn all_done(wanted: &[Wanted]) -> Result<Observed, Failure> {
    let images = wanted.iter().map(|one| Ok((one.spec().name.clone(), done(one)?))).collect::<Result<_, Failure>>()?;
    let ids: BTreeMap<DomainId, Vec<AttachedImage>> = wanted.iter().fold(BTreeMap::new(), |mut lists, one| {
        for (_, id) in &one.domains {
            lists.entry(id.clone()).or_insert_with(Vec::new).push(AttachedImage::pinned(&one.spec().name, VERSION));
        }
        lists
    });
    let domains = ids.into_iter().map(|(id, list)| (id.clone(), domain(id, list))).collect();
    let uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-rstudio".to_owned();
    Ok(Observed { repository: Some(Repository { uri, tags: TagMutability::Immutable }), images, domains })
}

fn done(wanted: &Wanted) -> Result<ObservedImage, Failure> {
    let spec = wanted.spec();
    let digest = format!("sha256:{}", wanted.fingerprint);
    Ok(ObservedImage {
        pushed: Some(RegistryImage {
            digest: digest.parse()?,
            media_type: None,
            size: 1 << 30,
            tags: vec![wanted.tag()],
            pushed_at: None,
        }),
        image: Some(ImageState {
            arn: format!("arn:aws:sagemaker:eu-west-1:123456789012:image/{}", spec.name),
            status: ImageStatus::Created,
            failure: None,
            title: Some(spec.title.to_string()),
            description: spec.description.as_ref().map(ToString::to_string),
            role: "arn:aws:iam::123456789012:role/slipway-image".to_owned(),
        }),
        config: true,
        version: Some(VersionState {
            number: VERSION,
            status: VersionStatus::Created,
            base_image: format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-rstudio@{digest}"),
            container_image: None,
            failure: None,
            release_notes: None,
            created_at: None,
        }),
    })
}

fn domain(id: DomainId, session_images: Vec<AttachedImage>) -> DomainState {
    DomainState {
        id,
        name: "stats".to_owned(),
        status: DomainStatus::InService,
        failure: None,
        workbench: Some("2026.08".to_owned()),
        rstudio: true,
        session_images,
        default_resource_spec: None,
    }
}
