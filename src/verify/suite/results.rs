//! Holds what the script reported against what was planned: every planned test has a result, whatever happened.

use std::collections::HashMap;
use std::time::Duration;

use crate::engine::{Exit, ScriptOutcome};
use crate::verify::report::{TestOutcome, TestResult};

use super::plan::{Plan, Step, Tests};
use super::records::{Record, Records};

/// What `timeout` answers when the time was over.
const TIMED_OUT: i32 = 124;
/// What the shell answers for a program that was killed, as `timeout` does with one that ignores the first signal.
const KILLED: i32 = 137;

/// The result of every planned test, in order.
pub(in crate::verify) fn results(plan: &Plan, outcome: &ScriptOutcome) -> Vec<TestResult> {
    let records = Records::read(&outcome.stdout, plan.steps.len());
    let ending = ending(outcome);
    let mut results: Vec<TestResult> = Vec::new();
    for (step, record) in plan.steps.iter().zip(&records.steps) {
        results.extend(step_results(step, record, &ending));
    }
    let silent = !records.complete && results.iter().all(TestResult::passed);
    if let Some(last) = results.last_mut().filter(|_| silent) {
        last.outcome = TestOutcome::Failed(format!("{ending} after it"));
    }
    results
}

/// How the script ended, for tests without a result.
fn ending(outcome: &ScriptOutcome) -> String {
    let said = outcome.stderr.trim().lines().last().map(|line| format!(" ({line})")).unwrap_or_default();
    match outcome.exit {
        Exit::Code(0) if outcome.dropped > 0 => "the tests wrote more than can be kept".to_owned(),
        Exit::Code(code) => format!("the script ended early with status {code}{said}"),
        Exit::TimedOut => "the time for all tests was over".to_owned(),
        Exit::OutOfMemory => "the container ran out of memory".to_owned(),
    }
}

fn step_results(step: &Step, record: &Record, ending: &str) -> Vec<TestResult> {
    let failed_all = |reason: String| {
        let result = |name: &String| result(name, TestOutcome::Failed(reason.clone()), record, Duration::ZERO);
        step.tests.names().iter().map(result).collect()
    };
    match (record.begins.as_slice(), record.ends.as_slice()) {
        ([], []) => failed_all(format!("not run: {ending}")),
        ([_], []) => failed_all(format!("{ending} while it ran")),
        ([begin], [end]) => {
            let took = end.clock.saturating_sub(*begin);
            let problem = problem(end.status, took, step.limit);
            match &step.tests {
                Tests::One(name) => {
                    vec![result(name, problem.map_or(TestOutcome::Passed, TestOutcome::Failed), record, took)]
                }
                Tests::Each(names) => noted(names, record, problem.as_deref()),
            }
        }
        _ => failed_all("it has several results: something wrote into the script's report".to_owned()),
    }
}

/// What an exit status means, if it does not mean success.
fn problem(status: i32, took: Duration, limit: Duration) -> Option<String> {
    match status {
        0 => None,
        TIMED_OUT | KILLED if took >= limit => Some(format!("it took longer than {} s", limit.as_secs())),
        126 => Some("its program cannot be started".to_owned()),
        127 => Some("its program was not found".to_owned()),
        129.. => Some(format!("it was ended by signal {}", status - 128)),
        _ => Some(format!("exit status {status}")),
    }
}

/// What a program noted about one of its tests.
enum Mark {
    Started,
    Passed(Duration),
    Failed(Duration, String),
}

/// The results of a program that makes many tests. `problem` is how it ended, if not well.
fn noted(names: &[String], record: &Record, problem: Option<&str>) -> Vec<TestResult> {
    let mut marks: HashMap<usize, Mark> = HashMap::new();
    for (number, mark) in record.marks.iter().filter_map(|line| read_mark(line)) {
        // A failure stands, whatever is noted after it.
        if !matches!(marks.get(&number), Some(Mark::Failed(..))) {
            marks.insert(number, mark);
        }
    }
    let ended = problem.unwrap_or("its program ended too early");
    let all_passed = (0..names.len()).all(|number| matches!(marks.get(&number), Some(Mark::Passed(_))));
    let verdict = |(number, name): (usize, &String)| {
        let last_of_broken = all_passed && number + 1 == names.len();
        let (outcome, took) = match (marks.get(&number), problem) {
            (Some(Mark::Passed(took)), Some(problem)) if last_of_broken => {
                (TestOutcome::Failed(format!("after it: {problem}")), *took)
            }
            (Some(Mark::Passed(took)), _) => (TestOutcome::Passed, *took),
            (Some(Mark::Failed(took, message)), _) => (TestOutcome::Failed(message.clone()), *took),
            (Some(Mark::Started), _) => (TestOutcome::Failed(ended.to_owned()), Duration::ZERO),
            (None, _) => (TestOutcome::Failed(format!("not tried: {ended}")), Duration::ZERO),
        };
        result(name, outcome, record, took)
    };
    names.iter().enumerate().map(verdict).collect()
}

fn read_mark(line: &str) -> Option<(usize, Mark)> {
    let mut words = line.trim_end().splitn(4, ' ');
    let (kind, number) = (words.next()?, words.next()?.parse().ok()?);
    let mut took = || words.next()?.parse().ok().map(Duration::from_millis);
    let mark = match kind {
        "start" => Mark::Started,
        "pass" => Mark::Passed(took()?),
        "fail" => Mark::Failed(took()?, words.next().unwrap_or("it gave no reason").to_owned()),
        _ => return None,
    };
    Some((number, mark))
}

