//! When the keys of an issuer are fetched: a state machine without network, clock or keys.
//!
//! * Keys younger than [`Limits::fresh`] are used as they are.
//! * Older ones are fetched again, so that a key that its issuer withdrew stops verifying.
//! * An unknown key id asks for a fetch too (the issuer may have rotated), but whatever happens there is one fetch per
//!   [`Limits::penalty`] and one at a time. A flood of unknown ids costs one fetch per window.
//! * When fetching fails, known keys are served until they are [`Limits::kept`] old, then nobody enters.
//!
//! The penalty counts from the beginning of a fetch, and time-outs of fetches have to be shorter. Times are compared by
//! their distance in either direction: concurrent callers come with slightly older times, and a clock that was set back
//! by hours makes keys old instead of young for ever.

use jiff::{SignedDuration, Timestamp};

/// The durations of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Age up to which keys are used without asking again.
    pub fresh: SignedDuration,
    /// Age up to which keys are used at all.
    pub kept: SignedDuration,
    /// Time from the beginning of one fetch to the next.
    pub penalty: SignedDuration,
}

impl Default for Limits {
    /// One hour, eight hours (a working day without the identity provider), ten seconds.
    fn default() -> Self {
        Self {
            fresh: SignedDuration::from_hours(1),
            kept: SignedDuration::from_hours(8),
            penalty: SignedDuration::from_secs(10),
        }
    }
}

/// Whether the key that a token names is among those at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// It is.
    Known,
    /// It is not, or there are no keys at all.
    Unknown,
}

/// What to do for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Verify with the keys at hand.
    Use,
    /// Fetch (after [`Schedule::started`]), then ask again.
    Fetch,
    /// Verify with keys at hand that should have been replaced.
    ServeStale {
        /// Since they were fetched.
        age: SignedDuration,
    },
    /// Wait for the fetch that is under way, then ask again.
    Wait,
    /// Refuse: the keys are known and this one is not among them.
    RefuseUnknown,
    /// Refuse: there are no keys, or they are too old to be believed.
    RefuseUnavailable,
}

/// The state of the keys of one issuer.
#[derive(Debug, Clone)]
pub struct Schedule {
    limits: Limits,
    fetched: Option<Timestamp>,
    attempted: Option<Timestamp>,
    flight: Flight,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flight {
    None,
    UnderWay,
}

impl Schedule {
    /// Nothing was fetched yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, fetched: None, attempted: None, flight: Flight::None }
    }

    /// What to do at `now` for a token whose key is known or not.
    pub fn step(&self, key: Key, now: Timestamp) -> Step {
        let age = self.fetched.map(|at| now.duration_since(at).abs());
        let usable = age.filter(|age| *age < self.limits.kept);
        match (key, usable) {
            (Key::Known, Some(age)) if age < self.limits.fresh => Step::Use,
            _ if self.may_fetch(now) => Step::Fetch,
            (Key::Known, Some(age)) => Step::ServeStale { age },
            _ if self.flight == Flight::UnderWay => Step::Wait,
            (Key::Unknown, Some(_)) => Step::RefuseUnknown,
            (_, None) => Step::RefuseUnavailable,
        }
    }

    /// A fetch begins.
    pub fn started(&mut self, now: Timestamp) {
        self.attempted = Some(now);
        self.flight = Flight::UnderWay;
    }

    /// The fetch that began at `started` brought keys. They are as old as the question, not as the answer.
    pub fn fetched(&mut self, started: Timestamp) {
        self.fetched = Some(started);
    }

    /// The fetch is over, with keys or without, or was given up.
    pub fn ended(&mut self) {
        self.flight = Flight::None;
    }

    fn may_fetch(&self, now: Timestamp) -> bool {
        let due = self.attempted.is_none_or(|at| now.duration_since(at).abs() >= self.limits.penalty);
        self.flight == Flight::None && due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds on the clock of these tests.
    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_478_400 + seconds).expect("a date should be in range")
    }

    fn fetched_at(seconds: i64) -> Schedule {
        let mut schedule = Schedule::new(Limits::default());
        schedule.started(at(seconds));
        schedule.fetched(at(seconds));
        schedule.ended();
        schedule
    }

    #[test]
    fn known_keys_are_used_refetched_served_stale_and_dropped_as_they_age() {
        let mut schedule = fetched_at(0);
        for second in [0, 1, 3599] {
            assert_eq!(schedule.step(Key::Known, at(second)), Step::Use);
        }
        assert_eq!(schedule.step(Key::Known, at(3600)), Step::Fetch);
        schedule.started(at(3600));
        let age = SignedDuration::from_secs;
        assert_eq!(schedule.step(Key::Known, at(3601)), Step::ServeStale { age: age(3601) }, "nobody waits");
        schedule.ended();
        assert_eq!(schedule.step(Key::Known, at(3609)), Step::ServeStale { age: age(3609) });
        assert_eq!(schedule.step(Key::Known, at(3610)), Step::Fetch);
        schedule.started(at(28_795));
        schedule.ended();
        assert_eq!(schedule.step(Key::Known, at(28_799)), Step::ServeStale { age: age(28_799) });
        assert_eq!(schedule.step(Key::Known, at(28_800)), Step::RefuseUnavailable);
        assert_eq!(schedule.step(Key::Known, at(28_805)), Step::Fetch);
    }

    #[test]
    fn an_unknown_key_fetches_once_in_ten_seconds() {
        let mut schedule = fetched_at(0);
        assert_eq!(schedule.step(Key::Unknown, at(9)), Step::RefuseUnknown);
        assert_eq!(schedule.step(Key::Unknown, at(10)), Step::Fetch);
        schedule.started(at(10));
        assert_eq!(schedule.step(Key::Unknown, at(10)), Step::Wait);
        assert_eq!(schedule.step(Key::Unknown, at(25)), Step::Wait, "one at a time, however long it takes");
        assert_eq!(schedule.step(Key::Known, at(10)), Step::Use);
        schedule.fetched(at(10));
        schedule.ended();
        assert_eq!(schedule.step(Key::Unknown, at(19)), Step::RefuseUnknown);
        assert_eq!(schedule.step(Key::Unknown, at(20)), Step::Fetch);
    }

    #[test]
    fn without_keys_the_first_fetches_others_wait_and_a_failure_is_remembered() {
        let mut schedule = Schedule::new(Limits::default());
        assert_eq!(schedule.step(Key::Unknown, at(0)), Step::Fetch);
        schedule.started(at(0));
        assert_eq!(schedule.step(Key::Unknown, at(1)), Step::Wait);
        schedule.ended();
        assert_eq!(schedule.step(Key::Unknown, at(9)), Step::RefuseUnavailable);
        assert_eq!(schedule.step(Key::Unknown, at(10)), Step::Fetch);
    }

    #[test]
    fn a_clock_that_is_set_back_neither_floods_nor_keeps_keys_for_ever() {
        let schedule = fetched_at(0);
        assert_eq!(schedule.step(Key::Unknown, at(-1)), Step::RefuseUnknown);
        assert_eq!(schedule.step(Key::Known, at(-1)), Step::Use);
        assert_eq!(schedule.step(Key::Known, at(-3600)), Step::Fetch);
        let mut schedule = fetched_at(0);
        schedule.started(at(-86_400));
        schedule.ended();
        assert_eq!(schedule.step(Key::Known, at(-86_400)), Step::RefuseUnavailable);
    }
}
