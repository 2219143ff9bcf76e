//! A report for CI servers: `JUnit` XML, in which a warning is a passed case with something to read.

use quick_junit::{NonSuccessKind, Report as Junit, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{Report, RuleOutcome, RuleResult, TestOutcome, TestResult};

impl Report {
    /// The whole report as one XML document with a suite for the rules and one for the tests.
    pub fn to_junit(&self) -> Result<String, SerializeError> {
        let mut contract = TestSuite::new(format!("{} contract", self.name));
        contract.add_test_cases(self.rules.iter().map(|result| rule(result, self.name.as_str())));
        let mut tests = TestSuite::new(format!("{} tests", self.name));
        tests.add_test_cases(self.tests.iter().map(|result| test(result, self.name.as_str())));
        tests.set_time(self.tests.iter().map(|result| result.took).sum());
        let mut report = Junit::new(format!("slipway verify {}", self.name));
        report.set_time(self.took).add_test_suites([contract, tests]);
        report.to_string()
    }
}

fn rule(result: &RuleResult, class: &str) -> TestCase {
    let rule = result.rule;
    let (status, text) = match &result.outcome {
        RuleOutcome::Passed => (TestCaseStatus::success(), None),
        RuleOutcome::Warned(details) => (TestCaseStatus::success(), Some(format!("warning: {}", details.join("\n")))),
        RuleOutcome::Failed(details) => {
            let description = format!("{}\nwhy: {}\nfix: {}", details.join("\n"), rule.why, rule.fix);
            (failure(&details.join("; "), &description), None)
        }
    };
    case(&format!("{} {}", rule.code, rule.name), class, status, text.as_deref())
}

fn test(result: &TestResult, class: &str) -> TestCase {
    let status = match &result.outcome {
        TestOutcome::Passed => TestCaseStatus::success(),
        TestOutcome::Failed(reason) => failure(reason, &format!("{reason}\n{}", result.output)),
    };
    let mut case = case(&result.name, class, status, Some(&result.output));
    case.set_time(result.took);
    case
}

fn case(name: &str, class: &str, status: TestCaseStatus, output: Option<&str>) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    if let Some(output) = output.filter(|output| !output.is_empty()) {
        case.set_system_out(output);
    }
    case
}

fn failure(message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message).set_description(description);
    status
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_ci_server_reads_failures_with_their_fix_and_no_control_characters() {
        let xml = super::super::example::report().to_junit().expect("a document");
        insta::assert_snapshot!(xml);
    }
}
