//! Ctrl-C: nothing goes on behind the user's back, and the next run goes on where this one ended.

use std::time::{Duration, Instant};

use crate::support::chance::Chance;
use crate::support::cloud::Cloud;
use crate::support::docker::{Images, alone, containers, process_exists};
use crate::support::project::{Project, spec};
use crate::support::rehearsal::rehearsal;
use crate::support::run::{Ended, Running};
use crate::support::waiting::until;

/// One that is compiled for a while, among some that are installed already.
const PACKAGES: [&str; 8] = ["cli", "withr", "rappdirs", "here", "rprojroot", "jsonlite", "png", "rlang"];
/// What a person waits for after Ctrl-C before pressing it again.
const SOON: Duration = Duration::from_secs(3);

#[test]
fn ctrl_c_during_a_build_stops_the_step_and_a_rerun_finishes() {
    let rehearsal = rehearsal();
    let packages = Chance::new("interrupted").shuffled(&PACKAGES);
    let project = rehearsal.beside("interrupted", &spec("Interrupted", &packages));
    let _alone = alone();
    let _images = Images::of("interrupted");
    let call = Running::start(&mut project.slipway(&["apply", "--yes"]));
    let mut step = vec!["--args"];
    step.extend(&packages);
    until("the step runs", Duration::from_mins(2), || process_exists(&step).then_some(()));
    interrupt(call);
    until("the step has ended", SOON, || (!process_exists(&step)).then_some(()));
    finishes(&project);
}

#[test]
fn ctrl_c_during_verification_leaves_no_container_and_a_rerun_finishes() {
    let rehearsal = rehearsal();
    let project = rehearsal.beside("halted", &spec("Halted", &["R6"]));
    let _alone = alone();
    let _images = Images::of("halted");
    let name = project.local_name();
    let call = Running::start(&mut project.slipway(&["apply", "--yes"]));
    until("the container runs", Duration::from_mins(2), || {
        containers(&name).iter().any(|(_, state)| state == "running").then_some(())
    });
    interrupt(call);
    until("the container is gone", SOON, || containers(&name).is_empty().then_some(()));
    finishes(&project);
}

fn interrupt(call: Running) -> Ended {
    let pressed = Instant::now();
    call.signal("INT");
    let ended = call.end().with_code(130);
    assert!(pressed.elapsed() < SOON, "{:?}", pressed.elapsed());
    assert!(
        ended.words().ends_with("error: interrupted; running it again goes on where this ended"),
        "{}",
        ended.stderr
    );
    ended
}

fn finishes(project: &Project) {
    project.run(&["apply", "--yes"]).with_code(0);
    let state = Cloud::of(project).state();
    assert_eq!(state.list(), ["another-team 3".to_owned(), format!("{} 1", project.image)]);
}
