//! Turns `BuildKit`'s stream of events about vertices into tasks, and remembers what a failure must show.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use bollard_buildkit_proto::google::protobuf::Timestamp;
use bollard_buildkit_proto::moby::buildkit::v1::{StatusResponse, Vertex, VertexLog, VertexStatus};

use super::redact::Redactor;
use super::vertex::{self, FailedStep, Kind};
use crate::progress::{Outcome, Reporter, Stage, Task, Unit};

/// How many lines of a failing step are kept.
const KEPT_LINES: usize = 30;
/// A program that never ends its line is cut here.
const LINE_LIMIT: usize = 16 << 10;
const CANCELLED: &str = "context canceled";
/// A cache that cannot be read is no failure of the build.
const CACHE_IMPORT: &str = "importing cache manifest from ";

/// How long one instruction took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTiming {
    /// The instruction with its place, as the engine names it.
    pub name: String,
    /// Where its result came from.
    pub outcome: Outcome,
    /// From its start to its end, by the engine's clock.
    pub took: Duration,
}

/// The state of one build, fed with events.
pub(super) struct Trace {
    reporter: Reporter,
    redactor: Redactor,
    steps: HashMap<String, Step>,
    /// Digests in the order of their first appearance.
    order: Vec<String>,
}

#[derive(Default)]
struct Step {
    name: String,
    state: State,
    started: Option<Timestamp>,
    error: String,
    streams: BTreeMap<i64, Vec<u8>>,
    log: VecDeque<String>,
    transfers: BTreeMap<String, (u64, u64)>,
}

#[derive(Default)]
enum State {
    #[default]
    Waiting,
    /// Internal vertices run without a task.
    Running(Option<Task>),
    Ended {
        outcome: Outcome,
        took: Duration,
    },
}

impl Trace {
    pub(super) fn new(reporter: &Reporter, redactor: Redactor) -> Self {
        Self { reporter: reporter.clone(), redactor, steps: HashMap::new(), order: Vec::new() }
    }

    /// Takes one message of events. Logs come before the ends of the steps that wrote them.
    pub(super) fn accept(&mut self, events: StatusResponse) {
        for vertex in &events.vertexes {
            self.begin(vertex);
        }
        for status in events.statuses {
            self.status(status);
        }
        for log in &events.logs {
            self.log(log);
        }
        for vertex in events.vertexes {
            self.end(vertex);
        }
    }

    fn begin(&mut self, vertex: &Vertex) {
        if !self.steps.contains_key(&vertex.digest) {
            self.order.push(vertex.digest.clone());
        }
        let step = self.steps.entry(vertex.digest.clone()).or_default();
        step.name.clone_from(&vertex.name);
        if vertex.started.is_some() && matches!(step.state, State::Waiting) {
            step.started = vertex.started;
            let task = match vertex::parse(&vertex.name).0 {
                Kind::Internal => None,
                Kind::Instruction(_) | Kind::Other => {
                    Some(self.reporter.start(Stage::Build, vertex::label(&vertex.name)))
                }
            };
            step.state = State::Running(task);
        }
    }

    fn end(&mut self, vertex: Vertex) {
        let Some(step) = self.steps.get_mut(&vertex.digest) else { return };
        if !vertex.error.is_empty() {
            step.error = self.redactor.clean(vertex.error);
        }
        let outcome = match step.error.as_str() {
            "" if vertex.cached => Outcome::Cached,
            "" if vertex.completed.is_none() => return,
            "" => Outcome::Done,
            error if error.contains(CANCELLED) => Outcome::Cancelled,
            _ => Outcome::Failed,
        };
        step.flush(&self.redactor);
        let took = elapsed(step.started, vertex.completed);
        if let State::Running(Some(task)) = std::mem::replace(&mut step.state, State::Ended { outcome, took }) {
            task.finish(outcome);
        }
        if outcome == Outcome::Failed && step.name.starts_with(CACHE_IMPORT) {
            self.reporter.warn(format!("{}: {}", step.name, step.error));
        }
    }

