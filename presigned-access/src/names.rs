//! Names that `SageMaker` accepts, checked once where they come in.
//!
//! A name that does not fit is refused and never changed: `a.b` and `a-b` must not meet in one profile
//! (presigned-access 2).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name of either kind, in characters, all of which are ASCII.
const LONGEST: usize = 63;

/// A `SageMaker` domain: `d-(-*[a-z0-9]){1,61}`, at most 63 characters (presigned-access 2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainId(String);

impl DomainId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DomainId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let fits = |rest: &str| hyphens_between(rest, |c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if text.len() <= LONGEST && text.strip_prefix("d-").is_some_and(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::Domain)
        }
    }
}

/// A user profile: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`, at most 63 characters (presigned-access 2).
///
/// It keeps the letters that were written. Two names are equal when `SageMaker` takes them for one, which ignores the
/// difference between upper and lower case.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProfileName(String);

impl ProfileName {
    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProfileName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if text.len() <= LONGEST && starts && hyphens_between(text, |c| c.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::Profile)
        }
    }
}

impl PartialEq for ProfileName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Hash for ProfileName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

/// Only accepted characters and hyphens, the last one no hyphen.
fn hyphens_between(text: &str, accepted: fn(char) -> bool) -> bool {
    text.ends_with(accepted) && text.chars().all(|c| accepted(c) || c == '-')
}

/// Why a text is no name. The text itself is not kept: errors are logged, and it may be anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No domain id.
    #[error("not a domain id: it looks like `d-abcdef123456` and has at most 63 characters")]
    Domain,
    /// No user profile's name.
    #[error("not a profile name: use letters, digits and hyphens between them, at most 63 characters")]
    Profile,
}

/// What both kinds of names share.
macro_rules! text {
    ($type:ident) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }
    };
}

text!(DomainId);
text!(ProfileName);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn domain_ids_follow_the_official_pattern() {
        let longest = format!("d-{}", "a".repeat(61));
        for good in ["d-abcdef123456", "d-a--b", "d--a", &longest] {
            assert_eq!(good.parse::<DomainId>().map(String::from).as_deref(), Ok(good));
        }
        let too_long = format!("d-{}", "a".repeat(62));
        for (bad, why) in [
            ("", "empty"),
            ("abcdef", "no prefix"),
            ("d-", "nothing after the prefix"),
            ("d-A", "capital"),
            ("d-a-", "ends with a hyphen"),
            ("d-*", "a wildcard"),
            ("d-a/user", "a slash"),
            ("d-${aws:userid}", "a policy variable"),
            (" d-a", "a space"),
            ("d-a\n", "a line break"),
            ("d-\u{430}", "a letter of another alphabet"),
            (&too_long, "64 characters"),
        ] {
            assert_eq!(bad.parse::<DomainId>(), Err(NameError::Domain), "{why}");
        }
    }

    #[test]
    fn profile_names_follow_the_official_pattern() {
        let longest = "a".repeat(63);
        let identity_store = "90676e2a1b-6f3c2c9e-3f1b-4d43-9d0e-8b4b5a0d9c11";
        let good = ["a", "7", "Alice", "a--b", &longest, identity_store, "2f1c7c1e-58b0-4c9f-8d32-3bb0a4c6a0a1"];
        for good in good {
            assert_eq!(good.parse::<ProfileName>().map(String::from).as_deref(), Ok(good));
        }
        let too_long = "a".repeat(64);
        for (bad, why) in [
            ("", "empty"),
            ("alice@corp.example", "an address"),
            ("a.b", "a dot"),
            ("a_b", "an underscore"),
            ("-a", "starts with a hyphen"),
            ("trailing-", "ends with a hyphen"),
            ("*", "a wildcard"),
            ("a?", "a wildcard"),
            ("a/b", "a slash"),
            ("${aws:username}", "a policy variable"),
            ("a b", "a space"),
            ("alice\u{0}", "a NUL"),
            ("\u{e9}ve", "a letter that is not ASCII"),
            (&too_long, "64 characters"),
        ] {
            assert_eq!(bad.parse::<ProfileName>(), Err(NameError::Profile), "{why}");
        }
    }

    #[test]
    fn profiles_that_sagemaker_takes_for_one_are_one() {
        let names = ["Alice", "alice", "ALICE", "alic"].map(|name| name.parse::<ProfileName>().expect("a name"));
        assert_eq!(names[0], names[1]);
        assert_eq!(names[0].as_str(), "Alice");
        assert_eq!(names.into_iter().collect::<HashSet<_>>().len(), 2);
    }

    #[test]
    fn names_are_checked_when_they_are_read() {
        assert!(serde_json::from_str::<ProfileName>("\"*\"").is_err());
        assert!(serde_json::from_str::<DomainId>("\"d-*\"").is_err());
        let name: ProfileName = serde_json::from_str("\"Alice\"").expect("a name");
        assert_eq!(serde_json::to_string(&name).expect("JSON"), "\"Alice\"");
    }
}
