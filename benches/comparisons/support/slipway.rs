//! The `slipway` binary: started, timed, watched.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Failure;

/// The binary as it is released: cargo builds it with the same profile.
pub const BINARY: &str = env!("CARGO_BIN_EXE_slipway");

/// How often the memory of a running process is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// A call of `slipway` in a project.
pub fn slipway(project: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("--project").arg(project).env_remove("SLIPWAY_TARGET");
    command
}

/// What a call took.
#[derive(Debug)]
pub struct Watched {
    /// From its start to its end.
    pub wall: Duration,
    /// The largest resident memory of the process, in bytes; its children are not in it.
    pub peak: u64,
    /// From the first task's start to the last one's end, for each stage.
    pub stages: BTreeMap<String, Duration>,
    /// What it wrote to stdout.
    pub results: Value,
}

/// Runs `slipway --json` with `arguments`, and watches its memory and its events.
pub fn watch(project: &Path, arguments: &[&str]) -> Result<Watched, Failure> {
    let began = Instant::now();
    let mut child = slipway(project)
        .arg("--json")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let events = child.stderr.take().ok_or("stderr should be piped")?;
    let mut stdout = child.stdout.take().ok_or("stdout should be piped")?;
    let events = std::thread::spawn(move || follow(events));
    let results = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let mut peak = 0;
    let status = loop {
        // A process that has ended has no memory to tell of; what it told last is its peak.
        peak = resident_peak(child.id()).unwrap_or(peak);
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK),
        }
    };
    let wall = began.elapsed();
    let results = results.join().map_err(|_| "reading stdout should not panic")??;
    let (stages, said) = events.join().map_err(|_| "reading events should not panic")?;
    if !status.success() {
        return Err(format!("slipway {}: {status}\n{said}", arguments.join(" ")).into());
    }
    Ok(Watched { wall, peak, stages, results: serde_json::from_str(&results)? })
}

/// The stages' spans, and what was said that is no event.
fn follow(events: impl std::io::Read) -> (BTreeMap<String, Duration>, String) {
    let (mut running, mut spans, mut said) = (BTreeMap::new(), BTreeMap::new(), String::new());
    for line in BufReader::new(events).lines().map_while(Result::ok) {
        let Ok(event) = serde_json::from_str::<Value>(&line) else {
            said.push_str(&line);
            said.push('\n');
            continue;
        };
        let now = Instant::now();
        let task = event["task"].as_u64();
        match event["event"].as_str() {
            Some("started") => {
                let stage = event["stage"].as_str().unwrap_or_default().to_owned();
                spans.entry(stage.clone()).or_insert((now, now));
                running.insert(task, stage);
            }
            Some("finished") => {
                if let Some((_, end)) = running.remove(&task).and_then(|stage| spans.get_mut(&stage)) {
                    *end = now;
                }
            }
            _ => {}
        }
    }
    (spans.into_iter().map(|(stage, (start, end))| (stage, end - start)).collect(), said)
}

/// The high-water mark of a process's resident memory, in bytes.
fn resident_peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}
