//! Names that cross a boundary: each type holds only what every system that will meet it accepts.
//!
//! A name is checked once, when a file is read. AWS, Docker and the shell see only values of these types.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::catalog::Family;

/// Why a text is not a name of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {kind}: {rule}")]
pub struct NameError {
    /// The refused text.
    pub text: String,
    /// What it should have been, with its article: "an image name".
    pub kind: &'static str,
    /// The rule in words.
    pub rule: &'static str,
}

/// Declares a newtype over `String` whose only constructor checks the text.
macro_rules! name {
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

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NameError { text: text.to_owned(), kind: $kind, rule: $rule })
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

name!(
    /// The name of an image: its folder, its SageMaker image and app image config, and the start of its tag.
    ///
    /// Lower case, digits and single hyphens, at most 63: the common subset of SageMaker's `ImageName`,
    /// `AppImageConfigName` and `ImageVersionArn` (facts 2.1) and of a Docker tag (facts 4.1).
    ImageName,
    "an image name",
    "use lower-case letters and digits, single hyphens between them, at most 63 characters",
    |text| text.len() <= 63 && hyphenated(text)
);

name!(
    /// The name of a target or of a domain within `slipway.toml`: lower case, digits and single hyphens.
    Label,
    "a name",
    "use lower-case letters and digits, single hyphens between them, at most 63 characters",
    |text| text.len() <= 63 && hyphenated(text)
);

name!(
    /// A SageMaker domain: `d-(-*[a-z0-9]){1,61}`, at most 63 (facts 2.1).
    DomainId,
    "a domain id",
    "it looks like `d-abcdef123456`",
    |text| {
        text.len() <= 63
            && text.strip_prefix("d-").is_some_and(|rest| {
                rest.ends_with(lower_or_digit) && rest.chars().all(|c| lower_or_digit(c) || c == '-')
            })
    }
);

name!(
    /// An AWS account: twelve digits.
    AccountId,
    "an AWS account id",
    "it has twelve digits",
    |text| text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
);

name!(
    /// An AWS Region such as `eu-west-1`.
    Region,
    "an AWS Region",
    "it looks like `eu-west-1`",
    |text| {
        let parts: Vec<&str> = text.split('-').collect();
        parts.len() >= 3
            && parts.iter().all(|part| !part.is_empty() && part.chars().all(lower_or_digit))
            && parts.last().is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
    }
);

name!(
    /// An ECR repository.
    ///
    /// ECR's own grammar (facts 4.1); it contains `sagemaker`, because `AmazonSageMakerFullAccess` permits writing
    /// only to such repositories (facts 4.2); and at most 128 characters, because SageMaker's `BaseImage` holds 255
    /// with the registry's host and the digest (facts 2.2).
    RepositoryName,
    "a repository name",
    "use lower-case letters and digits separated by `.`, `_`, `-` or `/`; it contains `sagemaker` and has at most 128 characters",
    |text| {
        text.len() <= 128
            && text.contains("sagemaker")
            && text.split('/').all(|part| {
                part.starts_with(lower_or_digit)
                    && part.ends_with(lower_or_digit)
                    && part.chars().all(|c| lower_or_digit(c) || matches!(c, '.' | '_' | '-'))
                    && !["..", "._", "_.", "-.", ".-", "_-", "-_", "___"].iter().any(|pair| part.contains(pair))
            })
    }
);

name!(
    /// The ARN of an IAM role, 20 to 2048 characters (facts 2.1).
    RoleArn,
    "the ARN of a role",
    "it looks like `arn:aws:iam::123456789012:role/name`",
    |text| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        matches!(parts.as_slice(), ["arn", partition, "iam", "", account, resource]
            if partition.starts_with("aws")
                && partition.chars().all(|c| c.is_ascii_lowercase() || c == '-')
                && account.parse::<AccountId>().is_ok()
                && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty()
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@-_/".contains(c))))
            && (20..=2048).contains(&text.len())
    }
);

name!(
    /// What people read in the session launcher: 1 to 128 characters, no space at either end (facts 2.1).
    Title,
    "a title",
    "use 1 to 128 characters on one line, without space at the ends",
    |text| one_line(text, 128)
);

name!(
    /// What the image is for: 1 to 512 characters on one line (facts 2.1).
    Description,
    "a description",
    "use 1 to 512 characters on one line, without space at the ends",
    |text| one_line(text, 512)
);

name!(
    /// Who answers for the image: 1 to 256 characters on one line, the limit of a tag's value (facts 2.1).
    Owner,
    "an owner",
    "use 1 to 256 characters on one line, without space at the ends",
    |text| one_line(text, 256)
);

name!(
    /// A package of an R repository: a letter, then letters, digits and dots, not ending in a dot ("Writing R Extensions", 1.1.1).
    RPackage,
    "an R package name",
    "it starts with a letter, goes on with letters, digits and dots, and does not end in a dot",
    |text| {
        text.len() >= 2
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
            && !text.ends_with('.')
    }
);

name!(
    /// A package of a distribution: `libgdal-dev`, `unixODBC-devel`. [`fits`](Self::fits) asks for one family.
    SystemPackage,
    "a system package name",
    "it has letters, digits, `+`, `-`, `.` and `_`, at least two characters, and starts with a letter or digit",
    |text| {
        text.len() >= 2
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'))
    }
);

