//! Names of AWS that stand in documents. None of them can hold `*`, `?`, `$` or a quote.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::document::Literal;
use crate::names::DomainId;

/// Why a text is not a name of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {kind}: {rule}")]
pub struct IdentifierError {
    /// What it should have been, with its article.
    pub kind: &'static str,
    /// The rule in words.
    pub rule: &'static str,
}

/// Declares a newtype over `String` whose only constructor checks the text.
macro_rules! identifier {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $rule:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&$type> for Literal {
            fn from(name: &$type) -> Self {
                Self(name.0.clone())
            }
        }

        impl FromStr for $type {
            type Err = IdentifierError;

            fn from_str(text: &str) -> Result<Self, IdentifierError> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdentifierError { kind: $kind, rule: $rule })
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

identifier!(
    /// An AWS Region such as `eu-west-1`.
    Region,
    "an AWS Region",
    "it looks like `eu-west-1`",
    |text| {
        let parts: Vec<&str> = text.split('-').collect();
        parts.len() >= 3
            && parts.iter().all(|part| !part.is_empty() && part.bytes().all(lower_or_digit))
            && parts.last().is_some_and(|number| number.bytes().all(|c| c.is_ascii_digit()))
    }
);

identifier!(
    /// An AWS account: twelve digits.
    AccountId,
    "an AWS account id",
    "it has twelve digits",
    |text| text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit())
);

identifier!(
    /// A VPC.
    VpcId,
    "the id of a VPC",
    "it looks like `vpc-0123456789abcdef0`",
    |text| numbered(text, "vpc-")
);

identifier!(
    /// A VPC endpoint.
    EndpointId,
    "the id of a VPC endpoint",
    "it looks like `vpce-0123456789abcdef0`",
    |text| numbered(text, "vpce-")
);

identifier!(
    /// An API of API Gateway.
    ApiId,
    "the id of an API",
    "it has lower-case letters and digits, such as `a1b2c3d4e5`",
    |text| (1..=32).contains(&text.len()) && text.bytes().all(lower_or_digit)
);

identifier!(
    /// A stage of an API: letters, digits, hyphens and underscores, at most 128.
    Stage,
    "the name of a stage",
    "use letters, digits, `-` and `_`, at most 128 characters",
    |text| (1..=128).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c))
);

identifier!(
    /// The ARN of an IAM role, its path included.
    RoleArn,
    "the ARN of a role",
    "it looks like `arn:aws:iam::123456789012:role/name`",
    |text| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        matches!(parts.as_slice(), ["arn", partition, "iam", "", account, resource]
            if ["aws", "aws-cn", "aws-us-gov"].contains(partition)
                && account.parse::<AccountId>().is_ok()
                && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty() && name.bytes().all(in_a_role)))
            && text.len() <= 2048
    }
);

identifier!(
    /// A method and a path of an API, such as `POST/saml`: the end of a method's ARN.
    Route,
    "a route",
    "it looks like `POST/saml`",
    |text| {
        text.split_once('/').is_some_and(|(method, path)| {
            ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&method) && is_path(path)
        })
    }
);

impl Region {
    /// The partition that the Region belongs to: the second part of its ARNs.
    pub fn partition(&self) -> &'static str {
        match self.0.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }
}

/// An account in a Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The Region.
    pub region: Region,
    /// The account.
    pub account: AccountId,
}

impl Place {
    /// The ARN of something in a service.
    pub(super) fn arn(&self, service: &str, resource: fmt::Arguments<'_>) -> Literal {
        let Self { region, account } = self;
        Literal(format!("arn:{}:{service}:{region}:{account}:{resource}", region.partition()))
    }

    /// Every profile of a domain.
    pub(super) fn profiles(&self, domain: &DomainId) -> Literal {
        self.arn("sagemaker", format_args!("user-profile/{domain}/*"))
    }
}

/// Path parts of characters that neither IAM nor a URL gives a meaning.
pub(super) fn is_path(path: &str) -> bool {
    path.len() <= 1024 && path.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.~/".contains(&c))
}

fn lower_or_digit(c: u8) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn in_a_role(c: u8) -> bool {
    c.is_ascii_alphanumeric() || b"+=,.@-_/".contains(&c)
}

/// A prefix and 8 or 17 hexadecimal digits, as EC2 numbers its resources.
fn numbered(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|number| {
        [8, 17].contains(&number.len()) && number.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: FromStr<Err = IdentifierError>>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(text.parse::<T>().is_ok(), "`{text}` should be accepted");
        }
        for text in bad {
            assert!(text.parse::<T>().is_err(), "`{text}` should be refused");
        }
        for hostile in ["", "*", "?", "${aws:userid}", "$", "\"", "a\nb", "/", "..", "\u{e9}"] {
            for text in good.iter().flat_map(|good| [format!("{good}{hostile}"), format!("{hostile}{good}")]) {
                let accepted = text.parse::<T>().is_ok();
                assert!(!accepted || !text.contains(['*', '?', '$', '"', '\n']), "`{text}` should be refused");
            }
        }
    }

    #[test]
    fn names_are_what_aws_gives_and_nothing_else() {
        check::<Region>(&["eu-west-1", "us-gov-west-1", "cn-north-1"], &["eu", "eu-west", "EU-west-1", "eu--1"]);
        check::<AccountId>(&["123456789012"], &["12345678901", "1234567890123", "12345678901a"]);
        check::<VpcId>(&["vpc-0123456789abcdef0", "vpc-0a1b2c3d"], &["vpce-0a1b2c3d", "vpc-", "vpc-0A1B2C3D"]);
        check::<EndpointId>(&["vpce-0123456789abcdef0"], &["vpc-0123456789abcdef0", "vpce-012345678"]);
        check::<ApiId>(&["a1b2c3d4e5"], &["A1", "a/b", "a-b"]);
        check::<Stage>(&["prod", "v1_2-x"], &["a/b", "a b"]);
        check::<Route>(&["POST/saml", "GET/a/b"], &["saml", "ANY/saml", "post/saml", "POST/sa*l", "POST/a b"]);
        check::<RoleArn>(
            &["arn:aws:iam::123456789012:role/broker", "arn:aws-cn:iam::123456789012:role/path/b+=,.@-_"],
            &[
                "broker",
                "arn:aws:iam::123456789012:user/me",
                "arn:aws:iam::123456789012:role/",
                "arn:aws:iam::*:role/broker",
                "arn:aws:iam::123456789012:role/br*ker",
                "arn:*:iam::123456789012:role/broker",
            ],
        );
    }

    #[test]
    fn arns_name_the_partition_of_their_region() {
        for (region, partition) in [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")] {
            assert_eq!(region.parse::<Region>().map(|region| region.partition()), Ok(partition));
        }
    }
}
