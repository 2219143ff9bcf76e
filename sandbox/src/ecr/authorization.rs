//! `GetAuthorizationToken`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::identity::PASSWORD_LIFETIME;

/// A user name and password for the registry, good for twelve hours.
pub fn token(cloud: &Cloud) -> Value {
    let expires = Moment::now().plus(PASSWORD_LIFETIME);
    let token = STANDARD.encode(format!("AWS:{}", cloud.passwords.issue(expires)));
    json!({ "authorizationData": [{
        "authorizationToken": token,
        "expiresAt": expires.wire(),
        "proxyEndpoint": cloud.endpoint(),
    }] })
}
