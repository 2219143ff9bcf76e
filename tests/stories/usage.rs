//! Selecting images, and what is data and what is talk.

use crate::support::project::{NO_ENGINE, Project, spec};
use crate::support::rehearsal::rehearsal;
use crate::support::run::run;

#[test]
fn an_unknown_image_is_wrong_usage_and_a_near_one_is_offered() {
    let project = Project::new("clinical", &spec("Clinical", &["R6"]));
    for verb in ["validate", "lock", "render", "plan", "build", "verify", "push", "register", "attach", "status"] {
        let told = run(project.slipway(&[verb, "clinicla"]).env("DOCKER_HOST", NO_ENGINE)).with_code(64);
        assert_eq!(told.stderr, "error: no image is called `clinicla`\nhint: did you mean `clinical`?\n", "{verb}");
        assert_eq!(told.stdout, "");
    }
}

#[test]
fn an_unknown_target_is_wrong_usage_and_the_known_ones_are_named() {
    let project = Project::new("clinical", &spec("Clinical", &["R6"]));
    let told = project.run(&["plan", "--target", "reserch"]).with_code(64);
    assert_eq!(told.stderr, "error: `slipway.toml` has no target `reserch`\nhint: known: sandbox\n");
}

#[test]
fn without_a_yes_and_without_a_terminal_nothing_is_applied() {
    let project = rehearsal().pushed();
    let told = run(project.slipway(&["apply"]).env("DOCKER_HOST", NO_ENGINE)).with_code(1);
    let ending = "error: the plan needs a yes, and there is no terminal to ask on\nhint: `--yes` says it";
    assert!(told.words().ends_with(ending), "{}", told.stderr);
    assert_eq!(told.stdout, "");
    let cloud = crate::support::cloud::Cloud::of(&project);
    assert_eq!(cloud.state().list(), ["another-team 3"]);
    assert!(cloud.state().versions("rehearsal").is_empty());
}

#[test]
fn with_json_stdout_is_one_document_and_talk_is_one_event_a_line() {
    let project = rehearsal().pushed();
    let planned = project.run(&["plan", "--json"]).with_code(2);
    assert_eq!(planned.json()["images"][0]["image"], "rehearsal");
    let applied = project.run(&["apply", "--yes", "--json"]).with_code(0);
    assert_eq!(applied.json()["images"][0]["registered"]["version"], 1);
    assert_eq!(applied.json()["domains"]["d-demo00000001"][1]["image"], "rehearsal");
    for call in [&planned, &applied] {
        for line in call.stderr.lines() {
            let event: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(event["event"].is_string(), "{line}");
        }
    }
    let status = project.run(&["status", "--json"]).with_code(0);
    assert_eq!(status.json()[0]["domains"][0]["current"], true);
}
