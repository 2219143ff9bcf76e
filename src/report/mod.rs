//! How progress looks: bars on a terminal, dated lines without one, JSON for programs. Never two of them at once.

mod json;
mod plain;
mod terminal;

use std::io::IsTerminal as _;
use std::sync::Arc;

use crate::progress::{Reporter, Sink};

/// How much is said while work is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// Nothing but errors.
    Quiet,
    /// What happens.
    Normal,
    /// What happens, and what the programs that run say.
    Verbose,
}

/// What progress looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a person or a log.
    Text,
    /// For a program: one JSON object a line, on stderr.
    Json,
}

/// A reporter that writes to stderr.
pub fn reporter(form: Form, talk: Talk) -> Reporter {
    let sink: Arc<dyn Sink> = match (form, talk) {
        (_, Talk::Quiet) => return Reporter::silent(),
        (Form::Json, _) => Arc::new(json::Json),
        (Form::Text, talk) if std::io::stderr().is_terminal() => Arc::new(terminal::Terminal::new(talk)),
        (Form::Text, talk) => Arc::new(plain::Plain::new(talk)),
    };
    Reporter::new(sink)
}
