//! Services that are not there, or do not know us.

use crate::support::cloud::Cloud;
use crate::support::project::{NO_ENGINE, Project, spec};
use crate::support::rehearsal::rehearsal;
use crate::support::run::run;
use crate::support::snapshots::snapshots;

#[test]
fn without_an_engine_a_build_says_where_it_looked_and_what_to_do() {
    let project = Project::locked("engineless", &spec("Engineless", &["R6"]));
    for verb in [&["build"][..], &["apply", "--yes", "--quiet"]] {
        let told = run(project.slipway(verb).env("DOCKER_HOST", NO_ENGINE)).with_code(1);
        snapshots(|| insta::assert_snapshot!("no_engine", told.words()));
    }
    let cloud = Cloud::of(&project);
    assert_eq!(cloud.state().list(), ["another-team 3"], "nothing was begun");
    assert!(cloud.state().repositories.is_empty());
}

#[test]
fn credentials_that_aws_does_not_know_are_told_with_the_next_step() {
    let project = rehearsal().pushed();
    let cloud = Cloud::of(&project);
    project.replace(
        "slipway.toml",
        "[build]",
        r#"[target.research]
account = "123456789012"
region = "eu-west-1"
repository = "sagemaker-rstudio"
image-role = "arn:aws:iam::123456789012:role/slipway-image"
[target.research.domains]
stats = "d-demo00000001"

[build]"#,
    );
    project.replace("image-specs/rehearsal/image.toml", "[publish]\n", "[publish]\ntargets = [\"research\"]\n");
    let as_key = |key: &str, secret: &str| {
        let mut call = project.slipway(&["plan", "--target", "research"]);
        call.env("AWS_ENDPOINT_URL", cloud.endpoint())
            .env("AWS_ACCESS_KEY_ID", key)
            .env("AWS_SECRET_ACCESS_KEY", secret);
        run(&mut call)
    };
    let told = as_key("AKIAWRONGWRONGWRONG0", "wrong").with_code(1);
    assert_eq!(told.stdout, "");
    snapshots(|| insta::assert_snapshot!("credentials_that_aws_does_not_know", told.words()));
    let planned = as_key(slipway_sandbox::ACCESS_KEY_ID, slipway_sandbox::SECRET_ACCESS_KEY).with_code(2);
    assert!(planned.stdout.contains("Plan for target research: 1 new version"), "{}", planned.stdout);
}
