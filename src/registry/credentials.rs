//! The password for pushing, which AWS makes anew and lets expire.

use std::fmt;

use aws_sdk_ecr::types::AuthorizationData;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::{Registry, RegistryError};
use crate::aws::timestamp;

/// What the engine logs in to the registry with.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistryCredentials {
    /// The registry's host, with its port where it has one.
    pub host: String,
    /// Always `AWS` today.
    pub username: String,
    /// Never shown.
    pub password: String,
    /// When the password stops working, usually twelve hours from now.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for RegistryCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryCredentials")
            .field("host", &self.host)
            .field("username", &self.username)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Registry {
    /// Fetches a password for the account's registry (facts 4.1, `GetAuthorizationToken`).
    pub async fn credentials(&self) -> Result<RegistryCredentials, RegistryError> {
        let answer = self
            .client
            .get_authorization_token()
            .send()
            .await
            .map_err(|error| RegistryError::Credentials { repository: self.name.clone(), source: error.into() })?;
        let data = answer.authorization_data().first().ok_or_else(|| self.incomplete("authorization token"))?;
        read(data).ok_or_else(|| self.incomplete("authorization token"))
    }
}

fn read(data: &AuthorizationData) -> Option<RegistryCredentials> {
    let endpoint = data.proxy_endpoint()?;
    let token = String::from_utf8(STANDARD.decode(data.authorization_token()?).ok()?).ok()?;
    let (username, password) = token.split_once(':')?;
    Some(RegistryCredentials {
        host: endpoint.split_once("://").map_or(endpoint, |(_, host)| host).trim_end_matches('/').to_owned(),
        username: username.to_owned(),
        password: password.to_owned(),
        expires_at: data.expires_at().and_then(timestamp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(token: &str, endpoint: &str) -> AuthorizationData {
        AuthorizationData::builder().authorization_token(STANDARD.encode(token)).proxy_endpoint(endpoint).build()
    }

    #[test]
    fn a_token_is_a_user_and_a_password_that_may_contain_colons() {
        let read = read(&data("AWS:pa:ss", "https://1.dkr.ecr.eu-west-1.amazonaws.com")).expect("credentials");
        assert_eq!((read.username.as_str(), read.password.as_str()), ("AWS", "pa:ss"));
        assert_eq!(read.host, "1.dkr.ecr.eu-west-1.amazonaws.com");
    }

    #[test]
    fn the_password_is_never_shown() {
        let read = read(&data("AWS:hidden", "http://127.0.0.1:5000/")).expect("credentials");
        assert_eq!(read.host, "127.0.0.1:5000");
        assert!(!format!("{read:?}").contains("hidden"));
    }

    #[test]
    fn a_token_without_a_colon_is_not_taken() {
        assert!(read(&data("nonsense", "https://x")).is_none());
    }
}
