//! What Lambda says about an invocation, and how every request begins.

use std::future::{Future, ready};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::audit::Trail;
use super::desk::{Desk, Granted, Turned, Work};
use super::event::Event;
use super::refusal::Refusal;

/// Left to write the line of a decision and to send the answer.
const MARGIN: Duration = Duration::from_millis(400);

/// Even a late invocation gets a moment; Lambda ends it if that is too long.
const LEAST: Duration = Duration::from_millis(500);

/// Where nobody sets a deadline.
const USUAL: Duration = Duration::from_secs(10);

/// A deadline before this (September 2001) is no moment: some local runtimes send how long a function has.
const EARLIEST: u64 = 1_000_000_000_000;

/// What Lambda says about an invocation.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Lambda's id of the request.
    pub request_id: String,
    /// How long the decision may take.
    pub limit: Duration,
}

impl Invocation {
    /// From Lambda's id and deadline, which is in milliseconds since the epoch.
    pub fn new(request_id: &str, deadline: u64, now: Timestamp) -> Self {
        let now = u64::try_from(now.as_millisecond()).unwrap_or_default();
        let left = Duration::from_millis(deadline.saturating_sub(now)).saturating_sub(MARGIN).max(LEAST);
        Self { request_id: request_id.to_owned(), limit: if deadline < EARLIEST { USUAL } else { left } }
    }
}

/// Reads an event, begins its trail, and has `work` decide at the desk.
///
/// # Errors
/// The refusal; also of an event that is none.
pub(super) async fn decide<T, W>(
    desk: &Desk,
    event: Value,
    invocation: &Invocation,
    work: impl FnOnce(Event, Trail) -> W,
) -> Result<T, Turned>
where
    T: Send + 'static,
    W: Future<Output = (Trail, Result<Granted<T>, Refusal>)> + Send + 'static,
{
    let event = Event::read(event);
    let read = event.as_ref().ok();
    let request_id = read.and_then(Event::request_id).unwrap_or(&invocation.request_id);
    let trail = Trail::new(request_id, read.map(Event::network).unwrap_or_default());
    let work: Work<T> = match event {
        Ok(event) => Box::pin(work(event, trail.clone())),
        Err(error) => Box::pin(ready((trail.clone(), Err(error.into())))),
    };
    desk.decide(trail, invocation.limit, work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_ends_before_lambda_does() {
        let now = Timestamp::from_millisecond(1_800_000_000_000).expect("a time");
        for (deadline, limit) in [
            (1_800_000_010_000, 9_600),
            (1_800_000_000_600, 500),
            (1_799_999_999_000, 500),
            (600_000, 10_000),
            (0, 10_000),
        ] {
            assert_eq!(Invocation::new("id", deadline, now).limit, Duration::from_millis(limit), "{deadline}");
        }
    }
}