impl SystemPackage {
    /// Whether a family has packages of such names. Debian's have neither capitals nor underscores (Debian Policy
    /// 5.6.7).
    pub fn fits(&self, family: Family) -> bool {
        match family {
            Family::Debian => !self.0.contains(|c: char| c.is_ascii_uppercase() || c == '_'),
            Family::RedHat => true,
        }
    }
}

name!(
    /// The name of an environment variable (POSIX 8.1).
    VariableName,
    "the name of an environment variable",
    "use letters, digits and underscores, not starting with a digit",
    |text| {
        text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    }
);

name!(
    /// The id of a build secret: the name under `/run/secrets`.
    SecretId,
    "a secret id",
    "use letters, digits, `.`, `_` and `-`, starting with a letter or digit, at most 63 characters",
    |text| {
        text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    }
);

name!(
    /// A content digest as registries write it: `sha256:` and 64 hexadecimal digits.
    Digest,
    "a digest",
    "it is `sha256:` followed by 64 lower-case hexadecimal digits",
    |text| text.strip_prefix("sha256:").is_some_and(is_sha256)
);

name!(
    /// The sha256 of a download: 64 lower-case hexadecimal digits.
    Sha256,
    "a sha256",
    "it has 64 lower-case hexadecimal digits",
    is_sha256
);

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}

fn lower_or_digit(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn hyphenated(text: &str) -> bool {
    text.split('-').all(|part| !part.is_empty() && part.chars().all(lower_or_digit))
}

fn one_line(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.chars().count()) && text.trim() == text && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: FromStr<Err = NameError>>(good: &[&str], bad: &[(&str, &str)]) {
        for text in good {
            assert!(text.parse::<T>().is_ok(), "`{text}` should be accepted");
        }
        for (text, why) in bad {
            assert!(text.parse::<T>().is_err(), "`{text}` should be refused: {why}");
        }
    }

    #[test]
    fn image_names_fit_every_system_that_meets_them() {
        let longest = "a".repeat(63);
        let too_long = "a".repeat(64);
        check::<ImageName>(
            &["a", "clinical", "r-45", "4-5", &longest],
            &[
                ("", "empty"),
                ("Clinical", "image version ARNs are lower case"),
                ("a.b", "app image configs have no dots"),
                ("a--b", "images have single separators"),
                ("-a", "starts with a hyphen"),
                ("a-", "ends with a hyphen"),
                ("a_b", "no underscores"),
                (&too_long, "at most 63"),
            ],
        );
    }

    #[test]
    fn repository_names_contain_sagemaker_and_leave_room_for_the_digest() {
        let too_long = format!("sagemaker-{}", "a".repeat(120));
        check::<RepositoryName>(
            &["sagemaker-rstudio", "team/sagemaker.images", "sagemaker__x", "a--sagemaker"],
            &[
                ("rstudio", "the managed policy permits only *sagemaker*"),
                ("Sagemaker-sagemaker", "lower case"),
                ("sagemaker//x", "empty part"),
                ("sagemaker._x", "mixed separators"),
                (&too_long, "BaseImage holds 255 characters"),
            ],
        );
    }

    #[test]
    fn domain_ids_follow_the_official_pattern() {
        check::<DomainId>(
            &["d-abcdef123456", "d-a--b"],
            &[("abc", "no prefix"), ("d-", "empty"), ("d-A", "capital"), ("d-a-", "ends with a hyphen")],
        );
    }

    #[test]
    fn roles_are_full_arns() {
        check::<RoleArn>(
            &["arn:aws:iam::123456789012:role/slipway-image", "arn:aws-cn:iam::123456789012:role/path/name"],
            &[
                ("slipway-image", "not an ARN"),
                ("arn:aws:iam::123456789012:user/me", "a user"),
                ("arn:aws:iam::1234:role/x", "short account"),
            ],
        );
    }

    #[test]
    fn package_names_cannot_carry_shell() {
        check::<RPackage>(
            &["odbc", "R6", "data.table"],
            &[("x", "too short"), ("a b", "space"), ("a;b", "shell"), ("a.", "dot")],
        );
        check::<SystemPackage>(
            &["libgdal-dev", "g++", "unixODBC-devel"],
            &[("-y", "an option"), ("a b", "space"), ("A", "too short"), ("a;b", "shell"), ("a$b", "shell")],
        );
    }

    #[test]
    fn packages_of_debian_are_lower_case() -> Result<(), NameError> {
        for (name, debian) in [("libgdal-dev", true), ("unixODBC-devel", false), ("a_b", false)] {
            let package: SystemPackage = name.parse()?;
            assert_eq!((package.fits(Family::Debian), package.fits(Family::RedHat)), (debian, true), "{name}");
        }
        Ok(())
    }

    #[test]
    fn digests_are_sha256_in_lower_case() {
        let digits = "0123456789abcdef".repeat(4);
        let good = format!("sha256:{digits}");
        let upper = good.to_uppercase();
        check::<Digest>(&[&good], &[(&digits, "no algorithm"), (&upper, "upper case"), ("sha256:12", "short")]);
    }
}
