//! What checking an image found.

mod json;
mod junit;
mod terminal;

use std::time::Duration;

use crate::spec::name::ImageName;

use super::rule::Rule;

/// Everything that was checked on one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The engine's id of the image.
    pub image: String,
    /// The spec's name.
    pub name: ImageName,
    /// Every contract rule, in the order of the codes.
    pub rules: Vec<RuleResult>,
    /// Every planned test, in the order of the plan.
    pub tests: Vec<TestResult>,
    /// Uncompressed size in bytes.
    pub size_bytes: u64,
    /// How long checking took.
    pub took: Duration,
}

/// How one contract rule was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleResult {
    /// The rule.
    pub rule: &'static Rule,
    /// Whether it was kept.
    pub outcome: RuleOutcome,
}

/// Whether a rule was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleOutcome {
    /// It was.
    Passed,
    /// It was not, which the image survives; each text says what and where.
    Warned(Vec<String>),
    /// It was not; each text says what and where.
    Failed(Vec<String>),
}

/// How one test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// What the test shows.
    pub name: String,
    /// Whether it showed it.
    pub outcome: TestOutcome,
    /// The end of what it wrote.
    pub output: String,
    /// How long it took.
    pub took: Duration,
}

/// Whether a test passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// It did.
    Passed,
    /// It did not, or did not get to its end; the text says why.
    Failed(String),
}

/// One reason why an image may not be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure<'a> {
    /// A broken rule.
    Rule {
        /// The rule.
        rule: &'static Rule,
        /// What breaks it, and where.
        details: &'a [String],
    },
    /// A failed test.
    Test {
        /// What it should have shown.
        name: &'a str,
        /// Why it failed.
        reason: &'a str,
        /// The end of what it wrote.
        output: &'a str,
    },
}

impl Report {
    /// Whether the image may be published; warnings do not stand in the way.
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Broken rules, then failed tests.
    pub fn failures(&self) -> impl Iterator<Item = Failure<'_>> {
        let rules = self.rules.iter().filter_map(|result| match &result.outcome {
            RuleOutcome::Failed(details) => Some(Failure::Rule { rule: result.rule, details }),
            RuleOutcome::Passed | RuleOutcome::Warned(_) => None,
        });
        let tests = self.tests.iter().filter_map(|result| match &result.outcome {
            TestOutcome::Failed(reason) => Some(Failure::Test { name: &result.name, reason, output: &result.output }),
            TestOutcome::Passed => None,
        });
        rules.chain(tests)
    }

    /// Rules that were broken without harm, with what breaks them.
    pub fn warnings(&self) -> impl Iterator<Item = (&'static Rule, &[String])> {
        self.rules.iter().filter_map(|result| match &result.outcome {
            RuleOutcome::Warned(details) => Some((result.rule, details.as_slice())),
            RuleOutcome::Passed | RuleOutcome::Failed(_) => None,
        })
    }
}

impl TestResult {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.outcome == TestOutcome::Passed
    }
}

#[cfg(test)]
mod example {
    use super::*;
    use crate::verify::rule::rule;

    /// A report with each kind of result, for the tests of the formats.
    pub(super) fn report() -> Report {
        let rule = |code, outcome| RuleResult { rule: rule(code).expect("a rule"), outcome };
        let test = |name: &str, outcome, output: &str| TestResult {
            name: name.to_owned(),
            outcome,
            output: output.to_owned(),
            took: Duration::from_millis(120),
        };
        let owners: Vec<String> =
            (1..=5).map(|layer| format!("`/srv/x` in layer {layer} has the user id 70000")).collect();
        Report {
            image: "sha256:0123".to_owned(),
            name: "clinical".parse().expect("a name"),
            rules: vec![
                rule("SM001", RuleOutcome::Passed),
                rule("SM002", RuleOutcome::Failed(owners)),
                rule("SM004", RuleOutcome::Warned(vec!["`/home/sagemaker-user/.bashrc` is in layer 2".to_owned()])),
            ],
            tests: vec![
                test("R 4.5.1 answers", TestOutcome::Passed, "R version 4.5.1\n"),
                test(
                    "a <check> of & \"mine\"",
                    TestOutcome::Failed("exit status 3".to_owned()),
                    "noise \u{1b}[31m\nlast & least\n",
                ),
            ],
            size_bytes: 2_345_000_000,
            took: Duration::from_millis(1900),
        }
    }
}
