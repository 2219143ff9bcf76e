//! Builds the container image of a recipe.

use std::collections::BTreeMap;
use std::time::Duration;

use super::error::StepError;
use crate::credentials::docker_login;
use crate::engine::{BuildError, BuildRequest, BuiltImage, DockerEngine, Network, RegistryCredentials, Secret};
use crate::git::Commit;
use crate::plan::Wanted;
use crate::progress::{Outcome, Reporter, Stage};
use crate::spec::BuildNetwork;

/// How often a build is tried whose engine or base registry is out of reach.
const ATTEMPTS: u32 = 3;

const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// Carries the fingerprint, by which a finished build is recognised.
const FINGERPRINT_LABEL: &str = "io.slipway.fingerprint";

/// Builds the image unless the engine has it already, and says its id.
pub async fn build(
    engine: &DockerEngine,
    wanted: &Wanted,
    network: BuildNetwork,
    secrets: Vec<Secret>,
    commit: Option<&Commit>,
    reporter: &Reporter,
) -> Result<String, StepError> {
    let name = wanted.local_name();
    if let Some(id) = find_built(engine, wanted).await? {
        reporter.start(Stage::Build, &name).finish_with(Outcome::Cached, "built before");
        return Ok(id);
    }
    let mut request = BuildRequest::new(wanted.context.to_tar(), "Dockerfile");
    request.labels = labels(wanted, commit);
    request.network = match network {
        BuildNetwork::Default => Network::Default,
        BuildNetwork::Host => Network::Host,
    };
    request.secrets = secrets;
    request.credentials = base_credentials(wanted)?;
    request.tag = Some(name);
    let task = reporter.start(Stage::Build, format!("image {}", wanted.local_name()));
    let built = build_patiently(engine, &request, reporter).await.map_err(|source| failed(wanted, source))?;
    let cached = built.steps.iter().filter(|step| step.outcome == Outcome::Cached).count();
    task.finish_with(Outcome::Done, format!("{} steps, {cached} of them cached", built.steps.len()));
    Ok(built.id)
}

/// Tries again where the engine or a registry was out of reach for a moment; what fails in a step fails for good.
async fn build_patiently(
    engine: &DockerEngine,
    request: &BuildRequest,
    reporter: &Reporter,
) -> Result<BuiltImage, BuildError> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        match engine.build(request, reporter).await {
            Err(error) if error.is_transient() => {
                reporter.warn(format!("{error}; trying again in {} s", pause.as_secs()));
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            ended => return ended,
        }
    }
    engine.build(request, reporter).await
}

/// The id of the image that an earlier run built from the same context.
pub async fn find_built(engine: &DockerEngine, wanted: &Wanted) -> Result<Option<String>, StepError> {
    let found = engine.find_image(&wanted.local_name()).await?;
    let same = |labels: &BTreeMap<String, String>| {
        labels.get(FINGERPRINT_LABEL).is_some_and(|label| label == wanted.fingerprint.as_str())
    };
    Ok(found.filter(|image| same(&image.labels)).map(|image| image.id))
}

/// Labels that differ from build to build stay out of the Dockerfile, where they would change the fingerprint.
fn labels(wanted: &Wanted, commit: Option<&Commit>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from([(FINGERPRINT_LABEL.to_owned(), wanted.fingerprint.to_string())]);
    if let Some(commit) = commit {
        labels.insert("org.opencontainers.image.revision".to_owned(), commit.id.clone());
        labels.insert("org.opencontainers.image.created".to_owned(), commit.time.clone());
    }
    labels
}

fn base_credentials(wanted: &Wanted) -> Result<Vec<RegistryCredentials>, StepError> {
    let login = docker_login(wanted.spec().base.image.reference().resolve_registry())?;
    let known = login.map(|login| RegistryCredentials {
        host: login.registry,
        username: login.username,
        password: login.password,
    });
    Ok(known.into_iter().collect())
}

fn failed(wanted: &Wanted, source: BuildError) -> StepError {
    let spec = wanted.spec();
    let key = match &source {
        BuildError::Step(step) => wanted.context.key_of(&step.instruction),
        BuildError::Refused { message } => wanted.context.key_quoted_in(message),
        _ => None,
    };
    let origin = key.map(|key| match spec.source.line(key) {
        Some(line) => format!("{}:{line}, {key}", spec.source.path),
        None => format!("{}, {key}", spec.source.path),
    });
    StepError::Build { image: spec.name.to_string(), origin, source: Box::new(source) }
}