    fn status(&mut self, status: VertexStatus) {
        let Some(step) = self.steps.get_mut(&status.vertex) else { return };
        let known = |count: i64| u64::try_from(count).unwrap_or_default();
        let total = known(status.total);
        if total > 0 {
            step.transfers.insert(status.id, (known(status.current), total));
            let (done, total) =
                step.transfers.values().fold((0, 0), |sum, transfer| (sum.0 + transfer.0, sum.1 + transfer.1));
            if let State::Running(Some(task)) = &step.state {
                task.progress(done, Some(total), Unit::Bytes);
            }
        } else if let State::Running(Some(task)) = &step.state {
            task.status(status.id);
        }
    }

    fn log(&mut self, log: &VertexLog) {
        if let Some(step) = self.steps.get_mut(&log.vertex) {
            step.write(log.stream, &log.msg, &self.redactor);
        }
    }

    /// The step that ended the build, told from others by the `reason` that the engine gave for the whole.
    pub(super) fn failure(&self, reason: &str) -> Option<FailedStep> {
        let failed = |step: &&Step| matches!(step.state, State::Ended { outcome: Outcome::Failed, .. });
        let steps = || self.order.iter().filter_map(|digest| self.steps.get(digest)).filter(failed);
        let named = steps().find(|step| reason.contains(&step.error));
        let step = named.or_else(|| steps().find(|step| !step.name.starts_with(CACHE_IMPORT)))?;
        let (kind, action) = vertex::parse(&step.name);
        let place = match kind {
            Kind::Instruction(place) => Some(place),
            Kind::Internal | Kind::Other => None,
        };
        Some(FailedStep {
            instruction: action.to_owned(),
            place,
            message: step.error.clone(),
            log: step.log.iter().cloned().collect(),
        })
    }

    /// `text` without the build's secrets.
    pub(super) fn clean(&self, text: String) -> String {
        self.redactor.clean(text)
    }

    /// Whether the engine's `reason` for ending the build is that it was told to.
    pub(super) fn was_cancelled(reason: &str) -> bool {
        reason.contains(CANCELLED)
    }

    /// How long the instructions of the Dockerfile took, in the order in which they began.
    pub(super) fn timings(&self) -> Vec<StepTiming> {
        // BuildKit announces vertices in any order. The sort is stable, for steps that take no measurable time.
        let mut steps: Vec<_> = self.order.iter().filter_map(|digest| self.steps.get(digest)).collect();
        steps.sort_by_key(|step| step.started.map(nanoseconds));
        steps
            .into_iter()
            .filter(|step| matches!(vertex::parse(&step.name).0, Kind::Instruction(_)))
            .filter_map(|step| match step.state {
                State::Ended { outcome, took } => Some(StepTiming { name: step.name.clone(), outcome, took }),
                State::Waiting | State::Running(_) => None,
            })
            .collect()
    }
}

impl Step {
    /// Chunks end anywhere, also within a character, so only whole lines are decoded.
    fn write(&mut self, stream: i64, chunk: &[u8], redactor: &Redactor) {
        let mut pending = std::mem::take(self.streams.entry(stream).or_default());
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            pending.extend_from_slice(piece);
            if piece.ends_with(b"\n") || pending.len() > LINE_LIMIT {
                self.line(&pending, redactor);
                pending.clear();
            }
        }
        self.streams.insert(stream, pending);
    }

    fn flush(&mut self, redactor: &Redactor) {
        for pending in std::mem::take(&mut self.streams).into_values() {
            if !pending.is_empty() {
                self.line(&pending, redactor);
            }
        }
    }

    fn line(&mut self, bytes: &[u8], redactor: &Redactor) {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end_matches(['\n', '\r']);
        // A carriage return within a line overwrites it: the last version is what a terminal would show.
        let shown = text.rsplit('\r').next().unwrap_or_default();
        let line = redactor.clean(shown.to_owned());
        if let State::Running(Some(task)) = &self.state {
            task.log(line.clone());
        }
        if self.log.len() == KEPT_LINES {
            self.log.pop_front();
        }
        self.log.push_back(line);
    }
}

fn nanoseconds(time: Timestamp) -> i128 {
    i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos)
}

