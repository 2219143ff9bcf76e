//! A small base image, contexts, and a sink that remembers events.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use slipway::engine::{BuildRequest, DockerEngine, Host};
use slipway::progress::{Event, Outcome, Reporter, Sink, TaskId};
use tokio::sync::{OnceCell, mpsc};

/// A shell and the usual programs in one static binary.
pub const BASE: &str = "slipway-fixture-base:1";
const APPLETS: [&str; 16] = [
    "sh",
    "cat",
    "chown",
    "dd",
    "echo",
    "env",
    "false",
    "head",
    "id",
    "ls",
    "mkdir",
    "rm",
    "sha256sum",
    "sleep",
    "touch",
    "tr",
];

/// Where the tests find the engine.
pub fn host() -> Host {
    let value = |name| std::env::var(name).ok();
    let (host, certificates, verify) = (value("DOCKER_HOST"), value("DOCKER_CERT_PATH"), value("DOCKER_TLS_VERIFY"));
    Host::from_values(host.as_deref(), certificates.as_deref(), verify.as_deref()).expect("an engine address")
}

/// The engine, holding the base image.
pub async fn engine() -> DockerEngine {
    static BASE_READY: OnceCell<()> = OnceCell::const_new();
    let engine = DockerEngine::connect(&host()).await.expect("an engine");
    BASE_READY
        .get_or_init(|| async {
            if engine.find_image(BASE).await.expect("an answer").is_none() {
                tokio::task::spawn_blocking(import_base).await.expect("a base image");
            }
        })
        .await;
    engine
}

fn import_base() {
    let folder = tempfile::tempdir().expect("a folder");
    run(Command::new("apt-get").args(["download", "-q", "busybox-static"]).current_dir(folder.path()));
    let package = fs::read_dir(folder.path()).expect("a folder").next().expect("a package").expect("an entry").path();
    let root = folder.path().join("root");
    run(Command::new("dpkg-deb").arg("-x").args([&package, &root]));
    for applet in APPLETS {
        let path = root.join("bin").join(applet);
        if !path.exists() {
            symlink("busybox", path).expect("a link");
        }
    }
    fs::create_dir_all(root.join("etc")).expect("a folder");
    fs::write(root.join("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n").expect("a file");
    fs::write(root.join("etc/group"), "root:x:0:\n").expect("a file");
    for name in ["tmp", "root", "home", "run", "var/tmp"] {
        fs::create_dir_all(root.join(name)).expect("a folder");
        fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o1777)).expect("a mode");
    }
    let archive = folder.path().join("root.tar");
    run(Command::new("tar").arg("-cf").arg(&archive).arg("-C").arg(&root).arg("."));
    let changes = ["--change", "LABEL slipway.fixture=base", "--change", "ENV PATH=/bin"];
    run(Command::new("docker").arg("import").args(changes).arg(&archive).arg(BASE));
}

/// Runs a program to its end and returns what it wrote.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A word that no earlier run used, so that no earlier result is found in the cache.
pub fn unique(word: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_nanos();
    format!("{word}-{now:x}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A build of one Dockerfile, labelled as ours.
pub fn request(dockerfile: &str) -> BuildRequest {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(dockerfile.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, "Dockerfile", dockerfile.as_bytes()).expect("an entry");
    let mut request = BuildRequest::new(archive.into_inner().expect("an archive"), "Dockerfile");
    request.labels.insert("slipway.fixture".into(), "built".into());
    request
}

/// Builds quietly and returns the image's id.
pub async fn build(engine: &DockerEngine, dockerfile: &str) -> String {
    engine.build(&request(dockerfile), &Reporter::silent()).await.expect("an image").id
}

/// Remembers events, and passes log lines on as they come.
pub struct Recorder {
    events: Mutex<Vec<Event>>,
    lines: mpsc::UnboundedSender<String>,
}

impl Recorder {
    /// A recorder, a reporter that feeds it, and the log lines.
    pub fn new() -> (Arc<Self>, Reporter, mpsc::UnboundedReceiver<String>) {
        let (lines, receiver) = mpsc::unbounded_channel();
        let recorder = Arc::new(Self { events: Mutex::default(), lines });
        (Arc::clone(&recorder), Reporter::new(recorder), receiver)
    }

    /// Every task's label with how it ended; no end means that it was never told.
    pub fn tasks(&self) -> Vec<(String, Option<Outcome>)> {
        let events = self.events.lock().expect("a lock");
        let ends: HashMap<TaskId, Outcome> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finished { task, outcome, .. } => Some((*task, *outcome)),
                _ => None,
            })
            .collect();
        let started = events.iter().filter_map(|event| match event {
            Event::Started { task, label, .. } => Some((label.clone(), ends.get(task).copied())),
            _ => None,
        });
        started.collect()
    }

    /// All log lines.
    pub fn log(&self) -> Vec<String> {
        let events = self.events.lock().expect("a lock");
        let line = |event: &Event| match event {
            Event::Log { line, .. } => Some(line.clone()),
            _ => None,
        };
        events.iter().filter_map(line).collect()
    }
}

impl Sink for Recorder {
    fn event(&self, event: &Event) {
        if let Event::Log { line, .. } = event {
            // A test that does not listen to lines has dropped the receiver.
            let _ = self.lines.send(line.clone());
        }
        self.events.lock().expect("a lock").push(event.clone());
    }
}

/// Polls until `holds` or the time is over; returns whether it held.
pub async fn within(limit: Duration, mut holds: impl AsyncFnMut() -> bool) -> bool {
    let began = Instant::now();
    let mut clock = tokio::time::interval(Duration::from_millis(20));
    while began.elapsed() < limit {
        if holds().await {
            return true;
        }
        clock.tick().await;
    }
    false
}

/// Whether a process on this machine has `word` among its arguments.
pub fn process_exists(word: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    processes.map(|process| process.path().join("cmdline")).any(|path| has_argument(&path, word))
}

fn has_argument(cmdline: &Path, word: &str) -> bool {
    let Ok(arguments) = fs::read(cmdline) else { return false };
    arguments.split(|byte| *byte == 0).any(|argument| argument == word.as_bytes())
}
