//! Writes the one script of a plan. No value of a spec reaches the shell unquoted.

use super::plan::{Plan, Step};
use super::program::Program;

const RUNNER: &str = include_str!("programs/runner.sh");

/// The script: programs first, then a line for each step.
pub(in crate::verify) fn script(plan: &Plan) -> String {
    let mut programs: Vec<Program> = Vec::new();
    for program in plan.steps.iter().filter_map(|step| step.program) {
        if !programs.contains(&program) {
            programs.push(program);
        }
    }
    let programs: String = programs.into_iter().map(bring).collect();
    let steps: String = plan.steps.iter().enumerate().map(|(index, step)| line(index, step)).collect();
    // In braces, so that the shell reads all of it before it runs any of it: no test can change the script.
    format!("{{\n{RUNNER}\n{programs}{steps}echo done\nexit 0\n}}\n")
}

fn bring(program: Program) -> String {
    format!("printf %s {} >{}\n", quote(program.text), quote(&program.path()))
}

fn line(index: usize, step: &Step) -> String {
    let words: Vec<String> = step.run.iter().map(|word| quote(word)).collect();
    format!("run {index} {} {}\n", step.limit.as_secs(), words.join(" "))
}

/// One word for a POSIX shell, whatever it holds.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;
    use crate::verify::fixture::{FULL, spec};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_shell_takes_a_quoted_word_for_what_it_is(word in "[^\0]{0,40}") {
            let output = Command::new("sh").args(["-c", &format!("printf %s {}", quote(&word))]).output()?;
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout).into_owned(), word);
        }
    }

    #[test]
    fn each_step_is_one_line_and_each_program_is_brought_once() {
        let script = script(&Plan::new(&spec(FULL)));
        let steps: Vec<&str> = script.lines().filter(|line| line.starts_with("run ")).collect();
        insta::assert_snapshot!(steps.join("\n"));
        assert_eq!(script.matches("'/tmp/slipway-tests/answers.sh'\n").count(), 1);
    }

    #[test]
    fn every_shell_understands_the_script() {
        let script = script(&Plan::new(&spec(FULL)));
        for shell in ["dash", "bash"] {
            let output = Command::new(shell).args(["-n", "-c", &script]).output().expect("a shell");
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
