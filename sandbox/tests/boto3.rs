//! The sandbox judged by boto3, which knows nothing of Slipway.

use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use slipway_sandbox::{DomainSeed, ForeignEntry, Options, Pace, start};
use tokio::process::Command;

type Outcome = Result<(), Box<dyn Error>>;

fn judges() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/judges")
}

/// A Python with the pinned boto3.
async fn python() -> Result<PathBuf, Box<dyn Error>> {
    let script = judges().join("../../scripts/python-with");
    Ok(run(script, [judges().join("requirements.txt").as_os_str()]).await?.trim_end().into())
}

async fn run<'a>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = &'a OsStr>,
) -> Result<String, Box<dyn Error>> {
    let program = program.as_ref();
    let output = Command::new(program).args(arguments).kill_on_drop(true).output().await;
    let output = output.map_err(|error| format!("{} is needed for this test: {error}", program.display()))?;
    let said = String::from_utf8(output.stdout)?;
    if output.status.success() {
        return Ok(said);
    }
    Err(format!("{} failed:\n{said}{}", program.display(), String::from_utf8_lossy(&output.stderr)).into())
}

async fn judge(script: &str) -> Result<String, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let seed = DomainSeed {
        id: "d-abcdef123456".to_owned(),
        name: "stats".to_owned(),
        workbench_image: "rstudio-workbench-2026.08-sagemaker-1.0".to_owned(),
        foreign: vec![ForeignEntry {
            image: "genomics".to_owned(),
            version: Some(12),
            app_image_config: "genomics-config".to_owned(),
        }],
    };
    let options = Options { seeds: vec![seed], pace: Pace::INSTANT, ..Options::new(folder.path()) };
    let sandbox = start(options).await?;
    let script = judges().join(script);
    let said = run(python().await?, [script.as_os_str(), sandbox.endpoint().as_ref()]).await;
    sandbox.stop().await;
    said
}

#[tokio::test]
async fn boto3_lists_describes_and_pages() -> Outcome {
    let said = judge("boto3_judge.py").await?;
    for line in [
        "1 image(s)",
        "  genomics: CREATED, no display name",
        "    version 12 of 12: CREATED",
        "1 domain(s)",
        "  d-abcdef123456 stats: InService",
        "    genomics version 12, config genomics-config",
    ] {
        assert!(said.lines().any(|said| said == line), "{line:?} is missing in:\n{said}");
    }
    Ok(())
}

#[tokio::test]
async fn boto3_is_refused_five_malformed_requests_in_the_words_of_aws() -> Outcome {
    let said = judge("boto3_refusals.py").await?;
    assert!(said.ends_with("5 of 5 malformed requests refused as AWS refuses them\n"), "{said}");
    Ok(())
}
