//! Waiting for states that SageMaker reaches by itself, in sight of whoever watches.

use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

use super::SageMakerError;
use crate::progress::{Outcome, Task};

/// How often to ask and how long to go on asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The pause between two questions.
    pub interval: Duration,
    /// After this long a state that should have passed is an error.
    pub patience: Duration,
}

impl Pace {
    /// For AWS itself, where a version takes about 90 seconds and may take 10 minutes, a domain 20 (facts 2.2, 2.4).
    pub const AWS: Self = Self { interval: Duration::from_secs(5), patience: Duration::from_mins(20) };

    /// For the sandbox, whose states last about a second.
    pub const SANDBOX: Self = Self { interval: Duration::from_millis(100), patience: Duration::from_mins(1) };

    /// A pause before trying again what another writer undid: doubled each time, and random, so that two of us part.
    pub(super) fn apart(&self, attempt: u32) -> Duration {
        let longest = self.interval * 2u32.pow(attempt.min(4));
        // The hasher of the standard library is seeded by the operating system; a jitter needs no better dice.
        let dice = std::hash::RandomState::new().build_hasher().finish() % 1000;
        longest / 2 + longest / 2 * u32::try_from(dice).unwrap_or_default() / 1000
    }
}

/// What one look at a changing thing showed.
pub(super) enum Look<T> {
    /// It is where it should be.
    Ready(T),
    /// It is on the way; the words say where.
    Wait(String),
}

/// Looks again and again until the thing is ready, telling `task` what it sees.
pub(super) async fn until<T, Looking>(
    pace: Pace,
    task: &Task,
    subject: &str,
    mut look: impl FnMut() -> Looking,
) -> Result<T, SageMakerError>
where
    Looking: Future<Output = Result<Look<T>, SageMakerError>>,
{
    let began = Instant::now();
    loop {
        let state = match look().await? {
            Look::Ready(value) => return Ok(value),
            Look::Wait(state) => state,
        };
        if began.elapsed() >= pace.patience {
            return Err(SageMakerError::TimedOut { subject: subject.to_owned(), state, after: began.elapsed() });
        }
        task.status(format!("{state} for {} s", began.elapsed().as_secs()));
        tokio::time::sleep(pace.interval).await;
    }
}

/// Ends `task` as `result` says, and hands the result on.
pub(super) fn finish<T>(
    task: Task,
    result: Result<T, SageMakerError>,
    tell: impl FnOnce(&T) -> (Outcome, String),
) -> Result<T, SageMakerError> {
    match &result {
        Ok(value) => {
            let (outcome, detail) = tell(value);
            task.finish_with(outcome, detail);
        }
        Err(_) => task.finish(Outcome::Failed),
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::{Reporter, Stage};

    #[test]
    fn pauses_grow_and_stay_within_their_bounds() {
        for attempt in 1..10 {
            let longest = Pace::AWS.interval * 2u32.pow(attempt.min(4));
            let pause = Pace::AWS.apart(attempt);
            assert!(longest / 2 <= pause && pause <= longest, "attempt {attempt}: {pause:?} of {longest:?}");
        }
    }

    #[tokio::test]
    async fn a_state_that_never_passes_is_an_error_that_names_it() {
        let pace = Pace { interval: Duration::from_millis(1), patience: Duration::from_millis(5) };
        let task = Reporter::silent().start(Stage::Register, "a test");
        let stuck =
            until(pace, &task, "image `x`", async || Ok::<_, SageMakerError>(Look::<()>::Wait("CREATING".into())));
        let error = stuck.await.expect_err("it should give up").to_string();
        assert!(error.starts_with("image `x` is still CREATING after"), "{error}");
    }
}
