//! Calls of the binary.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::waiting::until;

/// How long a started process may take to do what is waited for; a cold build is the longest.
const PATIENCE: Duration = Duration::from_mins(10);

/// A call that has ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// The data.
    pub stdout: String,
    /// The talk.
    pub stderr: String,
    /// Wall time.
    pub took: Duration,
}

impl Ended {
    /// The same, provided that the exit code is this one.
    #[track_caller]
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The talk without dated progress.
    pub fn words(&self) -> String {
        let kept = self.stderr.lines().filter(|line| !is_dated(line));
        kept.map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    /// Data that is JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

/// A line of progress begins with a time, such as `2026-11-23T10:00:00Z`.
fn is_dated(line: &str) -> bool {
    line.split_once(' ').is_some_and(|(time, _)| time.len() == 20 && time.contains('T') && time.ends_with('Z'))
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ended {
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        took: began.elapsed(),
    }
}

/// A call under way, whose talk can be followed. It is killed when a story fails before its end.
pub struct Running {
    child: Child,
    began: Instant,
    talk: Receiver<(Instant, String)>,
    heard: Vec<(Instant, String)>,
    data: Option<JoinHandle<String>>,
}

impl Running {
    /// Starts a command.
    pub fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (mut out, err) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
        let (lines, talk) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(err).lines().map_while(Result::ok) {
                // The story may have heard enough.
                let _ = lines.send((Instant::now(), line));
            }
        });
        let data = thread::spawn(move || {
            let mut text = Vec::new();
            out.read_to_end(&mut text).expect("the process's output");
            String::from_utf8_lossy(&text).into_owned()
        });
        Self { child, began, talk, heard: Vec::new(), data: Some(data) }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Follows the talk until a line is the wanted one; `None` where the process ended without saying it.
    pub fn hear(&mut self, wanted: impl Fn(&str) -> bool) -> Option<Instant> {
        loop {
            match self.talk.recv_timeout(PATIENCE) {
                Ok((at, line)) => {
                    let found = wanted(&line);
                    self.heard.push((at, line));
                    if found {
                        return Some(at);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => panic!("nothing was said for {PATIENCE:?}: {:#?}", self.heard),
            }
        }
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status();
        assert!(sent.expect("`kill`").success(), "the process ended before the signal");
    }

    /// Kills the process at a moment, unless it ends before; says whether it was killed.
    pub fn kill_at(mut self, moment: Instant) -> bool {
        while Instant::now() < moment {
            if self.child.try_wait().expect("the process's state").is_some() {
                return false;
            }
            thread::sleep(Duration::from_millis(1).min(moment.saturating_duration_since(Instant::now())));
        }
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("the process's end").code().is_none()
    }

    /// Waits for the end.
    pub fn end(mut self) -> Ended {
        let status: ExitStatus = until("the process ends", PATIENCE, || self.child.try_wait().expect("a state"));
        let took = self.began.elapsed();
        while self.hear(|_| false).is_some() {}
        let stdout = self.data.take().map(|data| data.join().expect("the process's output")).unwrap_or_default();
        let talk: Vec<&str> = self.heard.iter().map(|(_, line)| line.as_str()).collect();
        Ended { code: status.code(), stdout, stderr: talk.join("\n"), took }
    }

    /// Every line that was said so far, with its time.
    pub fn heard(&self) -> &[(Instant, String)] {
        &self.heard
    }

    /// When it was started.
    pub fn began(&self) -> Instant {
        self.began
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless the story failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
