//! Mistakes in declarations, told before anything is asked or built.

use crate::support::project::{NO_ENGINE, Project, spec};
use crate::support::run::run;
use crate::support::snapshots::snapshots;

#[test]
fn an_unknown_key_is_refused_with_its_place_and_a_suggestion() {
    let project =
        Project::new("misspelt", &spec("Misspelt", &["R6"]).replace("packages = [\"R6\"]", "pakages = [\"R6\"]"));
    let told = project.run(&["validate"]).with_code(1);
    assert_eq!(told.stdout, "");
    snapshots(|| insta::assert_snapshot!("an_unknown_key", told.words()));
}

#[test]
fn a_version_without_quotes_is_refused_and_told_to_be_quoted() {
    let unquoted = spec("Unquoted", &["R6"]).replace("versions = [\"4.2.2\"]", "versions = [4.2]");
    let project = Project::new("unquoted", &unquoted);
    let told = project.run(&["validate"]).with_code(1);
    assert_eq!(told.stdout, "");
    snapshots(|| insta::assert_snapshot!("an_unquoted_version", told.words()));
}

#[test]
fn a_lock_that_disagrees_names_the_field_and_both_values() {
    let project = Project::locked("disagreeing", &spec("Disagreeing", &["R6"]));
    project.replace("image-specs/disagreeing/image.toml", "snapshot = \"2026-08-01\"", "snapshot = \"2026-07-01\"");
    for verb in [&["build"][..], &["apply", "--yes"]] {
        let told = run(project.slipway(verb).env("DOCKER_HOST", NO_ENGINE)).with_code(1);
        snapshots(|| insta::assert_snapshot!("a_lock_that_disagrees", told.words()));
    }
    let checked = project.run(&["lock", "--check"]).with_code(2);
    assert!(checked.stdout.contains("`r.snapshot` is `2026-07-01` in image.toml"), "{}", checked.stdout);
}

#[test]
fn a_secret_without_a_value_is_missed_before_the_engine_is_called() {
    let declared =
        format!("{}\n[[secret]]\nid = \"token\"\nfrom-env = \"SLIPWAY_STORY_UNSET\"\n", spec("Secretive", &["R6"]));
    let project = Project::locked("secretive", &declared);
    for verb in [&["build"][..], &["apply", "--yes"]] {
        let mut call = project.slipway(verb);
        let told = run(call.env("DOCKER_HOST", NO_ENGINE).env_remove("SLIPWAY_STORY_UNSET")).with_code(1);
        let error = "error: secret `token` of `secretive` needs the environment variable `SLIPWAY_STORY_UNSET`, which is not set";
        assert!(told.words().contains(error), "{}", told.stderr);
    }
}
