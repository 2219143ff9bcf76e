//! SageMaker on its bad days: slow, limited, failing, and changed by others at the same time.

use slipway_sandbox::{Fault, ForeignEntry};

use crate::support::cloud::Cloud;
use crate::support::project::DOMAIN;
use crate::support::rehearsal::{IMAGE, rehearsal};
use crate::support::snapshots::snapshots;

/// What stands in the domain's list when an image has arrived.
const ARRIVED: [&str; 2] = ["another-team 3", "rehearsal 1"];

fn throttle(operation: &str, calls: Option<u32>) -> Fault {
    Fault::Throttle { operation: operation.to_owned(), calls, probability: None, seed: 0 }
}

#[test]
fn a_domain_that_somebody_else_updates_is_waited_for() {
    let project = rehearsal().pushed();
    let fault = Fault::DomainUpdating { domain: DOMAIN.to_owned(), for_ms: 1500 };
    let cloud = Cloud::with_faults(&project, vec![fault]);
    let told = project.run(&["apply", "--yes"]).with_code(0);
    assert!(told.stderr.contains("`d-demo00000001`: Updating for 0 s"), "{}", told.stderr);
    assert_eq!(cloud.state().list(), ARRIVED);
}

#[test]
fn a_limit_that_every_call_meets_once_is_got_over() {
    let project = rehearsal().pushed();
    let cloud = Cloud::with_faults(&project, vec![throttle("*", Some(1))]);
    project.run(&["apply", "--yes"]).with_code(0);
    let refused_once = |operation: &str| cloud.stats().calls[operation] >= 2;
    for operation in
        ["ECR.DescribeImages", "SageMaker.CreateImage", "SageMaker.CreateImageVersion", "SageMaker.UpdateDomain"]
    {
        assert!(refused_once(operation), "{operation}: {:#?}", cloud.stats());
    }
    // The reading here is limited no more: each operation was refused once.
    assert_eq!(cloud.state().list(), ARRIVED);
    assert_eq!(cloud.state().versions(IMAGE).len(), 1);
}

#[test]
fn a_limit_that_never_ends_is_told_with_what_to_do_and_a_rerun_goes_on() {
    let project = rehearsal().pushed();
    let cloud = Cloud::with_faults(&project, vec![throttle("CreateImageVersion", None)]);
    let told = project.run(&["apply", "--yes", "--quiet"]).with_code(1);
    snapshots(|| insta::assert_snapshot!("a_limit_that_never_ends", told.words()));
    assert_eq!(cloud.stats().calls["SageMaker.CreateImageVersion"], 5, "asked as often as AWS's own tools ask");
    assert_eq!(cloud.state().list(), ["another-team 3"]);
    cloud.close();
    project.run(&["apply", "--yes"]).with_code(0);
    assert_eq!(Cloud::of(&project).state().list(), ARRIVED);
}

#[test]
fn a_limit_on_everything_that_never_ends_is_an_error_with_a_hint() {
    let project = rehearsal().pushed();
    let _cloud = Cloud::with_faults(&project, vec![throttle("*", None)]);
    let told = project.run(&["plan"]).with_code(1);
    let words = told.words();
    assert!(words.contains("ThrottlingException: Rate exceeded"), "{words}");
    assert!(words.contains("\nhint: AWS kept limiting the rate of calls"), "{words}");
    assert_eq!(told.stdout, "");
}

#[test]
fn an_update_that_another_writer_undid_is_made_again_and_theirs_is_kept() {
    let project = rehearsal().pushed();
    let theirs =
        ForeignEntry { image: "third-team".to_owned(), version: Some(1), app_image_config: "third-team".to_owned() };
    let cloud = Cloud::with_faults(&project, vec![Fault::LostUpdate { times: 1, adds: vec![theirs] }]);
    project.run(&["apply", "--yes"]).with_code(0);
    let state = cloud.state();
    assert_eq!(state.list(), ["another-team 3", "third-team 1", "rehearsal 1"]);
    assert_eq!(cloud.stats().calls["SageMaker.UpdateDomain"], 2);
    assert_eq!(state.domain, "InService");
}

#[test]
fn a_version_that_fails_is_told_in_the_words_of_aws_and_the_next_apply_succeeds() {
    let project = rehearsal().pushed();
    let reason = "ClientError: The image could not be pulled, because its layers were eaten by a grue";
    let fault = Fault::VersionFails { reason: reason.to_owned(), times: 1 };
    let cloud = Cloud::with_faults(&project, vec![fault]);
    let told = project.run(&["apply", "--yes", "--quiet"]).with_code(1);
    assert!(told.words().contains(reason), "{}", told.stderr);
    snapshots(|| insta::assert_snapshot!("a_version_that_fails", told.words()));
    assert_eq!(cloud.state().list(), ["another-team 3"], "a failed version is never attached");
    project.run(&["apply", "--yes"]).with_code(0);
    let state = cloud.state();
    let usable = state.versions(IMAGE).iter().filter(|version| version.status == "CREATED").collect::<Vec<_>>();
    let [version] = usable.as_slice() else { panic!("one usable version: {state:#?}") };
    assert_eq!(state.list(), ["another-team 3".to_owned(), format!("rehearsal {}", version.number)]);
}

#[test]
fn a_domain_with_another_workbench_blocks_the_image_and_says_the_fix() {
    let project = rehearsal().pushed();
    let cloud = Cloud::with_workbench(&project, "rstudio-workbench-2025.05-sagemaker-1.1");
    let before = cloud.state();
    let planned = project.run(&["plan"]).with_code(2);
    snapshots(|| insta::assert_snapshot!("a_domain_with_another_workbench", planned.stdout));
    let applied = project.run(&["apply", "--yes", "--quiet"]).with_code(1);
    assert!(applied.words().contains("1 image failed: rehearsal"), "{}", applied.stderr);
    assert_eq!(cloud.state(), before, "a blocked image is not touched");
}
