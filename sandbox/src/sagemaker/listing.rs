//! What the list operations have in common.

use serde::Deserialize;

use crate::clock::Moment;

/// Bounds on the times of a resource; seconds since the epoch.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Times {
    creation_time_after: Option<f64>,
    creation_time_before: Option<f64>,
    #[serde(alias = "ModifiedTimeAfter")]
    last_modified_time_after: Option<f64>,
    #[serde(alias = "ModifiedTimeBefore")]
    last_modified_time_before: Option<f64>,
}

impl Times {
    /// Whether a resource with these times is asked for.
    pub fn admit(&self, created: Moment, modified: Moment) -> bool {
        let after = |bound: Option<f64>, at: Moment| bound.is_none_or(|bound| at >= Moment::from_wire(bound));
        let before = |bound: Option<f64>, at: Moment| bound.is_none_or(|bound| at <= Moment::from_wire(bound));
        after(self.creation_time_after, created)
            && before(self.creation_time_before, created)
            && after(self.last_modified_time_after, modified)
            && before(self.last_modified_time_before, modified)
    }
}

/// What a list is sorted by; each list allows some of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum SortBy {
    /// When it was made.
    #[default]
    #[serde(rename = "CREATION_TIME", alias = "CreationTime")]
    Created,
    /// When it was changed.
    #[serde(rename = "LAST_MODIFIED_TIME", alias = "LastModifiedTime")]
    Modified,
    /// Its name or number.
    #[serde(rename = "IMAGE_NAME", alias = "VERSION", alias = "Name")]
    Name,
}

impl SortBy {
    /// The text to sort by. Names break ties, as keys must be unique.
    pub fn key(self, created: Moment, modified: Moment, name: &str) -> String {
        match self {
            Self::Created => format!("{} {name}", created.sort_key()),
            Self::Modified => format!("{} {name}", modified.sort_key()),
            Self::Name => name.to_owned(),
        }
    }
}
