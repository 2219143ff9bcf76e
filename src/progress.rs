//! What the library tells about work under way. The binary decides how it looks: bars, dated lines or JSON.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;

/// The part of the pipeline a task belongs to, in the order in which an image passes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Resolving versions to URLs, sizes and digests.
    Lock,
    /// Building the container image.
    Build,
    /// Contract rules and tests on the built image.
    Verify,
    /// Pushing to the registry.
    Push,
    /// Image and image version in SageMaker.
    Register,
    /// The domain's list.
    Attach,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lock => "lock",
            Self::Build => "build",
            Self::Verify => "verify",
            Self::Push => "push",
            Self::Register => "register",
            Self::Attach => "attach",
        })
    }
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The work was done.
    Done,
    /// The work was found done already.
    Cached,
    /// The work failed; the error travels with the returned value, not with the event.
    Failed,
    /// The task was dropped before it ended, as on Ctrl-C.
    Cancelled,
}

/// What a task's numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Bytes transferred.
    Bytes,
    /// Things done: files, layers, tests.
    Items,
}

/// Identifies a task within one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct TaskId(u64);

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// A task began.
    Started {
        /// The task.
        task: TaskId,
        /// The image it works for, where it works for one.
        image: Option<Arc<str>>,
        /// Its part of the pipeline.
        stage: Stage,
        /// What it does, in a few words.
        label: String,
    },
    /// A task went on.
    Progress {
        /// The task.
        task: TaskId,
        /// How much is done.
        done: u64,
        /// How much there is, where that is known.
        total: Option<u64>,
        /// What the numbers count.
        unit: Unit,
    },
    /// A task says what it is waiting for or doing now, such as a status of a service.
    Status {
        /// The task.
        task: TaskId,
        /// A few words.
        message: String,
    },
    /// One line of output from a program that a task runs.
    Log {
        /// The task.
        task: TaskId,
        /// The line, without its line end.
        line: String,
    },
    /// A task ended.
    Finished {
        /// The task.
        task: TaskId,
        /// How.
        outcome: Outcome,
        /// What came out of it, such as a digest, in a few words.
        detail: Option<String>,
        /// How long it took.
        #[serde(serialize_with = "as_seconds")]
        took: Duration,
    },
    /// Something a person should know although the work goes on.
    Warning {
        /// The image it concerns, where it concerns one.
        image: Option<Arc<str>>,
        /// One sentence.
        message: String,
    },
}

fn as_seconds<S: serde::Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(duration.as_secs_f64())
}

/// Where events go.
pub trait Sink: Send + Sync {
    /// Takes one event; must not block for long.
    fn event(&self, event: &Event);
}

/// Hands out tasks; cheap to clone.
#[derive(Clone)]
pub struct Reporter {
    sink: Arc<dyn Sink>,
    image: Option<Arc<str>>,
}

static NEXT_TASK: AtomicU64 = AtomicU64::new(1);

impl Reporter {
    /// A reporter that writes to `sink`.
    pub fn new(sink: Arc<dyn Sink>) -> Self {
        Self { sink, image: None }
    }

    /// A reporter whose events go nowhere.
    pub fn silent() -> Self {
        struct Nowhere;
        impl Sink for Nowhere {
            fn event(&self, _: &Event) {}
        }
        Self::new(Arc::new(Nowhere))
    }

    /// The same reporter for the tasks of one image.
    #[must_use]
    pub fn for_image(&self, image: &str) -> Self {
        Self { sink: Arc::clone(&self.sink), image: Some(Arc::from(image)) }
    }

    /// Begins a task; it ends with [`Task::finish`], or as cancelled when dropped.
    pub fn start(&self, stage: Stage, label: impl Into<String>) -> Task {
        let id = TaskId(NEXT_TASK.fetch_add(1, Ordering::Relaxed));
        self.sink.event(&Event::Started { task: id, image: self.image.clone(), stage, label: label.into() });
        Task { id, sink: Arc::clone(&self.sink), began: Instant::now(), open: true }
    }

    /// Tells something that a person should know although the work goes on.
    pub fn warn(&self, message: impl Into<String>) {
        self.sink.event(&Event::Warning { image: self.image.clone(), message: message.into() });
    }
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporter").field("image", &self.image).finish_non_exhaustive()
    }
}

/// A piece of work under way.
pub struct Task {
    id: TaskId,
    sink: Arc<dyn Sink>,
    began: Instant,
    open: bool,
}

impl Task {
    /// Says how far the work is.
    pub fn progress(&self, done: u64, total: Option<u64>, unit: Unit) {
        self.sink.event(&Event::Progress { task: self.id, done, total, unit });
    }

    /// Says what the work is waiting for.
    pub fn status(&self, message: impl Into<String>) {
        self.sink.event(&Event::Status { task: self.id, message: message.into() });
    }

    /// Passes on a line of output.
    pub fn log(&self, line: impl Into<String>) {
        self.sink.event(&Event::Log { task: self.id, line: line.into() });
    }

    /// Ends the task.
    pub fn finish(mut self, outcome: Outcome) {
        self.end(outcome, None);
    }

    /// Ends the task and says what came out of it.
    pub fn finish_with(mut self, outcome: Outcome, detail: impl Into<String>) {
        self.end(outcome, Some(detail.into()));
    }

    fn end(&mut self, outcome: Outcome, detail: Option<String>) {
        self.open = false;
        self.sink.event(&Event::Finished { task: self.id, outcome, detail, took: self.began.elapsed() });
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if self.open {
            self.end(Outcome::Cancelled, None);
        }
    }
}