/// The output of a program that makes many tests is shown where it may explain something.
fn result(name: &str, outcome: TestOutcome, record: &Record, took: Duration) -> TestResult {
    TestResult { name: name.to_owned(), outcome, output: record.output.clone(), took }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "begin 0 100.00\n";

    /// Two steps: a single test with a limit of two minutes, and a program that makes two tests.
    fn plan() -> Plan {
        let step = |tests| Step { tests, program: None, run: vec!["true".to_owned()], limit: Duration::from_mins(2) };
        let packages = ["loads a", "loads b"].map(str::to_owned).to_vec();
        Plan { steps: vec![step(Tests::One("answers".to_owned())), step(Tests::Each(packages))] }
    }

    fn told(stdout: &str, exit: Exit) -> String {
        let stderr = "sh: out of luck\n".to_owned();
        let outcome = ScriptOutcome { exit, stdout: stdout.to_owned(), stderr, dropped: 0, took: Duration::ZERO };
        let result = |result: TestResult| match result.outcome {
            TestOutcome::Passed => format!("{} passed", result.name),
            TestOutcome::Failed(reason) => format!("{} failed: {reason}", result.name),
        };
        results(&plan(), &outcome).into_iter().map(result).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn whatever_the_script_reports_every_planned_test_has_a_result() {
        let good = "begin 0 100.00\nend 0 0 100.10\n";
        let batch = |marks: &str, status: i32| format!("{good}begin 1 2.00\nend 1 {status} 3.00\n{marks}done\n");
        let early = "the script ended early with status 137 (sh: out of luck)";
        let cases = [
            (
                batch("+pass 0 5\n+pass 1 6\n", 0),
                Exit::Code(0),
                "answers passed | loads a passed | loads b passed".into(),
            ),
            (
                String::new(),
                Exit::Code(137),
                format!(
                    "answers failed: not run: {early} | loads a failed: not run: {early} | loads b failed: not run: {early}"
                ),
            ),
            (
                BEGIN.to_owned(),
                Exit::OutOfMemory,
                "answers failed: the container ran out of memory while it ran | \
                 loads a failed: not run: the container ran out of memory | \
                 loads b failed: not run: the container ran out of memory"
                    .into(),
            ),
            (
                batch("+pass 0 5\n+pass 1 6\n", 0).replace("done\n", ""),
                Exit::Code(137),
                format!("answers passed | loads a passed | loads b failed: {early} after it"),
            ),
            (
                batch("+pass 0 5\n+start 1\n", 139),
                Exit::Code(0),
                "answers passed | loads a passed | loads b failed: it was ended by signal 11".into(),
            ),
            (
                batch("+start 0\n", 0),
                Exit::Code(0),
                "answers passed | loads a failed: its program ended too early | \
                 loads b failed: not tried: its program ended too early"
                    .into(),
            ),
            (
                batch("+pass 0 5\n+pass 1 6\n", 3),
                Exit::Code(0),
                "answers passed | loads a passed | loads b failed: after it: exit status 3".into(),
            ),
            (
                batch("+fail 0 5 there is no package called 'a' \n+pass 0 5\n+fail 1 5\n", 0),
                Exit::Code(0),
                "answers passed | loads a failed: there is no package called 'a' | loads b failed: it gave no reason"
                    .into(),
            ),
            (
                batch("+pass 0 5\n+pass 1 6\n+pass 7 1\n+nonsense\n", 0).replace("end 0", "end 0 0 100.10\nend 0"),
                Exit::Code(0),
                "answers failed: it has several results: something wrote into the script's report | \
                 loads a passed | loads b passed"
                    .into(),
            ),
        ];
        for (stdout, exit, expected) in cases {
            assert_eq!(told(&stdout, exit), expected, "{stdout}");
        }
    }

    #[test]
    fn an_exit_status_is_told_by_what_it_means() {
        let cases = [
            (0, 1, None),
            (1, 1, Some("exit status 1")),
            (124, 120, Some("it took longer than 120 s")),
            (137, 125, Some("it took longer than 120 s")),
            (124, 1, Some("exit status 124")),
            (126, 0, Some("its program cannot be started")),
            (127, 0, Some("its program was not found")),
            (139, 0, Some("it was ended by signal 11")),
        ];
        for (status, took, expected) in cases {
            let problem = problem(status, Duration::from_secs(took), Duration::from_mins(2));
            assert_eq!(problem.as_deref(), expected, "{status}");
        }
    }

    #[test]
    fn output_that_looks_like_a_report_is_output() {
        let stdout = "begin 0 1.00\nend 0 1 1.50\n|end 0 0 1.50\n|done\n||\n|+pass 0 1\n\n";
        let outcome = ScriptOutcome {
            exit: Exit::Code(0),
            stdout: stdout.to_owned(),
            stderr: String::new(),
            dropped: 0,
            took: Duration::ZERO,
        };
        let results = results(&plan(), &outcome);
        assert_eq!(results[0].outcome, TestOutcome::Failed("exit status 1".to_owned()));
        assert_eq!(results[0].output, "end 0 0 1.50\ndone\n|\n+pass 0 1\n");
        assert_eq!(results[0].took, Duration::from_millis(500));
    }
}
