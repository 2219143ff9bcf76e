//! Two people, or two pipelines, apply the same project at the same time.
//!
//! The one that comes second uses the sandbox that the first one serves, or is told that the first one serves the
//! state; when the first one ends, its sandbox ends with it, and the second one may be told that nothing listens any
//! more. Whatever happens, nothing is made twice, and one more run has nothing left to do.

use crate::support::cloud::Cloud;
use crate::support::project::Project;
use crate::support::rehearsal::{IMAGE, rehearsal};
use crate::support::run::{Ended, Running};

/// What the second one may be told, in words that say what to do.
const TOLD: [&str; 2] =
    ["another `slipway` may serve the same state; wait for it, or end it", "nothing listens at that address"];

#[test]
fn two_applies_in_one_sandbox_make_everything_once() {
    let project = rehearsal().pushed();
    let cloud = Cloud::of(&project);
    for ended in both(&project) {
        ended.with_code(0);
    }
    assert_right(&cloud);
    // Either of the two may have made the version, but only one of them may have made it anew.
    assert_eq!(cloud.state().versions(IMAGE).len(), 1);
}

#[test]
fn two_applies_without_a_running_sandbox_end_well_or_say_why_not() {
    let project = rehearsal().pushed();
    let ended = both(&project);
    assert!(ended.iter().any(|one| one.code == Some(0)), "{ended:#?}");
    for one in &ended {
        println!("one of two applies ended with {:?}: {}", one.code, one.words());
        let told = TOLD.iter().any(|words| one.stderr.contains(words));
        assert!(one.code == Some(0) || (one.code == Some(1) && told), "{}", one.stderr);
    }
    project.run(&["apply", "--yes"]).with_code(0);
    assert_right(&Cloud::of(&project));
}

fn both(project: &Project) -> [Ended; 2] {
    let calls = [(); 2].map(|()| Running::start(&mut project.slipway(&["apply", "--yes"])));
    calls.map(Running::end)
}

fn assert_right(cloud: &Cloud) {
    let state = cloud.state();
    assert_eq!(state.list(), ["another-team 3", "rehearsal 1"], "{state:#?}");
    let [version] = state.versions(IMAGE) else { panic!("one version: {state:#?}") };
    assert_eq!((version.number, version.status.as_str()), (1, "CREATED"));
}
