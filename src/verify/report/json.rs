//! A report for programs.

use serde_json::{Value, json};

use super::{Report, RuleOutcome, RuleResult, TestOutcome, TestResult};

impl Report {
    /// The whole report. Durations are in seconds, sizes in bytes.
    pub fn to_json(&self) -> Value {
        json!({
            "image": self.image,
            "name": self.name,
            "passed": self.passed(),
            "size": self.size_bytes,
            "seconds": self.took.as_secs_f64(),
            "rules": self.rules.iter().map(rule).collect::<Vec<_>>(),
            "tests": self.tests.iter().map(test).collect::<Vec<_>>(),
        })
    }
}

fn rule(result: &RuleResult) -> Value {
    let (outcome, details) = match &result.outcome {
        RuleOutcome::Passed => ("passed", [].as_slice()),
        RuleOutcome::Warned(details) => ("warned", details.as_slice()),
        RuleOutcome::Failed(details) => ("failed", details.as_slice()),
    };
    let rule = result.rule;
    json!({
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "outcome": outcome,
        "details": details,
        "why": rule.why,
        "source": rule.source,
        "fix": rule.fix,
    })
}

fn test(result: &TestResult) -> Value {
    let (outcome, reason) = match &result.outcome {
        TestOutcome::Passed => ("passed", None),
        TestOutcome::Failed(reason) => ("failed", Some(reason)),
    };
    json!({
        "name": result.name,
        "outcome": outcome,
        "reason": reason,
        "output": result.output,
        "seconds": result.took.as_secs_f64(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_program_finds_every_result_with_its_rule() {
        insta::assert_json_snapshot!(super::super::example::report().to_json());
    }
}
