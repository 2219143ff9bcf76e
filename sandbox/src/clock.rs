//! Points in time as the sandbox stores and sends them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch. Stored as a number; [`Moment::wire`] is what JSON 1.1 wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(u64);

impl Moment {
    /// The present.
    pub fn now() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
    }

    /// This moment, `duration` later.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// Seconds since the epoch with a fraction: the timestamp format of AWS's JSON protocols.
    pub fn wire(self) -> f64 {
        Duration::from_millis(self.0).as_secs_f64()
    }

    /// The moment a client wrote as seconds since the epoch; a negative number is the epoch itself.
    pub fn from_wire(seconds: f64) -> Self {
        Self(0).plus(Duration::try_from_secs_f64(seconds).unwrap_or_default())
    }

    /// Whole seconds since the epoch.
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// Zero-padded, so that text order is time order.
    pub fn sort_key(self) -> String {
        format!("{:020}", self.0)
    }
}
