//! `CreatePresignedDomainUrl`.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::user_profiles;
use crate::aws::ApiError;
use crate::clock::Moment;
use crate::cloud::Cloud;

/// Lifetime of a URL where the caller names none.
const SECONDS: u64 = 300;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Create {
    domain_id: String,
    user_profile_name: String,
    expires_in_seconds: Option<u64>,
    landing_uri: Option<String>,
}

/// A URL in AWS's form. It leads nowhere; its token tells tests what it was made for.
pub fn create(cloud: &Cloud, input: &Create) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    user_profiles::find(&studio, &input.domain_id, &input.user_profile_name, now)?;
    let expires = now.plus(Duration::from_secs(input.expires_in_seconds.unwrap_or(SECONDS)));
    let token = json!({
        "domain": input.domain_id,
        "profile": input.user_profile_name,
        "landing": input.landing_uri,
        "expires": expires.seconds(),
    });
    let token = URL_SAFE_NO_PAD.encode(token.to_string());
    let url = format!("https://{}.studio.{}.sagemaker.aws/auth?token={token}", input.domain_id, cloud.region);
    Ok(json!({ "AuthorizedUrl": url }))
}