fn elapsed(from: Option<Timestamp>, to: Option<Timestamp>) -> Duration {
    let (Some(from), Some(to)) = (from, to) else { return Duration::ZERO };
    let difference = nanoseconds(to) - nanoseconds(from);
    u64::try_from(difference).map(Duration::from_nanos).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::request::Secret;

    fn vertex(name: &str, started: bool, completed: bool, error: &str) -> Vertex {
        let at = |seconds| Timestamp { seconds, nanos: 0 };
        Vertex {
            digest: format!("digest of {name}"),
            name: name.into(),
            started: started.then(|| at(10)),
            completed: completed.then(|| at(12)),
            error: error.into(),
            ..Vertex::default()
        }
    }

    fn log(name: &str, stream: i64, text: &[u8]) -> VertexLog {
        VertexLog { vertex: format!("digest of {name}"), stream, msg: text.to_vec(), ..VertexLog::default() }
    }

    fn trace(secrets: &[Secret]) -> Trace {
        Trace::new(&Reporter::silent(), Redactor::new(secrets))
    }

    fn vertexes(vertexes: Vec<Vertex>) -> StatusResponse {
        StatusResponse { vertexes, ..StatusResponse::default() }
    }

    fn logs(logs: Vec<VertexLog>) -> StatusResponse {
        StatusResponse { logs, ..StatusResponse::default() }
    }

    #[test]
    fn joins_chunks_of_one_stream_into_lines_even_within_a_character() {
        let mut trace = trace(&[]);
        let name = "[1/1] RUN x";
        trace.accept(vertexes(vec![vertex(name, true, false, "")]));
        let bytes = "grün\n".as_bytes();
        trace.accept(logs(vec![log(name, 1, &bytes[..3]), log(name, 2, b"warning: "), log(name, 1, &bytes[3..])]));
        trace.accept(logs(vec![log(name, 2, b"old\nhalf\rwhole\nlast")]));
        trace.accept(vertexes(vec![vertex(name, true, true, "exit code: 1")]));
        let failure = trace.failure("exit code: 1").expect("a failed step");
        assert_eq!(failure.log, ["grün", "warning: old", "whole", "last"]);
    }

    #[test]
    fn keeps_the_last_thirty_lines() {
        let mut trace = trace(&[]);
        let name = "[1/1] RUN x";
        trace.accept(vertexes(vec![vertex(name, true, false, "")]));
        let text = (1..=40).map(|number| number.to_string()).collect::<Vec<_>>().join("\n") + "\n";
        trace.accept(logs(vec![log(name, 1, text.as_bytes())]));
        trace.accept(vertexes(vec![vertex(name, true, true, "bad")]));
        let log = trace.failure("bad").expect("a failed step").log;
        assert_eq!((log.len(), &*log[0]), (30, "11"));
    }

    #[test]
    fn a_secret_that_a_step_prints_is_masked() {
        let mut trace = trace(&[Secret { id: "token".into(), value: b"hunter22".to_vec() }]);
        let name = "[1/1] RUN x";
        trace.accept(vertexes(vec![vertex(name, true, false, "")]));
        trace.accept(logs(vec![log(name, 1, b"hun"), log(name, 1, b"ter22\n")]));
        trace.accept(vertexes(vec![vertex(name, true, true, "hunter22 is wrong")]));
        let failure = trace.failure("wrong").expect("a failed step");
        assert_eq!((failure.log[0].as_str(), failure.message.as_str()), ("***", "*** is wrong"));
    }

    #[test]
    fn neither_a_cancelled_neighbour_nor_an_unreadable_cache_is_the_failure() {
        let mut trace = trace(&[]);
        trace.accept(vertexes(vec![
            vertex("importing cache manifest from registry/x", true, true, "not found"),
            vertex("[a 1/1] RUN sleep", true, true, "context canceled"),
            vertex("[b 1/1] RUN false", true, true, "exit code: 1"),
        ]));
        let failure = trace.failure("executor failed").expect("a failed step");
        assert_eq!(failure.to_string(), "step b 1/1 failed: exit code: 1");
    }

    #[test]
    fn timings_cover_the_instructions_only() {
        let mut trace = trace(&[]);
        trace.accept(vertexes(vec![
            vertex("[internal] load build definition", true, true, ""),
            vertex("[1/2] FROM base", true, true, ""),
            Vertex { cached: true, ..vertex("[2/2] RUN x", true, true, "") },
            vertex("exporting to image", true, true, ""),
        ]));
        let timings = trace.timings();
        assert_eq!(timings.iter().map(|step| step.outcome).collect::<Vec<_>>(), [Outcome::Done, Outcome::Cached]);
        assert_eq!(timings[0].took, Duration::from_secs(2));
    }
}
