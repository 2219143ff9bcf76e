//! Twenty small images that share layers, cold: ours eight at a time beside the command-line client.
//!
//! Small images of the real templates: the lower layers (system, R, Workbench) are those of the test world and are in
//! the engine's cache for everybody. From there on everything is new in each run, for each contender: one layer of
//! eight packages that all twenty images share, and for each image a layer with a package of its own, which comes from
//! a server that takes some seconds to answer. On two cores nothing that computes can become four times faster; what
//! can is waiting, and builds of images in life wait for package servers most of the time.
//!
//! The classic builder cannot take part: the templates mount downloads and caches, which it does not know.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Failure;
use super::support::command::{output, script};
use super::support::cran::{self, DELAY};
use super::support::docker::{Leftovers, layers};
use super::support::project::{Image, Project, fresh_word};
use super::support::slipway::slipway;
use super::support::table::{Goal, Quantity, Row};
use super::support::timing::timed;
use super::support::world::World;

const IMAGES: usize = 20;

/// As many as the template puts into one layer.
const SHARED_PACKAGES: usize = 8;

/// Layers above the shared one: the image's own package, and the list of R versions.
const LAYERS_ABOVE: usize = 2;

/// Twenty images three times: ours, the client one after the other, the client eight at a time.
pub fn compare() -> Result<Vec<Row>, Failure> {
    let world = World::find()?;
    let fleets: Vec<Vec<Image>> = (0..3).map(|_| fleet()).collect::<Result<_, _>>()?;
    cran::offer(&world, fleets.iter().flatten().flat_map(|image| image.packages.clone()))?;
    let _leftovers = Leftovers::of(fleets.iter().flatten().map(|image| image.name.clone()));
    let projects: Vec<Project> = fleets.iter().map(|fleet| Project::locked(&world, fleet)).collect::<Result<_, _>>()?;
    println!("lower layers were ready after {:.1} s", warm(&world)?.as_secs_f64());
    let [ours, one, eight] = projects.as_slice() else { return Err("there should be three projects".into()) };
    let (built, ours_took) = ours_all(ours)?;
    let (_, one_took) = clients(one, 1)?;
    let (built_by_client, eight_took) = clients(eight, 8)?;
    println!(
        "{IMAGES} images, each with a package that its server takes {} s to answer; other: docker build with BuildKit",
        DELAY.as_secs()
    );
    Ok(vec![
        Row::beside(format!("builds: {IMAGES} cold, client 1 at a time"), ours_took, one_took, Goal::Ratio(0.25)),
        Row::beside(format!("builds: {IMAGES} cold, client 8 at a time"), ours_took, eight_took, Goal::None),
        Row::beside(
            "builds: copies of the shared layer",
            Quantity::Count(copies(&built)?),
            Quantity::Count(copies(&built_by_client)?),
            Goal::Exactly(Quantity::Count(1)),
        ),
    ])
}

/// Images that nobody has built before.
fn fleet() -> Result<Vec<Image>, Failure> {
    let word = fresh_word()?;
    // Words are made of the clock: the next one has to be another.
    std::thread::sleep(Duration::from_millis(2));
    let shared: Vec<String> = (0..SHARED_PACKAGES).map(|number| format!("b{word}shared{number}")).collect();
    let image = |number: usize| {
        let own = [format!("b{word}slow{number:02}")];
        Image {
            name: format!("b{word}-{number:02}"),
            base: None,
            packages: shared.iter().cloned().chain(own).collect(),
        }
    };
    Ok((0..IMAGES).map(image).collect())
}

/// Brings the layers into the engine's cache that do not differ from run to run.
pub fn warm(world: &World) -> Result<Duration, Failure> {
    let name = format!("w{}", fresh_word()?);
    cran::offer(world, [])?;
    let _leftovers = Leftovers::of([name.clone()]);
    let project = Project::locked(world, &[Image { name, base: None, packages: Vec::new() }])?;
    let (took, built) = timed(|| output(slipway(project.path()).args(["--quiet", "build"])));
    built.map(|_| took)
}

fn ours_all(project: &Project) -> Result<(Vec<String>, Quantity), Failure> {
    let (took, built) = timed(|| output(slipway(project.path()).args(["--quiet", "build"])));
    let images = built?.lines().filter_map(|line| line.split_whitespace().last()).map(str::to_owned).collect();
    Ok((images, Quantity::Time(took)))
}

fn clients(project: &Project, width: usize) -> Result<(Vec<String>, Quantity), Failure> {
    let contexts = project.write_contexts()?;
    let contexts: Vec<&Path> = contexts.iter().map(PathBuf::as_path).collect();
    let (took, built) = timed(|| output(script("cli-builds.sh").arg(width.to_string()).args(&contexts)));
    Ok((built?.lines().map(str::to_owned).collect(), Quantity::Time(took)))
}

/// How many layers stand where all images have the shared one.
fn copies(images: &[String]) -> Result<usize, Failure> {
    if images.len() != IMAGES {
        return Err(format!("{} images were built instead of {IMAGES}", images.len()).into());
    }
    let mut shared = BTreeSet::new();
    for image in images {
        let layers = layers(image)?;
        let place = layers.len().checked_sub(LAYERS_ABOVE + 1).ok_or("an image should have more layers")?;
        shared.insert(layers.get(place).cloned());
    }
    Ok(shared.len())
}
