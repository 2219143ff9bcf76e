//! Looks at the built image before anybody else can.

use std::path::PathBuf;

use super::error::StepError;
use crate::engine::DockerEngine;
use crate::plan::Wanted;
use crate::progress::Reporter;
use crate::spec::Project;
use crate::verify::{self, Report};

/// Verifies an image; one that is not fit to be published is an error that carries the report.
pub async fn verify(
    engine: &DockerEngine,
    image: &str,
    wanted: &Wanted,
    reporter: &Reporter,
) -> Result<Report, StepError> {
    let spec = wanted.spec();
    let report = verify::verify(engine, image, spec, reporter)
        .await
        .map_err(|source| StepError::Verify { image: spec.name.to_string(), source: Box::new(source) })?;
    if report.passed() { Ok(report) } else { Err(StepError::Unfit { report: Box::new(report) }) }
}

/// Keeps the report of a verification, good or bad, as JSON and JUnit under `.slipway/reports`.
pub fn keep_report(project: &Project, wanted: &Wanted, verified: &Result<Report, StepError>) -> Result<(), StepError> {
    let report = match verified {
        Ok(report) => report,
        Err(StepError::Unfit { report }) => report,
        Err(_) => return Ok(()),
    };
    let folder = project.root.join(".slipway/reports").join(wanted.tag());
    let written = |path: PathBuf, content: String| {
        let stored = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, content));
        stored.map_err(|source| StepError::KeepReport { path, source })
    };
    written(folder.join("verify.json"), format!("{:#}\n", report.to_json()))?;
    let junit = report.to_junit().map_err(|source| StepError::Junit(Box::new(source)))?;
    written(folder.join("verify.xml"), junit)
}
