//! What all functions do around a decision: a limit on its time, a guard against panics, one line in the log, metrics.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::audit::{Journal, Trail};
use super::clock::Clock;
use super::metrics::{self, Metric};
use super::refusal::{Fault, Refusal};
use super::replay::ReplayError;

/// The desk that every decision of a function goes over.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Where lines go.
    pub journal: Journal,
    /// The time.
    pub clock: Clock,
}

/// A decision in favour of somebody.
#[derive(Debug)]
pub struct Granted<T> {
    /// What the log calls it.
    pub decision: &'static str,
    /// What is counted.
    pub metric: Option<Metric>,
    /// What the person gets.
    pub value: T,
}

/// A decision against somebody, as far as anybody outside is told.
#[derive(Debug)]
pub struct Turned {
    /// Why; for choosing among constant answers.
    pub refusal: Refusal,
    /// The request, for the page.
    pub request_id: String,
}

/// A decision in the making: what is learned on the way, and what comes of it. Boxed, because the SDK's futures are large.
pub type Work<T> = Pin<Box<dyn Future<Output = (Trail, Result<Granted<T>, Refusal>)> + Send>>;

impl Desk {
    /// Lets `work` decide within `limit`, and keeps the books. The line is written before anybody gets anything: if it
    /// cannot be written, nobody does.
    ///
    /// # Errors
    /// The refusal.
    pub async fn decide<T: Send + 'static>(&self, trail: Trail, limit: Duration, work: Work<T>) -> Result<T, Turned> {
        let (mut trail, result) = match guarded(work, limit).await {
            Ok(decided) => decided,
            Err(interruption) => (trail, Err(interruption.into())),
        };
        if let Some(detail) = result.as_ref().err().and_then(Refusal::detail) {
            trail.detail(detail);
        }
        let code = result.as_ref().map_or_else(Refusal::code, |granted| granted.decision);
        let written = self.journal.decision(&trail, code, self.clock.now());
        let result = if written.is_ok() { result } else { Err(Refusal::Unwritten) };
        self.count(&result);
        let request_id = trail.request_id().to_owned();
        result.map(|granted| granted.value).map_err(|refusal| Turned { refusal, request_id })
    }

    /// Counts one thing.
    pub fn counted(&self, metric: Metric) {
        // A line that cannot be written cannot be reported either; the decision's own line went first and decides.
        drop(metrics::count(&self.journal, metric, self.clock.now()));
    }

    /// Writes a line beside decisions.
    pub fn note(&self, event: &str, detail: &str) {
        drop(self.journal.note(event, detail, self.clock.now()));
    }

    fn count<T>(&self, result: &Result<Granted<T>, Refusal>) {
        match result {
            Ok(granted) => granted.metric.into_iter().for_each(|metric| self.counted(metric)),
            Err(refusal) => {
                let code = refusal.code();
                self.counted(Metric::Refused { code });
                if matches!(refusal, Refusal::Replay(ReplayError::Seen)) {
                    self.counted(Metric::Replayed);
                }
                if matches!(refusal.fault(), Fault::Ours | Fault::Passing) {
                    self.counted(Metric::Failed { code });
                }
            }
        }
    }
}

/// Runs `work` as a task of its own: a panic ends the task and not the function, and time is up when it is up.
async fn guarded<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    limit: Duration,
) -> Result<T, Interruption> {
    let task = tokio::spawn(work);
    let abort = task.abort_handle();
    match tokio::time::timeout(limit, task).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_)) => Err(Interruption::Panic),
        Err(_) => {
            abort.abort();
            Err(Interruption::Late)
        }
    }
}

/// Why work ended before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Interruption {
    /// A mistake in this program.
    #[error("the function panicked")]
    Panic,
    /// Lambda would have ended it a moment later.
    #[error("the function ran out of time")]
    Late,
}

impl Interruption {
    /// The stable code for the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Panic => "internal.panic",
            Self::Late => "internal.late",
        }
    }

    /// Whose fault it is.
    pub fn fault(self) -> Fault {
        match self {
            Self::Panic => Fault::Ours,
            Self::Late => Fault::Passing,
        }
    }
}
