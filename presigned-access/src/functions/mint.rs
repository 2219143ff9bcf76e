//! The address that opens a session: minted by SageMaker, looked at, and used at once.

use std::fmt;

use aws_sdk_sagemaker::Client;
use serde::Deserialize;

use super::failure::Failure;
use super::refusal::Fault;
use crate::mapping::Access;

/// How long an address opens a session, in seconds: 5 to 10. AWS takes 5 to 300 and does not promise single use, and a
/// browser that is redirected is quick (presigned-access 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct UrlLifetime(i32);

impl UrlLifetime {
    /// In seconds.
    pub fn seconds(self) -> i32 {
        self.0
    }
}

impl Default for UrlLifetime {
    fn default() -> Self {
        Self(5)
    }
}

impl TryFrom<i64> for UrlLifetime {
    type Error = UrlLifetimeError;

    fn try_from(seconds: i64) -> Result<Self, UrlLifetimeError> {
        i32::try_from(seconds).ok().filter(|seconds| (5..=10).contains(seconds)).map(Self).ok_or(UrlLifetimeError)
    }
}

/// Not 5 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an address has to last 5 to 10 seconds")]
pub struct UrlLifetimeError;

/// An address that opens a session, whose host was checked. It is a bearer token: nothing shows it by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct StudioUrl(String);

impl StudioUrl {
    /// Checks that the address leads to Studio in the Region: `https://d-...studio.REGION.sagemaker.aws/...`, and that it
    /// can stand in a header.
    ///
    /// # Errors
    /// It leads elsewhere.
    pub fn read(url: String, region: &str) -> Result<Self, MintError> {
        let rest = url.strip_prefix("https://").ok_or(MintError::Location)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let domain = host.strip_suffix(&format!(".studio.{region}.sagemaker.aws")).ok_or(MintError::Location)?;
        let name = domain.strip_prefix("d-").ok_or(MintError::Location)?;
        let of_a_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\');
        if name.is_empty() || !name.bytes().all(of_a_name) || !url.bytes().all(plain) {
            return Err(MintError::Location);
        }
        Ok(Self(url))
    }

    /// The address, for the answer to the person and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StudioUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StudioUrl(..)")
    }
}

/// Mints an address for what the mapping says.
///
/// # Errors
/// SageMaker does not answer, refuses, or answers with an address that leads elsewhere.
pub async fn mint(
    client: &Client,
    region: &str,
    access: &Access,
    lifetime: UrlLifetime,
) -> Result<StudioUrl, MintError> {
    let answer = client
        .create_presigned_domain_url()
        .domain_id(access.domain.as_str())
        .user_profile_name(access.profile.as_str())
        .landing_uri(access.landing.as_uri())
        .expires_in_seconds(lifetime.seconds())
        .session_expiration_duration_in_seconds(access.session.seconds())
        .send()
        .await;
    let url = answer.map_err(Failure::from)?.authorized_url.ok_or(MintError::Location)?;
    StudioUrl::read(url, region)
}

/// Why there is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// SageMaker does not answer, or refuses.
    #[error("SageMaker minted no address")]
    Call(#[from] Failure),
    /// The address leads elsewhere. It is not told where.
    #[error("the minted address does not lead to Studio")]
    Location,
}

impl MintError {
    /// The stable code for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(failure) if failure.is("ResourceNotFound") => "mint.profile-missing",
            Self::Call(failure) if failure.is("AccessDeniedException") => "mint.denied",
            Self::Call(Failure::Busy { .. }) => "mint.busy",
            Self::Call(failure) if failure.passes() => "mint.unavailable",
            Self::Call(_) => "mint.refused",
            Self::Location => "mint.location",
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Call(failure) if failure.is("ResourceNotFound") => Fault::Person,
            Self::Call(failure) if failure.passes() => Fault::Passing,
            Self::Call(_) | Self::Location => Fault::Ours,
        }
    }

    /// What AWS said.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Call(failure) => Some(failure),
            Self::Location => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_studio_in_the_region_are_followed() {
        for (url, good, why) in [
            ("https://d-abc123.studio.eu-west-1.sagemaker.aws/auth?token=x", true, "what AWS sends"),
            ("https://d-a-b.studio.eu-west-1.sagemaker.aws", true, "no path"),
            ("http://d-abc.studio.eu-west-1.sagemaker.aws/", false, "not encrypted"),
            ("HTTPS://d-abc.studio.eu-west-1.sagemaker.aws/", false, "not as AWS writes it"),
            ("https://d-abc.studio.us-east-1.sagemaker.aws/", false, "another Region"),
            ("https://d-abc.studio.eu-west-1.sagemaker.aws.evil.example/", false, "a longer host"),
            ("https://evil.example/d-abc.studio.eu-west-1.sagemaker.aws/", false, "a path that looks like it"),
            ("https://evil.example?.studio.eu-west-1.sagemaker.aws", false, "a query that looks like it"),
            ("https://evil.example#d-abc.studio.eu-west-1.sagemaker.aws", false, "a fragment that looks like it"),
            ("https://evil.example\\d-abc.studio.eu-west-1.sagemaker.aws", false, "what browsers take for a slash"),
            ("https://d-a@evil.example/.studio.eu-west-1.sagemaker.aws", false, "a user name"),
            ("https://d-a.b.studio.eu-west-1.sagemaker.aws/", false, "a name below the domain"),
            ("https://d-.studio.eu-west-1.sagemaker.aws/", false, "no domain"),
            ("https://d-ABC.studio.eu-west-1.sagemaker.aws/", false, "capitals"),
            ("https://d-abc.studio.eu-west-1.sagemaker.aws:8443/", false, "a port"),
            ("https://d-abc.studio.eu-west-1.sagemaker.aws/\r\nSet-Cookie: a=b", false, "a second header"),
            ("", false, "nothing"),
        ] {
            let read = StudioUrl::read(url.to_owned(), "eu-west-1");
            assert_eq!(read.is_ok(), good, "{why}: {url}");
        }
    }

    #[test]
    fn an_address_lasts_five_to_ten_seconds() {
        for (seconds, good) in [(4, false), (5, true), (10, true), (11, false), (300, false), (i64::MAX, false)] {
            assert_eq!(UrlLifetime::try_from(seconds).is_ok(), good, "{seconds}");
        }
    }
}
