//! `kill -9` at ten random moments of an apply: the next one always finishes what the killed one began.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::support::chance::Chance;
use crate::support::cloud::{Cloud, FOREIGN};
use crate::support::docker::{Images, alone, containers, docker};
use crate::support::project::{Project, spec};
use crate::support::rehearsal::rehearsal;
use crate::support::run::Running;
use crate::support::state::State;
use crate::support::waiting::until;

/// Packages of which the last layer is made; half of them are below it already.
const PACKAGES: [&str; 8] = ["R6", "withr", "glue", "magrittr", "here", "rprojroot", "jsonlite", "png"];
/// How long a script of checks goes on in a container whose owner was killed.
const SCRIPT: Duration = Duration::from_mins(2);

/// When the stages of an uninterrupted apply began and how long they took.
struct Uninterrupted {
    stages: BTreeMap<String, Duration>,
    state: State,
}

#[test]
fn an_apply_that_is_killed_while_it_builds_verifies_or_pushes_is_finished_by_the_next_one() {
    let rehearsal = rehearsal();
    let mut chance = Chance::new("killed, with the engine");
    let project = rehearsal.beside("killed", &spec("Killed", &chance.shuffled(&PACKAGES)));
    let _alone = alone();
    let _images = Images::of("killed");
    let whole = uninterrupted(&project);
    for stage in ["build", "build", "verify", "verify", "push", "push"] {
        let share = chance.share();
        // Another order of packages is another image: this one has to be built too.
        let mut forget = || {
            project.declare(&spec("Killed", &chance.shuffled(&PACKAGES)));
            rehearsal.reset(&project);
        };
        round(&project, &whole, stage, share, &mut forget);
        assert_no_container_is_left(&project);
    }
}

#[test]
fn an_apply_that_is_killed_while_it_registers_or_attaches_is_finished_by_the_next_one() {
    let rehearsal = rehearsal();
    let mut chance = Chance::new("killed, without the engine");
    let project = rehearsal.pushed();
    let whole = uninterrupted(&project);
    for stage in ["register", "register", "attach", "attach"] {
        round(&project, &whole, stage, chance.share(), &mut || rehearsal.reset(&project));
    }
}

fn uninterrupted(project: &Project) -> Uninterrupted {
    let mut call = Running::start(&mut project.slipway(&["apply", "--yes", "--json"]));
    let mut begun = Vec::new();
    while let Some(at) = call.hear(|line| started_stage(line).is_some()) {
        let stage = call.heard().last().and_then(|(_, line)| started_stage(line)).expect("a stage");
        if !begun.iter().any(|(known, _)| *known == stage) {
            begun.push((stage, at));
        }
    }
    let end = call.began() + call.end().with_code(0).took;
    let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([end]);
    let stages = begun.iter().zip(ends).map(|((stage, from), to)| (stage.clone(), to - *from)).collect();
    Uninterrupted { stages, state: state(project) }
}

/// The stage that an event says has begun.
fn started_stage(line: &str) -> Option<String> {
    let event: Value = serde_json::from_str(line).ok()?;
    if event["event"] == "started" { event["stage"].as_str().map(str::to_owned) } else { None }
}

/// Kills an apply within a stage, runs another one, and compares what is there with what should be.
fn round(project: &Project, whole: &Uninterrupted, stage: &str, share: f64, forget: &mut dyn FnMut()) {
    let mut after = whole.stages[stage].mul_f64(share);
    forget();
    while !is_killed(project, stage, after) {
        // This one was faster than the uninterrupted one.
        after /= 2;
        forget();
    }
    println!("killed {after:?} into {stage}, which takes {:?}", whole.stages[stage]);
    project.run(&["apply", "--yes"]).with_code(0);
    assert_eq!(state(project), whole.state, "killed {after:?} into {stage}");
    assert_eq!(whole.state.entries[0].0, FOREIGN);
    let [version] = whole.state.versions(&project.image) else { panic!("one version: {:#?}", whole.state) };
    assert_eq!((version.number, version.status.as_str()), (1, "CREATED"));
    let uploads = std::fs::read_dir(project.cloud_folder().join("uploads")).expect("a folder").count();
    assert_eq!(uploads, 0, "half an upload is left");
}

/// Starts an apply and kills it so long after a stage began; false where it ended before.
fn is_killed(project: &Project, stage: &str, after: Duration) -> bool {
    let mut call = Running::start(&mut project.slipway(&["apply", "--yes", "--json"]));
    let begun = call.hear(|line| started_stage(line).as_deref() == Some(stage));
    let begun = begun.unwrap_or_else(|| panic!("no {stage} began"));
    call.kill_at(begun + after)
}

/// What is there, read through a sandbox of the story's own on the state that the killed ones left.
fn state(project: &Project) -> State {
    let cloud = Cloud::of(project);
    // A killed apply's last word may be an update of the domain that is still under way.
    let settled = || Some(cloud.state()).filter(|state| state.domain == "InService");
    let state = until("the domain is in service", Duration::from_secs(10), settled);
    cloud.close();
    state.without_builds()
}

/// A process that is killed cannot remove its container. The script in it ends by itself, and the container carries a
/// deadline by which any later run removes it.
fn assert_no_container_is_left(project: &Project) {
    let name = project.local_name();
    let stopped = || containers(&name).iter().all(|(_, state)| state != "running").then_some(());
    until("the script of a killed run ends", SCRIPT, stopped);
    for (id, _) in containers(&name) {
        let deadline =
            docker(&["container", "inspect", "--format", "{{index .Config.Labels \"slipway.deadline\"}}", &id]);
        assert!(deadline.parse::<u64>().is_ok_and(|seconds| seconds > 0), "{id} is nobody's: {deadline}");
        docker(&["container", "rm", &id]);
    }
    let repository = format!("127.0.0.1:{}/sagemaker-rstudio", project.port);
    assert_eq!(docker(&["image", "ls", "--quiet", &repository]), "", "the name for the registry is gone");
}
