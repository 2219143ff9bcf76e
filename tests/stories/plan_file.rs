//! A plan that was reviewed is the plan that is applied, or none is.

use crate::support::cloud::Cloud;
use crate::support::rehearsal::rehearsal;

#[test]
fn a_plan_that_still_holds_is_applied() {
    let project = rehearsal().pushed();
    let file = project.root().join("reviewed.json").display().to_string();
    project.run(&["plan", "--out", &file]).with_code(2);
    project.run(&["apply", "--yes", "--plan", &file]).with_code(0);
    assert_eq!(Cloud::of(&project).state().list(), ["another-team 3", "rehearsal 1"]);
}

#[test]
fn a_plan_that_went_stale_is_refused_and_nothing_is_done() {
    let project = rehearsal().pushed();
    let file = project.root().join("reviewed.json").display().to_string();
    project.run(&["plan", "--out", &file]).with_code(2);
    project.replace("image-specs/rehearsal/image.toml", "title = \"Rehearsal\"", "title = \"Rehearsal, again\"");
    let told = project.run(&["apply", "--yes", "--plan", &file]).with_code(1);
    let words = told.words();
    let error = format!(
        "error: the plan in `{file}` is not what would be done now\n\
         hint: `slipway plan --out FILE` writes it again, for another review"
    );
    assert!(words.ends_with(&error), "{words}");
    let state = Cloud::of(&project).state();
    assert_eq!(state.list(), ["another-team 3"]);
    assert!(!state.images.contains_key("rehearsal"), "{state:#?}");
}

#[test]
fn the_same_state_gives_the_same_plan_byte_for_byte() {
    let project = rehearsal().pushed();
    let plans =
        [project.run(&["plan", "--json"]), project.run(&["plan", "--json"])].map(|plan| plan.with_code(2).stdout);
    assert_eq!(plans[0], plans[1]);
}
