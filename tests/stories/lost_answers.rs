//! The cloud dies after it did what it was asked, and before it said so.

use std::fs;
use std::time::{Duration, Instant};

use slipway_sandbox::Fault;

use crate::support::cloud::Cloud;
use crate::support::docker::{Images, alone};
use crate::support::project::{Project, spec};
use crate::support::rehearsal::{IMAGE, rehearsal};
use crate::support::run::Running;
use crate::support::waiting::until;

#[test]
fn a_change_without_an_answer_is_found_by_the_next_apply() {
    let rehearsal = rehearsal();
    for operation in ["CreateImage", "CreateImageVersion", "CreateAppImageConfig", "UpdateDomain"] {
        let project = rehearsal.pushed();
        dies_after(&project, operation);
        project.run(&["apply", "--yes"]).with_code(0);
        assert_right(&project, IMAGE, operation);
    }
}

#[test]
fn a_repository_without_an_answer_and_a_push_that_is_killed_are_gone_on_with() {
    let project = Project::locked("unanswered", &spec("Unanswered", &["R6"]));
    let _alone = alone();
    let _images = Images::of("unanswered");
    dies_after(&project, "CreateRepository");
    killed_while_pushing(&project);
    project.run(&["apply", "--yes"]).with_code(0);
    assert_eq!(half_uploads(&project), 0, "nothing of the killed push is left");
    assert_right(&project, "unanswered", "CreateRepository");
}

/// Applies in a sandbox that dies after an operation, which is an error in clear words.
fn dies_after(project: &Project, operation: &str) {
    let fault = Fault::AbortAfter { operation: operation.to_owned(), call: 1 };
    let fault = serde_json::to_string(&fault).expect("a fault is JSON");
    let mut sandbox = Running::start(&mut project.slipway(&["sandbox", "--fault", &fault]));
    sandbox.hear(|line| line.contains(" serves ")).expect("a sandbox");
    let told = project.run(&["apply", "--yes", "--quiet"]).with_code(1);
    assert!(told.words().contains("\nhint: nothing listens at that address"), "{operation}: {}", told.stderr);
    assert_eq!(sandbox.end().code, None, "the sandbox died at {operation}");
}

/// Kills an apply, and the sandbox in it, when the first layer has arrived and others are on their way.
fn killed_while_pushing(project: &Project) {
    let mut call = Running::start(&mut project.slipway(&["apply", "--yes"]));
    call.hear(|line| line.contains(" push     layer ")).expect("a layer");
    until("a layer is on its way", Duration::from_secs(30), || (half_uploads(project) > 0).then_some(()));
    assert!(call.kill_at(Instant::now()), "it had ended");
    assert!(half_uploads(project) > 0, "the moment was within an upload");
}

fn half_uploads(project: &Project) -> usize {
    fs::read_dir(project.cloud_folder().join("uploads")).expect("a folder").count()
}

fn assert_right(project: &Project, image: &str, operation: &str) {
    let state = Cloud::of(project).state();
    assert_eq!(state.list(), ["another-team 3".to_owned(), format!("{image} 1")], "{operation}");
    let [version] = state.versions(image) else { panic!("{operation}: one version: {state:#?}") };
    let tagged = state.repositories["sagemaker-rstudio"].values().any(|digest| *digest == version.digest);
    assert!(tagged && version.status == "CREATED", "{operation}: {state:#?}");
    assert!(state.configs.contains(&image.to_owned()), "{operation}: {state:#?}");
}
