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
