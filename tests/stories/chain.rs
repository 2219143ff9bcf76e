//! The whole chain: once from nothing, again with nothing to do, and with one package more.

use std::time::Duration;

use crate::support::cloud::Cloud;
use crate::support::docker::{Images, alone, id, layers};
use crate::support::project::{NO_ENGINE, Project, spec};
use crate::support::rehearsal::{IMAGE, rehearsal};
use crate::support::run::{Ended, run};
use crate::support::snapshots::snapshots;

#[test]
fn an_image_goes_all_the_way_from_nothing() {
    let done = rehearsal();
    snapshots(|| {
        insta::assert_snapshot!("lock_of_a_new_image", done.locked.stdout);
        insta::assert_snapshot!("plan_of_a_new_image", done.planned.stdout);
        insta::assert_snapshot!("apply_of_a_new_image", done.applied.stdout);
        insta::assert_snapshot!("status_of_an_image_that_arrived", done.status.stdout);
    });
    let digest = &done.state.repositories["sagemaker-rstudio"][&done.tag];
    let [version] = done.state.versions(IMAGE) else { panic!("one version: {:#?}", done.state) };
    assert_eq!((version.number, version.status.as_str(), &version.digest), (1, "CREATED", digest));
    assert_eq!(done.state.list(), ["another-team 3", "rehearsal 1"]);
    assert_eq!(done.state.domain, "InService");
    assert!(done.stats.registry_bytes_received > 100_000_000, "a whole image was sent: {:#?}", done.stats);
}

#[test]
fn a_second_apply_does_nothing_without_an_engine_and_in_half_a_second() {
    let project = rehearsal().arrived();
    let _alone = alone();
    let again = || run(project.slipway(&["apply", "--yes"]).env("DOCKER_HOST", NO_ENGINE)).with_code(0);
    let calls: Vec<Ended> = (0..5).map(|_| again()).collect();
    for call in &calls {
        assert_eq!(call.stdout, "");
        assert!(call.words().ends_with("Nothing to do for target sandbox: 1 unchanged."), "{}", call.stderr);
    }
    // The best of some: what else the machine does at the moment is not ours.
    let took = calls.iter().map(|call| call.took).min().expect("some calls");
    assert!(took < Duration::from_millis(500), "{took:?}");
}

#[test]
fn a_second_apply_writes_nothing_anywhere() {
    let project = rehearsal().arrived();
    let cloud = Cloud::of(&project);
    let before = cloud.state();
    let known = cloud.stats().calls;
    run(project.slipway(&["apply", "--yes"]).env("DOCKER_HOST", NO_ENGINE)).with_code(0);
    let after = cloud.stats();
    let asked = after.calls.iter().filter(|(name, count)| known.get(*name) != Some(count)).map(|(name, _)| name);
    for operation in asked {
        let verb = operation.rsplit('.').next().unwrap_or_default();
        let reads = ["Describe", "List", "Get", "BatchGet"].iter().any(|reading| verb.starts_with(reading));
        assert!(reads, "{operation} is no question");
    }
    assert_eq!((after.blobs_uploaded, after.registry_bytes_received), (0, 0));
    assert_eq!(cloud.state(), before);
}

#[test]
fn one_more_package_rebuilds_and_sends_only_what_comes_after_it() {
    let rehearsal = rehearsal();
    let _alone = alone();
    let _images = Images::of("growing");
    let project = rehearsal.beside("growing", &spec("Growing", &["R6"]));
    let cloud = Cloud::of(&project);
    project.run(&["apply", "--yes"]).with_code(0);
    let (name, sent) = (project.local_name(), cloud.stats());
    let (first, lower) = (id(&name), layers(&name));
    project.run(&["apply", "--yes"]).with_code(0);
    assert_eq!(id(&name), first, "nothing was built");

    project.declare(&spec("Growing", &["R6", "withr"]));
    let planned = project.run(&["plan"]).with_code(2);
    snapshots(|| insta::assert_snapshot!("plan_of_one_more_package", planned.stdout));
    project.run(&["apply", "--yes"]).with_code(0);
    let upper = layers(&project.local_name());
    assert_only_the_top_changed(&lower, &upper);
    let (fresh, now) = (upper.iter().filter(|layer| !lower.contains(layer)).count(), cloud.stats());
    let blobs = now.blobs_uploaded - sent.blobs_uploaded;
    assert_eq!(blobs, fresh as u64 + 1, "each changed layer and the configuration");
    let bytes = now.registry_bytes_received - sent.registry_bytes_received;
    assert!((1..2_000_000).contains(&bytes), "two small packages are far from a gigabyte: {bytes}");
    assert_eq!(cloud.state().list(), ["another-team 3", "growing 2"]);
    only_one_version_per_digest(&project, &cloud);
}

/// The packages' layer and the session's above it may change, and nothing below.
fn assert_only_the_top_changed(before: &[String], after: &[String]) {
    assert_eq!(before.len(), after.len());
    let packages = before.len() - 2;
    assert_eq!(before[..packages], after[..packages]);
    assert_ne!(before[packages], after[packages], "the packages' layer has another package");
}

fn only_one_version_per_digest(project: &Project, cloud: &Cloud) {
    let state = cloud.state();
    let mut digests: Vec<&str> = state.versions(&project.image).iter().map(|one| one.digest.as_str()).collect();
    let all = digests.len();
    digests.dedup();
    assert_eq!((all, digests.len()), (2, 2), "{state:#?}");
}
