//! Comparisons that print ratios: `cargo bench`, or `cargo bench -- start-up planning` for some of them.
//!
//! Each comparison gives rows of one table: ours, the other way of doing it, ours divided by it, the goal. The program
//! fails where a goal is missed. The test world has to be up (`make bench` sees to it); nothing on this machine but
//! what a comparison made itself is removed afterwards.

mod builds;
mod chain;
mod memory;
mod planning;
mod rendering;
mod start_up;
mod support;

use std::process::ExitCode;

use support::table::{self, Row};

/// A comparison has nobody to handle its failures: whatever goes wrong is told, and ends it.
type Failure = Box<dyn std::error::Error>;

/// A comparison by its name.
struct Comparison {
    name: &'static str,
    run: fn() -> Result<Vec<Row>, Failure>,
}

const COMPARISONS: [Comparison; 6] = [
    Comparison { name: "start-up", run: start_up::compare },
    Comparison { name: "rendering", run: rendering::compare },
    Comparison { name: "planning", run: planning::compare },
    Comparison { name: "builds", run: builds::compare },
    Comparison { name: "chain", run: chain::compare },
    Comparison { name: "memory", run: memory::compare },
];

fn main() -> ExitCode {
    // cargo itself passes `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let known: Vec<&str> = COMPARISONS.iter().map(|comparison| comparison.name).collect();
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(&name.as_str())) {
        println!("no comparison is called `{unknown}`; there are: {}", known.join(", "));
        return ExitCode::from(64);
    }
    let (mut rows, mut broken) = (Vec::new(), Vec::new());
    for Comparison { name, run } in
        COMPARISONS.iter().filter(|one| wanted.is_empty() || wanted.iter().any(|name| name == one.name))
    {
        println!("== {name}");
        match run() {
            Ok(measured) => {
                print!("{}", table::render(&measured));
                rows.extend(measured);
            }
            Err(error) => {
                println!("{name} could not be measured: {error}");
                broken.push(*name);
            }
        }
        println!();
    }
    println!("== all");
    print!("{}", table::render(&rows));
    let missed = rows.iter().filter(|row| row.is_missed()).count();
    println!(
        "{missed} of {} goals missed, {} comparisons could not be measured",
        rows.iter().filter(|row| row.has_goal()).count(),
        broken.len()
    );
    if missed == 0 && broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
