//! Tags as every service that we create things in accepts them.

use std::collections::BTreeMap;

/// How many tags a resource holds (facts 2.1).
const MOST: usize = 50;

/// Keys and values that AWS accepts, in the order of the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, String>);

/// Why a tag is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// The key breaks a rule.
    #[error(
        "`{key}` is not the key of a tag: use 1 to 128 letters, digits, spaces and `_.:/=+-@`, not starting with `aws:`"
    )]
    Key {
        /// The refused key.
        key: String,
    },
    /// The value breaks a rule.
    #[error("`{value}` is not a value for tag `{key}`: use at most 256 letters, digits, spaces and `_.:/=+-@`")]
    Value {
        /// Its key.
        key: String,
        /// The refused value.
        value: String,
    },
    /// There are too many.
    #[error("tag `{key}` is one too many: a resource holds {MOST}")]
    TooMany {
        /// The key that did not fit.
        key: String,
    },
}

impl Tags {
    /// These tags and one more; a key that is there already gets the new value.
    pub fn with(mut self, key: &str, value: &str) -> Result<Self, TagError> {
        if !(1..=128).contains(&key.chars().count()) || !key.chars().all(permitted) || key.starts_with("aws:") {
            return Err(TagError::Key { key: key.to_owned() });
        }
        if value.chars().count() > 256 || !value.chars().all(permitted) {
            return Err(TagError::Value { key: key.to_owned(), value: value.to_owned() });
        }
        if self.0.len() == MOST && !self.0.contains_key(key) {
            return Err(TagError::TooMany { key: key.to_owned() });
        }
        self.0.insert(key.to_owned(), value.to_owned());
        Ok(self)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// `[\p{L}\p{Z}\p{N}_.:/=+\-@]`, the pattern of `TagKey` and `TagValue` in the services' models.
fn permitted(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_what_aws_accepts() {
        let tags =
            Tags::default().with("slipway:image", "clinical").and_then(|tags| tags.with("owner", "a@example.com"));
        assert_eq!(tags.map(|tags| tags.iter().count()), Ok(2));
        for (key, value, why) in [
            ("", "x", "no key"),
            ("aws:x", "x", "reserved"),
            ("k", "a (b)", "brackets"),
            ("k", "a\nb", "two lines"),
            (&*"k".repeat(129), "x", "long key"),
            ("k", &*"v".repeat(257), "long value"),
        ] {
            assert!(Tags::default().with(key, value).is_err(), "`{key}` = `{value}` should be refused: {why}");
        }
    }

    #[test]
    fn a_resource_holds_fifty_tags() {
        let full = (0..MOST).try_fold(Tags::default(), |tags, n| tags.with(&format!("k{n}"), "")).expect("fifty tags");
        assert!(full.clone().with("k0", "again").is_ok(), "a known key is no further tag");
        assert_eq!(full.with("one-more", ""), Err(TagError::TooMany { key: "one-more".into() }));
    }
}
