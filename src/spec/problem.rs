//! What is wrong with a file: every mistake at once, each with its place and its fix.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};

/// One mistake in a file.
#[derive(Debug, Clone)]
pub struct Problem {
    message: String,
    label: String,
    span: Option<Range<usize>>,
    hint: Option<String>,
    severity: Severity,
    file: Arc<NamedSource<String>>,
}

impl Problem {
    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether it only warns.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning
    }

    /// The file's name and the line, counted from 1, where the place is known.
    pub fn place(&self) -> (String, Option<usize>) {
        let line = self.span.as_ref().map(|span| line_of(self.file.inner(), span.start));
        (self.file.name().to_owned(), line)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.span.as_ref().map(|_| &*self.file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span.clone()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some(self.label.clone()), span))))
    }
}

/// The line, counted from 1, that holds a byte.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Collects the mistakes of one file.
#[derive(Debug)]
pub struct Problems {
    file: Arc<NamedSource<String>>,
    list: Vec<Problem>,
}

impl Problems {
    /// An empty list for a file.
    pub fn new(name: &str, text: &str) -> Self {
        Self { file: Arc::new(NamedSource::new(name, text.to_owned())), list: Vec::new() }
    }

    /// Adds a mistake at a place.
    pub fn error(&mut self, span: Option<Range<usize>>, message: impl Into<String>, label: &str, hint: Option<String>) {
        self.add(Severity::Error, span, message.into(), label, hint);
    }

    /// Adds something that deserves attention but stops nothing.
    pub fn warning(
        &mut self,
        span: Option<Range<usize>>,
        message: impl Into<String>,
        label: &str,
        hint: Option<String>,
    ) {
        self.add(Severity::Warning, span, message.into(), label, hint);
    }

    fn add(
        &mut self,
        severity: Severity,
        span: Option<Range<usize>>,
        message: String,
        label: &str,
        hint: Option<String>,
    ) {
        // The second thing that is wrong with the same value is usually an echo of the first.
        let echo = |other: &Problem| span.is_some() && other.span == span && !other.is_warning();
        if severity == Severity::Error && self.list.iter().any(echo) {
            return;
        }
        let file = Arc::clone(&self.file);
        self.list.push(Problem { message, label: label.to_owned(), span, hint, severity, file });
    }

    /// Whether anything found so far stops the work.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|problem| !problem.is_warning())
    }

    /// The mistakes in the order of their places.
    pub fn into_list(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|problem| problem.span.as_ref().map_or(0, |span| span.start));
        self.list
    }
}
