//! Times, which SAML writes in UTC with a `Z` (SAML 2.0 core 1.3.3).

use jiff::{SignedDuration, Timestamp};

use super::Refusal;
use super::element::Element;
use super::vocabulary::Name;

/// The current time and how far other clocks may be from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// The current time.
    pub now: Timestamp,
    /// The tolerance.
    pub skew: SignedDuration,
}

impl Clock {
    /// Whether a moment has come: it is not further ahead than clocks may differ.
    pub fn has_reached(self, moment: Timestamp) -> bool {
        moment.duration_since(self.now) <= self.skew
    }

    /// Whether a moment, at which something ends, is over for every clock within the tolerance.
    pub fn is_over(self, end: Timestamp) -> bool {
        self.now.duration_since(end) >= self.skew
    }

    /// Checks `IssueInstant`: not in the future, not older than `age`. Returns it.
    pub fn check_issued(self, element: Element<'_>, name: Name, age: SignedDuration) -> Result<Timestamp, Refusal> {
        let issued = required(element, name, "IssueInstant")?;
        if !self.has_reached(issued) {
            return Err(Refusal::IssuedInFuture { element: name.local });
        }
        if self.now.duration_since(issued) >= age + self.skew {
            return Err(Refusal::IssuedTooLongAgo { element: name.local });
        }
        Ok(issued)
    }
}

/// A time that must be there.
pub(super) fn required(element: Element<'_>, name: Name, attribute: &'static str) -> Result<Timestamp, Refusal> {
    read(element.required(name, attribute)?).ok_or(Refusal::Time { attribute })
}

/// A time that may be there.
pub(super) fn optional(element: Element<'_>, attribute: &'static str) -> Result<Option<Timestamp>, Refusal> {
    match element.attribute(attribute) {
        None => Ok(None),
        Some(text) => read(text).map(Some).ok_or(Refusal::Time { attribute }),
    }
}

/// Reads `YYYY-MM-DDThh:mm:ss[.fraction]Z` and no other form. Leap seconds are not known here.
fn read(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.strip_suffix('Z')?.split_at_checked(19)?;
    let shape = "dddd-dd-ddTdd:dd:dd";
    let fits = |(byte, place): (u8, u8)| if place == b'd' { byte.is_ascii_digit() } else { byte == place };
    let plain = seconds.bytes().zip(shape.bytes()).all(fits) && !seconds.ends_with("60");
    let digits = fraction.is_empty()
        || fraction
            .strip_prefix('.')
            .is_some_and(|digits| (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
    if plain && digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(now: &str) -> Clock {
        Clock { now: read(now).expect("a time"), skew: SignedDuration::from_secs(60) }
    }

    #[test]
    fn reads_utc_and_nothing_else() {
        for good in ["2026-11-24T01:02:03Z", "2026-11-24T01:02:03.1Z", "2024-02-29T23:59:59.1234567Z"] {
            assert!(read(good).is_some(), "{good}");
        }
        for (bad, why) in [
            ("", "nothing"),
            ("2026-11-24T01:02:03", "no zone"),
            ("2026-11-24T01:02:03+00:00", "an offset"),
            ("2026-11-24T01:02:03z", "a small letter"),
            ("2026-11-24 01:02:03Z", "a space"),
            ("2026-11-24T01:02Z", "no seconds"),
            ("2026-11-24T01:02:03.Z", "an empty fraction"),
            ("2026-11-24T01:02:03,5Z", "a comma"),
            ("2026-11-24T01:02:03.1234567890Z", "too fine"),
            ("2026-11-24T01:02:60Z", "a leap second"),
            ("2026-11-24T24:00:00Z", "midnight twice"),
            ("2026-02-29T00:00:00Z", "no such day"),
            ("+002026-11-24T01:02:03Z", "a long year"),
            ("-026-11-24T01:02:03Z", "before the common era"),
            (" 2026-11-24T01:02:03Z", "a space in front"),
            ("2026-11-24T01:02:03Z[UTC]", "a zone's name"),
            ("2026-11-2４T01:02:03Z", "another script's digit"),
        ] {
            assert_eq!(read(bad), None, "{why}");
        }
    }

    #[test]
    fn allows_clocks_to_differ_by_the_skew_and_not_more() {
        let clock = clock("2026-11-24T12:00:00Z");
        let at = |text| read(text).expect("a time");
        assert!(clock.has_reached(at("2026-11-24T12:01:00Z")));
        assert!(!clock.has_reached(at("2026-11-24T12:01:00.000000001Z")));
        assert!(!clock.is_over(at("2026-11-24T11:59:00.000000001Z")));
        assert!(clock.is_over(at("2026-11-24T11:59:00Z")));
    }
}
