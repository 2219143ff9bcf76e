//! One image all the way, beside the shell script that does it by hand: `docker build`, `docker push`, the AWS CLI.
//!
//! Both get the same rendered context but for the name of one R package, which is new for each run of each: both build
//! from the R packages on. Each run has an empty sandbox as AWS, so that both push every layer. Ours also verifies the
//! image, which the script does not; the goal holds for the time without the verification, the time with it is told.

use std::time::Duration;

use super::Failure;
use super::builds::warm;
use super::support::command::{output, script};
use super::support::cran;
use super::support::docker::Leftovers;
use super::support::project::{DOMAIN, Image, Project, fresh_word};
use super::support::sandbox::Sandbox;
use super::support::slipway::{Watched, watch};
use super::support::table::{Goal, Quantity, Row};
use super::support::timing::{median, timed};
use super::support::world::World;

/// Runs of each, by turns.
const RUNS: usize = 3;

/// `slipway apply` beside `by-hand.sh`.
pub fn compare() -> Result<Vec<Row>, Failure> {
    let world = World::find()?;
    output(script("by-hand.sh").arg("prepare"))?;
    println!("lower layers were ready after {:.1} s", warm(&world)?.as_secs_f64());
    let (mut with, mut without, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for run in 1..=RUNS {
        let ours = apply(&world, None)?;
        let verified = ours.stages.get("verify").copied().unwrap_or_default();
        let by_hand = by_hand(&world)?;
        println!("run {run}: ours {}; by hand {:.1} s", told(&ours), by_hand.as_secs_f64());
        with.push(ours.wall);
        without.push(ours.wall.saturating_sub(verified));
        other.push(by_hand);
    }
    let [with, without, other] = [with, without, other].map(|times| Quantity::Time(median(times)));
    println!("medians of {RUNS} runs; other: docker build, docker push and the AWS CLI, which verify nothing");
    Ok(vec![
        Row::beside("chain: one image, without verification", without, other, Goal::Ratio(1.05)),
        Row::beside("chain: one image, with verification", with, other, Goal::None),
    ])
}

/// A new image through `slipway apply`, against an empty sandbox.
pub fn apply(world: &World, base: Option<&str>) -> Result<Watched, Failure> {
    let image = new_image(world, base)?;
    let _leftovers = Leftovers::of([image.name.clone()]);
    let project = Project::locked(world, &[image])?;
    let _sandbox = Sandbox::serve(&project)?;
    watch(project.path(), &["apply", "--yes"])
}

/// How long the stages of a run took, in a line.
pub fn told(watched: &Watched) -> String {
    let stages: Vec<String> =
        watched.stages.iter().map(|(stage, took)| format!("{stage} {:.1}", took.as_secs_f64())).collect();
    format!("{:.1} s ({})", watched.wall.as_secs_f64(), stages.join(", "))
}

fn by_hand(world: &World) -> Result<Duration, Failure> {
    let image = new_image(world, None)?;
    let name = image.name.clone();
    let _leftovers = Leftovers::of([name.clone()]);
    let project = Project::locked(world, &[image])?;
    let contexts = project.write_contexts()?;
    let context = contexts.first().ok_or("the project should have an image")?;
    let sandbox = Sandbox::serve(&project)?;
    let mut command = script("by-hand.sh");
    command.arg("run").arg(context).args(["sagemaker-rstudio", "bench", &name, DOMAIN]);
    let (took, ended) = timed(|| output(sandbox.point(&mut command)));
    ended.map(|_| took)
}

fn new_image(world: &World, base: Option<&str>) -> Result<Image, Failure> {
    let fresh = fresh_word()?;
    let package = format!("b{fresh}one");
    cran::offer(world, [package.clone()])?;
    Ok(Image { name: format!("b{fresh}"), base: base.map(str::to_owned), packages: vec![package] })
}
