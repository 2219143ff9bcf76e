//! Asynchronous states, derived from the clock: nothing runs in the background, so a state survives a killed process.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// What is being done to a resource, or was done last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is being made.
    Create,
    /// It is being changed.
    Update,
    /// It is being removed.
    Delete,
}

/// The last change of a resource and when that ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    change: Change,
    until: Moment,
    /// Why the change fails when its time is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// Where a resource stands at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// The change is under way.
    Busy(Change),
    /// The change ended well.
    Ready,
    /// The change ended badly, for this reason.
    Failed(&'a str),
    /// The resource was deleted.
    Gone,
}

impl Lifecycle {
    /// A change that ends well at `until`.
    pub fn new(change: Change, until: Moment) -> Self {
        Self { change, until, failure: None }
    }

    /// A creation that fails at `until`.
    pub fn failing(until: Moment, reason: String) -> Self {
        Self { change: Change::Create, until, failure: Some(reason) }
    }

    /// Where the resource stands at `now`.
    pub fn at(&self, now: Moment) -> Standing<'_> {
        match (&self.failure, self.change) {
            _ if now < self.until => Standing::Busy(self.change),
            (Some(reason), _) => Standing::Failed(reason),
            (None, Change::Delete) => Standing::Gone,
            (None, Change::Create | Change::Update) => Standing::Ready,
        }
    }

    /// Whether the resource has been deleted.
    pub fn is_gone(&self, now: Moment) -> bool {
        self.at(now) == Standing::Gone
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_state_follows_from_the_clock_alone() {
        let start = Moment::now();
        let end = start.plus(Duration::from_secs(1));
        let table = [
            (Lifecycle::new(Change::Create, end), Standing::Busy(Change::Create), Standing::Ready),
            (Lifecycle::new(Change::Update, end), Standing::Busy(Change::Update), Standing::Ready),
            (Lifecycle::new(Change::Delete, end), Standing::Busy(Change::Delete), Standing::Gone),
            (Lifecycle::failing(end, "why".to_owned()), Standing::Busy(Change::Create), Standing::Failed("why")),
        ];
        for (lifecycle, before, after) in table {
            assert_eq!(lifecycle.at(start), before);
            assert_eq!(lifecycle.at(end), after);
        }
    }
}
