//! `/_sandbox/...`: the sandbox's own talk, for demos, tests and people with curl.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

use crate::aws::ApiError;
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::fault::Fault;
use crate::identity::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::options::DomainSeed;
use crate::sagemaker::{self, Seeded};
use crate::seed::{SeedError, seed_domain};
use crate::stats::StatsReport;

/// Why the sandbox does not do what it was asked for.
#[derive(Debug, Error)]
pub enum ControlError {
    /// A fault names a domain that does not exist.
    #[error("domain `{domain}` cannot be updating, as it does not exist")]
    NoDomain {
        /// The domain.
        domain: String,
    },
    /// A fault cannot be stored.
    #[error("cannot put the fault in force")]
    Store(#[source] ApiError),
    /// A domain cannot be seeded.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NoDomain { .. } => StatusCode::NOT_FOUND,
            Self::Seed(SeedError::Id { .. } | SeedError::Name { .. }) => StatusCode::BAD_REQUEST,
            Self::Store(_) | Self::Seed(SeedError::Store { .. }) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// `GET /_sandbox/health`: who it is, and how to sign in; its credentials are no secret.
pub async fn health(State(cloud): State<Arc<Cloud>>) -> Json<Value> {
    Json(json!({
        "name": "slipway-sandbox",
        "version": env!("CARGO_PKG_VERSION"),
        "account": cloud.account,
        "region": cloud.region,
        "registry": cloud.registry_host(),
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
    }))
}

/// `GET /_sandbox/stats`.
pub async fn stats(State(cloud): State<Arc<Cloud>>) -> Json<StatsReport> {
    Json(cloud.stats.report())
}

/// `GET /_sandbox/faults`: those in force, with what is left of them.
pub async fn list_faults(State(cloud): State<Arc<Cloud>>) -> Json<Vec<Fault>> {
    Json(cloud.faults.list())
}

/// One fault or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Faults {
    /// Several.
    Several(Vec<Fault>),
    /// One.
    One(Fault),
}

/// `POST /_sandbox/faults`.
pub async fn add_faults(
    State(cloud): State<Arc<Cloud>>,
    Json(faults): Json<Faults>,
) -> Result<Json<Vec<Fault>>, ControlError> {
    let faults = match faults {
        Faults::Several(faults) => faults,
        Faults::One(fault) => vec![fault],
    };
    for fault in faults {
        arm(&cloud, fault)?;
    }
    Ok(Json(cloud.faults.list()))
}

/// `DELETE /_sandbox/faults`: all of them end.
pub async fn clear_faults(State(cloud): State<Arc<Cloud>>) -> StatusCode {
    cloud.faults.clear();
    StatusCode::NO_CONTENT
}

/// `POST /_sandbox/seed`: a domain; one that exists is left as it is.
pub async fn seed(
    State(cloud): State<Arc<Cloud>>,
    Json(domain): Json<DomainSeed>,
) -> Result<Json<Value>, ControlError> {
    let seeded = seed_domain(&cloud, &domain)?;
    Ok(Json(json!({ "domain": domain.id, "created": seeded == Seeded::Made })))
}

/// Puts a fault in force. A domain that somebody else updates is occupied at once.
pub fn arm(cloud: &Cloud, fault: Fault) -> Result<(), ControlError> {
    if let Fault::DomainUpdating { domain, for_ms } = fault {
        let until = Moment::now().plus(Duration::from_millis(for_ms));
        let found = sagemaker::occupy(cloud, &domain, until).map_err(ControlError::Store)?;
        return if found { Ok(()) } else { Err(ControlError::NoDomain { domain }) };
    }
    cloud.faults.arm(fault);
    Ok(())
}
