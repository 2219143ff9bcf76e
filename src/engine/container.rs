//! Containers that exist only as long as somebody holds them.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::Docker;
use bollard::errors::Error as ApiError;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptions, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder};

use super::cleanup::Cleanups;
use super::image::is_missing;
use super::{DockerEngine, EngineError};

/// Says until when, in seconds since 1970, a container's owner may still need it. A process that is killed cannot
/// remove its containers; the next one finds them by this.
const DEADLINE_LABEL: &str = "slipway.deadline";
/// Clocks of machines that share an engine may differ.
const GRACE: Duration = Duration::from_mins(10);

/// A container that is removed when it is dropped.
pub(super) struct Container {
    docker: Docker,
    cleanups: Cleanups,
    id: String,
    removed: bool,
}

impl Container {
    /// Creates a container that is needed for at most `lifetime`.
    pub(super) async fn create(
        engine: &DockerEngine,
        mut body: ContainerCreateBody,
        lifetime: Duration,
    ) -> Result<Self, ApiError> {
        let labels = body.labels.get_or_insert_default();
        labels.insert(DEADLINE_LABEL.to_owned(), (now() + lifetime + GRACE).as_secs().to_string());
        let (docker, cleanups) = (engine.docker.clone(), engine.cleanups.clone());
        // A task of its own: when the caller is dropped between the request and its answer, the container still gets
        // an owner, and that owner is dropped with the task's result.
        let create = tokio::spawn(async move {
            let created = docker.create_container(None::<CreateContainerOptions>, body).await?;
            Ok(Self { docker, cleanups, id: created.id, removed: false })
        });
        match create.await {
            Ok(container) => container,
            Err(stopped) => Err(ApiError::IOError { err: stopped.into() }),
        }
    }

    /// The engine's id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Stops and removes the container and waits for that.
    pub(super) async fn remove(mut self) -> Result<(), ApiError> {
        remove(&self.docker, &self.id).await?;
        self.removed = true;
        Ok(())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        if self.removed {
            return;
        }
        let (docker, id) = (self.docker.clone(), std::mem::take(&mut self.id));
        self.cleanups.start(async move {
            if let Err(error) = remove(&docker, &id).await {
                tracing::warn!(container = %id, %error, "cannot remove a container; it is removed later");
            }
        });
    }
}

async fn remove(docker: &Docker, id: &str) -> Result<(), ApiError> {
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    match docker.remove_container(id, Some(options)).await {
        Err(error) if is_missing(&error) => Ok(()),
        // Somebody else is removing it already.
        Err(ApiError::DockerResponseServerError { status_code: 409, .. }) => Ok(()),
        result => result,
    }
}

impl DockerEngine {
    /// Removes containers whose owner was killed before it could; returns how many.
    pub async fn remove_overdue(&self) -> Result<usize, EngineError> {
        let failed = |source| EngineError::RemoveOverdue { source };
        let filters = HashMap::from([("label", vec![DEADLINE_LABEL])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let containers = self.docker.list_containers(Some(options)).await.map_err(failed)?;
        let mut removed = 0;
        for container in containers {
            let deadline = container.labels.as_ref().and_then(|labels| labels.get(DEADLINE_LABEL)?.parse().ok());
            if let (Some(id), Some(deadline)) = (container.id, deadline)
                && Duration::from_secs(deadline) < now()
            {
                remove(&self.docker, &id).await.map_err(failed)?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
