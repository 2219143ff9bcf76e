//! The method that API Gateway asks an authorizer about.

use std::fmt;
use std::str::FromStr;

use super::document::Literal;
use super::identifier::{AccountId, ApiId, Region, Route, Stage};

/// `arn:PARTITION:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`, with the path that was really asked for.
///
/// The path is the caller's: one with `*`, `?`, `$` or anything else that a policy could read is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodArn(String);

impl MethodArn {
    /// The ARN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn literal(&self) -> Literal {
        Literal(self.0.clone())
    }
}

impl FromStr for MethodArn {
    type Err = MethodArnError;

    fn from_str(text: &str) -> Result<Self, MethodArnError> {
        if is_method(text).unwrap_or_default() { Ok(Self(text.to_owned())) } else { Err(MethodArnError) }
    }
}

impl fmt::Display for MethodArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn is_method(text: &str) -> Option<bool> {
    let rest = text.strip_prefix("arn:")?;
    let mut parts = rest.splitn(5, ':');
    let (partition, service) = (parts.next()?, parts.next()?);
    let region: Region = parts.next()?.parse().ok()?;
    let account = parts.next()?.parse::<AccountId>();
    let mut resource = parts.next()?.splitn(3, '/');
    let api = resource.next()?.parse::<ApiId>();
    let stage = resource.next()?.parse::<Stage>();
    let route = resource.next()?.parse::<Route>();
    let names = account.is_ok() && api.is_ok() && stage.is_ok() && route.is_ok();
    Some(partition == region.partition() && service == "execute-api" && names)
}

/// A text that is no method of an API, or one that a policy could misread. The text is not kept: it is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the ARN of a method that an answer can name")]
pub struct MethodArnError;

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5";

    #[test]
    fn methods_of_our_routes_are_accepted() {
        for end in ["prod/GET/presigned-url", "prod/POST/saml", "test-invoke-stage/GET/", "prod/GET/a/b.c~d_e"] {
            assert!(format!("{API}/{end}").parse::<MethodArn>().is_ok(), "{end}");
        }
        let china = "arn:aws-cn:execute-api:cn-north-1:123456789012:a1b2c3d4e5/prod/GET/x";
        assert!(china.parse::<MethodArn>().is_ok());
    }

    #[test]
    fn what_a_policy_could_misread_is_refused() {
        for end in [
            "prod/GET/*",
            "prod/GET/a?c",
            "prod/GET/${aws:userid}",
            "prod/GET/$",
            "prod/*/presigned-url",
            "*/GET/presigned-url",
            "prod/GET/a b",
            "prod/GET/a\"b",
            "prod/GET/a\nb",
            "prod/GET/%2A",
            "prod/GET/\u{ff0a}",
            "prod/ANY/presigned-url",
            "prod/get/presigned-url",
            "prod/GET",
            "prod",
            "",
        ] {
            assert_eq!(format!("{API}/{end}").parse::<MethodArn>(), Err(MethodArnError), "{end}");
        }
        for arn in [
            "*",
            "arn:aws:execute-api:eu-west-1:123456789012:*/prod/GET/x",
            "arn:aws:execute-api:*:123456789012:a1b2c3d4e5/prod/GET/x",
            "arn:aws:execute-api:eu-west-1:*:a1b2c3d4e5/prod/GET/x",
            "arn:*:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/x",
            "arn:aws-cn:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/x",
            "arn:aws:lambda:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/x",
        ] {
            assert_eq!(arn.parse::<MethodArn>(), Err(MethodArnError), "{arn}");
        }
    }
}
