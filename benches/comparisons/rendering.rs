//! How long it takes to render the Dockerfiles of a large company.

use std::time::Duration;

use slipway::dockerfile::render;

use super::Failure;
use super::support::fleet::{Fleet, MANY};
use super::support::table::{Goal, Quantity, Row};
use super::support::timing::median_of;

const RUNS: usize = 7;

/// Reading specs and locks from disk, and rendering them with their fingerprints.
pub fn compare() -> Result<Vec<Row>, Failure> {
    let fleet = Fleet::write(MANY)?;
    let project = fleet.project()?;
    let reading = median_of(RUNS, || fleet.recipes(&project).map(drop))?;
    let recipes = fleet.recipes(&project)?;
    let rendering = median_of(RUNS, || {
        for recipe in &recipes {
            std::hint::black_box(render(recipe)?.fingerprint());
        }
        Ok(())
    })?;
    println!("medians of {RUNS} runs over {MANY} images, on one core; rendering includes the fingerprint");
    let limit = Goal::Below(Quantity::Time(Duration::from_millis(300)));
    Ok(vec![
        Row::alone(format!("rendering: {MANY} Dockerfiles"), Quantity::Time(rendering), limit),
        Row::alone(format!("rendering: read {MANY} specs and locks"), Quantity::Time(reading), Goal::None),
    ])
}
