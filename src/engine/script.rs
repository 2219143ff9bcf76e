//! Runs one script in one container that can do no harm, and returns what it wrote.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use bollard::container::LogOutput;
use bollard::errors::Error as ApiError;
use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig};
use bollard::query_parameters::{AttachContainerOptionsBuilder, StartContainerOptions, WaitContainerOptionsBuilder};
use futures_util::{Stream, StreamExt};

use super::container::Container;
use super::{DockerEngine, EngineError};

/// The kernel accepts at most 128 KiB in one argument.
const PIECE: usize = 96 << 10;
/// The kernel accepts at most 2 MiB in all arguments and the environment.
const SCRIPT_LIMIT: usize = 1 << 20;
/// Puts its arguments together again and becomes the script. A file, so that the shell's messages have line numbers,
/// and so that programs in the script cannot eat it from standard input.
const START: &str = r#"printf %s "$@" > /tmp/.script && exec /bin/sh /tmp/.script"#;

/// How a script runs. It never has a network, capabilities or a writable root file system.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// User, as `name` or `uid:gid`; the image's own if not given.
    pub user: Option<String>,
    /// Added to the image's environment.
    pub environment: BTreeMap<String, String>,
    /// Folders in which the script may write, in memory. `/tmp` must be one of them.
    pub writable: Vec<String>,
    /// Most memory in bytes, the writable folders included.
    pub memory: u64,
    /// Most processes and threads.
    pub processes: u32,
    /// After that the container is stopped.
    pub timeout: Duration,
    /// Bytes that are kept of each of standard output and standard error; what comes later is counted only.
    pub output_limit: usize,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            user: None,
            environment: BTreeMap::new(),
            writable: ["/tmp", "/run", "/var/tmp", "/home", "/root"].map(str::to_owned).to_vec(),
            memory: 4 << 30,
            processes: 1024,
            timeout: Duration::from_mins(10),
            output_limit: 8 << 20,
        }
    }
}

/// What a script did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptOutcome {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
    /// Bytes of output beyond the limit.
    pub dropped: u64,
    /// From the start of the container to its end.
    pub took: Duration,
}

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Code(i64),
    /// It took longer than allowed.
    TimedOut,
    /// The kernel ended it, or a program in it, because it used more memory than allowed.
    OutOfMemory,
}

impl DockerEngine {
    /// Runs `script` with the image's `/bin/sh`. The container is gone when this returns, and soon after the future is
    /// dropped ([`DockerEngine::settle`] waits for that).
    pub async fn run_script(
        &self,
        image: &str,
        script: &str,
        options: &RunOptions,
    ) -> Result<ScriptOutcome, EngineError> {
        if script.len() > SCRIPT_LIMIT {
            return Err(EngineError::ScriptTooLong { bytes: script.len(), limit: SCRIPT_LIMIT });
        }
        self.remove_overdue().await?;
        let failed = |step| move |source| EngineError::RunScript { image: image.to_owned(), step, source };
        let body = container_body(image, script, options);
        let container = Container::create(self, body, options.timeout).await.map_err(failed("create"))?;
        let outcome = self.follow(container.id(), options).await.map_err(|(step, source)| failed(step)(source))?;
        container.remove().await.map_err(failed("remove"))?;
        Ok(outcome)
    }

    async fn follow(&self, id: &str, options: &RunOptions) -> Result<ScriptOutcome, (&'static str, ApiError)> {
        // Attached before the start, so that no output is lost and no log is written to the engine's disk.
        let attach = AttachContainerOptionsBuilder::new().stream(true).stdout(true).stderr(true).build();
        let attached = self.docker.attach_container(id, Some(attach)).await.map_err(|source| ("attach to", source))?;
        let mut output = Output::new(options.output_limit);
        let began = Instant::now();
        self.docker.start_container(id, None::<StartContainerOptions>).await.map_err(|source| ("start", source))?;
        let end = async {
            output.read(attached.output).await.map_err(|source| ("read the output of", source))?;
            self.exit(id).await.map_err(|source| ("wait for", source))
        };
        let exit = match tokio::time::timeout(options.timeout, end).await {
            Ok(exit) => exit?,
            Err(_) => Exit::TimedOut,
        };
        Ok(output.into_outcome(exit, began.elapsed()))
    }

