//! Data goes to stdout, talk to stderr.

use std::io::{self, Write as _};
use std::path::Path;

use miette::Report;
use serde::Serialize;

use crate::error::{Error, told};
use crate::pipeline::StepError;
use crate::sagemaker::AttachedImage;
use crate::spec::Problem;
use crate::spec::name::DomainId;

/// Writes data. A reader that has seen enough, such as `head`, is no error.
pub fn data(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{}", text.trim_end_matches('\n'));
}

/// Writes data for programs.
pub fn json(value: &impl Serialize) {
    data(&serde_json::to_string_pretty(value).expect("results should be JSON"));
}

/// Says something to a person.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Tells why a step failed for an image, while others go on.
pub fn tell_step(error: &StepError) {
    say(&told(error, error.detail(), error.hint()));
}

/// Shows mistakes with their places.
pub fn tell_problems(problems: &[Problem]) {
    for problem in problems {
        say(&format!("{:?}", Report::new(problem.clone())));
    }
}

/// A domain's list of session images, in its order.
pub fn domain_list(domain: &DomainId, entries: &[AttachedImage]) -> String {
    let entry = |entry: &AttachedImage| match entry.version {
        Some(version) => format!("\n  {} version {version}", entry.image),
        None => format!("\n  {} without a version", entry.image),
    };
    format!("domain {domain}:{}", entries.iter().map(entry).collect::<String>())
}

/// Rows under one another, each column as wide as its widest cell.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let shown = rows.iter().map(|row| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// JSON for a file.
pub fn pretty(value: &impl Serialize) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("a schema should be JSON"))
}

/// Writes a file that is not there yet, and says so.
pub fn create(path: &Path, content: &str) -> Result<(), Error> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::Write { path: path.to_owned(), source },
    };
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(content.as_bytes()).map_err(failed)?;
    data(&format!("wrote {}", path.display()));
    Ok(())
}
