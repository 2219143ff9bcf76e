//! Whether a built image may be published: contract rules decided on its configuration and layers, and tests made from
//! the spec that run in one container.

mod contract;
mod error;
#[cfg(test)]
mod fixture;
mod reference;
mod report;
mod rule;
mod suite;

pub use contract::{evaluate, watched_paths};
pub use error::VerifyError;
pub use reference::rules_page;
pub use report::{Failure, Report, RuleOutcome, RuleResult, TestOutcome, TestResult};
pub use rule::{Rule, Severity, rule, rules};

use std::time::Instant;

use crate::engine::{DockerEngine, ImageFacts, LayerScan};
use crate::progress::{Outcome, Reporter, Stage, Unit};
use crate::spec::ImageSpec;
use suite::Plan;

/// Checks the image that `image` names, by id or reference, against the contract and its spec. A broken rule or a
/// failed test is no error: it stands in the report.
pub async fn verify(
    engine: &DockerEngine,
    image: &str,
    spec: &ImageSpec,
    reporter: &Reporter,
) -> Result<Report, VerifyError> {
    let began = Instant::now();
    let inspected = engine.find_image(image).await;
    let inspected = inspected.map_err(|source| VerifyError::Inspect { image: image.to_owned(), source })?;
    let facts = inspected.ok_or_else(|| VerifyError::NoSuchImage { image: image.to_owned() })?;
    let scan = scan(engine, &facts, reporter);
    let tests = test(engine, &facts, spec, reporter);
    let (layers, tests) = tokio::try_join!(scan, tests)?;
    Ok(Report {
        image: facts.id.clone(),
        name: spec.name.clone(),
        rules: evaluate(&facts, &layers, spec),
        tests,
        size_bytes: contract::uncompressed_size(&layers),
        took: began.elapsed(),
    })
}

async fn scan(engine: &DockerEngine, facts: &ImageFacts, reporter: &Reporter) -> Result<Vec<LayerScan>, VerifyError> {
    let task = reporter.start(Stage::Verify, "scan layers");
    match engine.scan_layers(&facts.id, &watched_paths()).await {
        Ok(layers) => {
            let entries: u64 = layers.iter().map(|layer| layer.entries).sum();
            task.finish_with(Outcome::Done, format!("{} layers, {entries} files", layers.len()));
            Ok(layers)
        }
        Err(source) => {
            task.finish(Outcome::Failed);
            Err(VerifyError::Scan { image: facts.id.clone(), source })
        }
    }
}

async fn test(
    engine: &DockerEngine,
    facts: &ImageFacts,
    spec: &ImageSpec,
    reporter: &Reporter,
) -> Result<Vec<TestResult>, VerifyError> {
    let plan = Plan::new(spec);
    let total = plan.tests().count();
    let task = reporter.start(Stage::Verify, "run tests");
    task.progress(0, Some(total as u64), Unit::Items);
    match engine.run_script(&facts.id, &suite::script(&plan), &suite::options(&plan)).await {
        Ok(outcome) => {
            let results = suite::results(&plan, &outcome);
            let failed = results.iter().filter(|result| !result.passed()).count();
            task.progress(total as u64, Some(total as u64), Unit::Items);
            match failed {
                0 => task.finish_with(Outcome::Done, format!("{total} passed")),
                _ => task.finish_with(Outcome::Failed, format!("{failed} of {total} failed")),
            }
            Ok(results)
        }
        Err(source) => {
            task.finish(Outcome::Failed);
            Err(VerifyError::Tests { image: facts.id.clone(), source })
        }
    }
}
