//! How long a session may last.

use serde::{Deserialize, Serialize};

/// `SessionExpirationDurationInSeconds`: 1800 to 43200 seconds, 43200 where nothing is said (presigned-access 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct SessionLength(i32);

impl SessionLength {
    /// Half an hour, the shortest session that `SageMaker` gives.
    pub const SHORTEST: Self = Self(1_800);
    /// Twelve hours, the longest and `SageMaker`'s default.
    pub const LONGEST: Self = Self(43_200);

    /// Seconds, as `SageMaker`'s API counts them.
    pub const fn seconds(self) -> i32 {
        self.0
    }

    /// The session cut to what is left of another one, in seconds; `None` where less is left than the shortest session.
    pub fn capped_at(self, seconds: i64) -> Option<Self> {
        Self::try_from(seconds.min(i64::from(self.0))).ok()
    }
}

impl Default for SessionLength {
    fn default() -> Self {
        Self::LONGEST
    }
}

impl TryFrom<i64> for SessionLength {
    type Error = SessionLengthError;

    fn try_from(seconds: i64) -> Result<Self, SessionLengthError> {
        let length = i32::try_from(seconds).map(Self).map_err(|_| SessionLengthError)?;
        if (Self::SHORTEST..=Self::LONGEST).contains(&length) { Ok(length) } else { Err(SessionLengthError) }
    }
}

impl From<SessionLength> for i64 {
    fn from(length: SessionLength) -> Self {
        length.0.into()
    }
}

/// A number of seconds that no session can last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session length: say 1800 to 43200 seconds")]
pub struct SessionLengthError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_sagemaker_gives_is_accepted() {
        for good in [1_800, 28_800, 43_200] {
            assert_eq!(SessionLength::try_from(good).map(i64::from), Ok(good));
        }
        for bad in [i64::MIN, -1, 0, 1_799, 43_201, i64::from(i32::MAX) + 2_000, i64::MAX] {
            assert_eq!(SessionLength::try_from(bad), Err(SessionLengthError), "{bad}");
        }
    }

    #[test]
    fn a_session_ends_with_the_one_it_came_from() {
        let eight_hours = SessionLength::try_from(28_800).expect("a length");
        assert_eq!(eight_hours.capped_at(3_600).map(SessionLength::seconds), Some(3_600));
        assert_eq!(eight_hours.capped_at(i64::MAX), Some(eight_hours));
        assert_eq!(eight_hours.capped_at(1_800), Some(SessionLength::SHORTEST));
        for too_little in [1_799, 0, -5, i64::MIN] {
            assert_eq!(eight_hours.capped_at(too_little), None, "{too_little}");
        }
    }
}
