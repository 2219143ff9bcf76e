//! A report for people: one line for each finding, then a summary.

use std::fmt;

use crate::spec::ByteSize;

use super::{Failure, Report};

/// A finding names so many places; the JSON report has them all.
const SHOWN: usize = 3;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in self.failures() {
            match failure {
                Failure::Rule { rule, details } => finding(f, "failed", rule.code, details, rule.fix)?,
                Failure::Test { name, reason, output } => failed_test(f, name, reason, output)?,
            }
        }
        for (rule, details) in self.warnings() {
            finding(f, "warning", rule.code, details, rule.fix)?;
        }
        let (failed, warned) = (self.failures().count(), self.warnings().count());
        let verdict = match (failed, warned) {
            (0, 0) => "all passed".to_owned(),
            (0, warned) => format!("passed with {}", counted(warned, "warning")),
            (failed, 0) => format!("{failed} failed"),
            (failed, warned) => format!("{failed} failed, {}", counted(warned, "warning")),
        };
        let (rules, tests) = (counted(self.rules.len(), "rule"), counted(self.tests.len(), "test"));
        let (size, seconds) = (ByteSize(self.size_bytes), self.took.as_secs_f64());
        write!(f, "{}: {verdict}; {rules} and {tests} in {seconds:.1} s, {size} uncompressed", self.name)
    }
}

fn finding(f: &mut fmt::Formatter<'_>, word: &str, code: &str, details: &[String], fix: &str) -> fmt::Result {
    let shown = details.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    let more = details.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    writeln!(f, "{word} {code} {shown}{more}; fix: {fix}")
}

/// The last line that a test wrote is mostly the one that says why.
fn failed_test(f: &mut fmt::Formatter<'_>, name: &str, reason: &str, output: &str) -> fmt::Result {
    let plain = |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>();
    let last = output.lines().map(plain).rfind(|line| !line.trim().is_empty());
    let last = last.map(|line| format!("; it wrote: {}", line.trim())).unwrap_or_default();
    writeln!(f, "failed test `{name}`: {reason}{last}")
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_report_reads_as_one_line_for_each_finding_and_a_summary() {
        insta::assert_snapshot!(super::super::example::report().to_string());
    }
}