    async fn exit(&self, id: &str) -> Result<Exit, ApiError> {
        let options = WaitContainerOptionsBuilder::new().condition("not-running").build();
        let code = match self.docker.wait_container(id, Some(options)).next().await {
            Some(Ok(answer)) => answer.status_code,
            // bollard makes an error of every status but zero.
            Some(Err(ApiError::DockerContainerWaitError { code, error })) if error.is_empty() => code,
            Some(Err(error)) => return Err(error),
            None => return Err(ApiError::IOError { err: std::io::ErrorKind::UnexpectedEof.into() }),
        };
        let state = self.docker.inspect_container(id, None).await?.state;
        let killed = code != 0 && state.and_then(|state| state.oom_killed).unwrap_or_default();
        Ok(if killed { Exit::OutOfMemory } else { Exit::Code(code) })
    }
}

fn container_body(image: &str, script: &str, options: &RunOptions) -> ContainerCreateBody {
    let memory = i64::try_from(options.memory).unwrap_or(i64::MAX);
    let folder = |path: &String| (path.clone(), "rw,exec,nosuid,nodev,mode=1777".to_owned());
    ContainerCreateBody {
        image: Some(image.to_owned()),
        user: options.user.clone(),
        env: Some(options.environment.iter().map(|(name, value)| format!("{name}={value}")).collect()),
        entrypoint: Some(["/bin/sh", "-c", START, "script"].map(str::to_owned).to_vec()),
        cmd: Some(pieces(script)),
        working_dir: Some("/tmp".to_owned()),
        network_disabled: Some(true),
        labels: Some(HashMap::new()),
        host_config: Some(HostConfig {
            network_mode: Some("none".to_owned()),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            readonly_rootfs: Some(true),
            tmpfs: Some(options.writable.iter().map(folder).collect()),
            memory: Some(memory),
            // The same value means: no swap on top.
            memory_swap: Some(memory),
            pids_limit: Some(options.processes.into()),
            log_config: Some(HostConfigLogConfig { typ: Some("none".to_owned()), config: None }),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

fn pieces(script: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = script;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        pieces.push(piece.to_owned());
        rest = after;
    }
    pieces
}

/// What a container wrote, up to a limit for each stream.
struct Output {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    limit: usize,
    dropped: u64,
}

impl Output {
    fn new(limit: usize) -> Self {
        Self { stdout: Vec::new(), stderr: Vec::new(), limit, dropped: 0 }
    }

    async fn read(
        &mut self,
        mut output: impl Stream<Item = Result<LogOutput, ApiError>> + Unpin,
    ) -> Result<(), ApiError> {
        while let Some(chunk) = output.next().await {
            let (kept, message) = match chunk? {
                LogOutput::StdErr { message } => (&mut self.stderr, message),
                LogOutput::StdOut { message } | LogOutput::Console { message } => (&mut self.stdout, message),
                LogOutput::StdIn { .. } => continue,
            };
            let room = self.limit.saturating_sub(kept.len()).min(message.len());
            kept.extend_from_slice(&message[..room]);
            self.dropped += (message.len() - room) as u64;
        }
        Ok(())
    }

    fn into_outcome(self, exit: Exit, took: Duration) -> ScriptOutcome {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        ScriptOutcome { exit, stdout: text(self.stdout), stderr: text(self.stderr), dropped: self.dropped, took }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_script_is_cut_between_characters_and_loses_nothing() {
        let script = "é".repeat(PIECE) + "x";
        let pieces = pieces(&script);
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE));
        assert_eq!(pieces.concat(), script);
    }
}
