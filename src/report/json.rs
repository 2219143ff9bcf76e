//! One event a line, for programs.

use std::io::Write as _;

use crate::progress::{Event, Sink};

/// Writes events to stderr as JSON.
pub struct Json;

impl Sink for Json {
    fn event(&self, event: &Event) {
        let line = serde_json::to_string(event).expect("an event should be JSON");
        // A reader that went away must not end the work.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}
