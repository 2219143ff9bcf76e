//! Reads what the script reports. A test that reaches past its own output and forges a record only harms itself: the
//! true record comes as well, and a step with two results has none.

use std::time::Duration;

/// What the script reported about each step.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) steps: Vec<Record>,
    /// The script got to its end.
    pub(super) complete: bool,
}

/// What the script reported about one step.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) begins: Vec<Duration>,
    pub(super) ends: Vec<End>,
    /// Lines that the step noted about its tests.
    pub(super) marks: Vec<String>,
    /// The end of what it wrote.
    pub(super) output: String,
}

/// The end of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) status: i32,
    pub(super) clock: Duration,
}

impl Records {
    /// Reads the script's standard output.
    pub(super) fn read(text: &str, steps: usize) -> Self {
        let mut records = Self { steps: (0..steps).map(|_| Record::default()).collect(), complete: false };
        let mut current = None;
        for line in text.split('\n') {
            if let Some(line) = line.strip_prefix('|') {
                records.with(current, |record| {
                    record.output.push_str(line);
                    record.output.push('\n');
                });
            } else if let Some(mark) = line.strip_prefix('+') {
                records.with(current, |record| record.marks.push(mark.to_owned()));
            } else {
                current = records.event(line).or(current);
            }
        }
        records
    }

    /// A line about a step, or the last line; returns the step. Other lines mean nothing.
    fn event(&mut self, line: &str) -> Option<usize> {
        if line == "done" {
            self.complete = true;
            return None;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let step = words.get(1)?.parse().ok().filter(|step| *step < self.steps.len());
        match words.as_slice() {
            ["begin", _, clock] => {
                let clock = seconds(clock)?;
                self.with(step, |record| record.begins.push(clock));
            }
            ["end", _, status, clock] => {
                let end = End { status: status.parse().ok()?, clock: seconds(clock)? };
                self.with(step, |record| record.ends.push(end));
            }
            _ => return None,
        }
        step
    }

    fn with(&mut self, step: Option<usize>, change: impl FnOnce(&mut Record)) {
        if let Some(record) = step.and_then(|step| self.steps.get_mut(step)) {
            change(record);
        }
    }
}

/// Seconds since the machine started, as `/proc/uptime` writes them.
fn seconds(text: &str) -> Option<Duration> {
    text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}
