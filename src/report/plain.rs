//! Dated lines, for logs of CI.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{Timestamp, Unit};

use super::Talk;
use crate::progress::{Event, Outcome, Sink, Stage, TaskId};

/// Writes a line when a task ends, and its output where that is wanted.
pub struct Plain {
    talk: Talk,
    running: Mutex<BTreeMap<TaskId, Running>>,
}

struct Running {
    stage: Stage,
    title: String,
    /// When a status was said last: a log needs to show that something is waited for, not every look at it.
    said: Option<Instant>,
}

/// How often a task that waits says so.
const BETWEEN_STATUSES: Duration = Duration::from_secs(10);

impl Plain {
    /// Nothing is running yet.
    pub fn new(talk: Talk) -> Self {
        Self { talk, running: Mutex::new(BTreeMap::new()) }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<TaskId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn title(&self, task: TaskId) -> String {
        self.running().get(&task).map(|running| running.title.clone()).unwrap_or_default()
    }

    fn status(&self, task: TaskId, message: &str) {
        let mut running = self.running();
        let Some(Running { title, said, .. }) = running.get_mut(&task) else { return };
        if said.is_none_or(|said| said.elapsed() >= BETWEEN_STATUSES) {
            *said = Some(Instant::now());
            say(&format!("{title}: {message}"));
        }
    }
}

impl Sink for Plain {
    fn event(&self, event: &Event) {
        match event {
            Event::Started { task, image, stage, label } => {
                let title = title(image.as_deref(), &stage.to_string(), label);
                self.running().insert(*task, Running { stage: *stage, title, said: None });
            }
            Event::Status { task, message } => self.status(*task, message),
            Event::Log { task, line } if self.talk == Talk::Verbose => {
                say(&format!("{} | {line}", self.title(*task)));
            }
            Event::Finished { task, outcome, detail, took } => {
                let Some(Running { stage, title, .. }) = self.running().remove(task) else { return };
                if self.talk != Talk::Verbose && is_noise(stage, *outcome, detail.as_deref()) {
                    return;
                }
                if let Some(ending) = ending(*outcome, detail.as_deref(), *took) {
                    say(&format!("{title}: {ending}"));
                }
            }
            Event::Warning { image, message } => {
                let image = image.as_deref().map(|image| format!("{image}: ")).unwrap_or_default();
                say(&format!("warning: {image}{message}"));
            }
            Event::Log { .. } | Event::Progress { .. } => {}
        }
    }
}

/// Whether the end of a task says nothing: a cached build step or a layer that the registry has, one of many, is
/// counted in the line of the whole.
pub fn is_noise(stage: Stage, outcome: Outcome, detail: Option<&str>) -> bool {
    outcome == Outcome::Cached && detail.is_none() && matches!(stage, Stage::Build | Stage::Push | Stage::Lock)
}

/// A task as one line: image, stage, what is done.
pub fn title(image: Option<&str>, stage: &str, label: &str) -> String {
    let label = shortened(label, 100);
    match image {
        Some(image) => format!("{image:<16} {stage:<8} {label}"),
        None => format!("{stage:<8} {label}"),
    }
}

/// How a task ended, in a few words; a cancelled one is told by the error that follows.
pub fn ending(outcome: Outcome, detail: Option<&str>, took: Duration) -> Option<String> {
    let word = match outcome {
        Outcome::Done => format!("{:.1} s", took.as_secs_f64()),
        Outcome::Cached => "unchanged".to_owned(),
        Outcome::Failed => "failed".to_owned(),
        Outcome::Cancelled => return None,
    };
    Some(match detail {
        Some(detail) => format!("{word}, {}", shortened(detail, 120)),
        None => word,
    })
}

/// The text on one line, cut at a number of characters.
pub fn shortened(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    let kept: String = line.chars().take(longest - 1).collect();
    format!("{kept}…")
}

fn say(line: &str) {
    let now = Timestamp::now().round(Unit::Second).unwrap_or_else(|_| Timestamp::now());
    // A reader that went away must not end the work.
    let _ = writeln!(std::io::stderr().lock(), "{now} {line}");
}
