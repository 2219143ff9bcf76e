//! Bars for what runs, and a line above them for what has ended.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::Talk;
use super::plain::{ending, is_noise, shortened, title};
use crate::progress::{Event, Outcome, Sink, Stage, TaskId, Unit};

/// Draws bars on stderr.
pub struct Terminal {
    talk: Talk,
    bars: MultiProgress,
    running: Mutex<BTreeMap<TaskId, Running>>,
}

struct Running {
    stage: Stage,
    bar: ProgressBar,
    title: String,
}

impl Terminal {
    /// Nothing is drawn yet.
    pub fn new(talk: Talk) -> Self {
        Self { talk, bars: MultiProgress::new(), running: Mutex::new(BTreeMap::new()) }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<TaskId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, task: TaskId, stage: Stage, title: String) {
        let bar = self.bars.add(ProgressBar::new_spinner().with_style(style("{spinner} {prefix} {wide_msg:.dim}")));
        bar.set_prefix(title.clone());
        bar.enable_steady_tick(Duration::from_millis(120));
        self.running().insert(task, Running { stage, bar, title });
    }

    fn advance(&self, task: TaskId, done: u64, total: Option<u64>, unit: Unit) {
        let running = self.running();
        let Some(Running { bar, .. }) = running.get(&task) else { return };
        if let Some(total) = total.filter(|total| bar.length() != Some(*total)) {
            bar.set_length(total);
            bar.set_style(style(match unit {
                Unit::Bytes => "{spinner} {prefix} {wide_bar:.cyan/dim} {bytes:>10}/{total_bytes} {bytes_per_sec:>12}",
                Unit::Items => "{spinner} {prefix} {wide_bar:.cyan/dim} {pos:>4}/{len}",
            }));
        }
        bar.set_position(done);
    }

    fn finish(&self, task: TaskId, outcome: Outcome, detail: Option<&str>, took: Duration) {
        let Some(Running { stage, bar, title }) = self.running().remove(&task) else { return };
        bar.finish_and_clear();
        self.bars.remove(&bar);
        if self.talk != Talk::Verbose && is_noise(stage, outcome, detail) {
            return;
        }
        let sign = match outcome {
            Outcome::Done => "✓",
            Outcome::Cached => "·",
            Outcome::Failed => "✗",
            Outcome::Cancelled => return,
        };
        if let Some(ending) = ending(outcome, detail, took) {
            self.say(&format!("{sign} {title}  {ending}"));
        }
    }

    /// Writes a line above the bars; a terminal that went away must not end the work.
    fn say(&self, line: &str) {
        let _ = self.bars.println(line);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template of a bar should be valid")
}

impl Sink for Terminal {
    fn event(&self, event: &Event) {
        match event {
            Event::Started { task, image, stage, label } => {
                self.start(*task, *stage, title(image.as_deref(), &stage.to_string(), &shortened(label, 60)));
            }
            Event::Progress { task, done, total, unit } => self.advance(*task, *done, *total, *unit),
            Event::Status { task, message } => {
                if let Some(Running { bar, .. }) = self.running().get(task) {
                    bar.set_message(message.clone());
                }
            }
            Event::Log { task, line } => {
                let running = self.running();
                let Some(Running { bar, title, .. }) = running.get(task) else { return };
                bar.set_message(shortened(line, 200));
                if self.talk == Talk::Verbose {
                    self.say(&format!("{title} | {line}"));
                }
            }
            Event::Finished { task, outcome, detail, took } => {
                self.finish(*task, *outcome, detail.as_deref(), *took);
            }
            Event::Warning { image, message } => {
                let image = image.as_deref().map(|image| format!("{image}: ")).unwrap_or_default();
                self.say(&format!("warning: {image}{message}"));
            }
        }
    }
}
