//! Debian's `docker-registry`, on a port of its own, for base images that the test world does not have.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::project::free_port;
use crate::Failure;

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// A registry that runs until it is dropped.
#[derive(Debug)]
pub struct Registry {
    process: Child,
    /// Its port on loopback.
    pub port: u16,
    _storage: TempDir,
}

impl Registry {
    /// Starts one with nothing in it.
    pub fn serve() -> Result<Self, Failure> {
        let (storage, port) = (tempfile::tempdir()?, free_port()?);
        let configuration = storage.path().join("registry.yml");
        let root = storage.path().join("blobs");
        let text = format!(
            "version: 0.1\nlog: {{ level: warn }}\nstorage: {{ filesystem: {{ rootdirectory: {} }} }}\nhttp: {{ addr: 127.0.0.1:{port} }}\n",
            root.display()
        );
        fs::write(&configuration, text)?;
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("docker-registry: {error}"))?;
        let mut registry = Self { process, port, _storage: storage };
        registry.wait_until_it_listens()?;
        Ok(registry)
    }

    fn wait_until_it_listens(&mut self) -> Result<(), Failure> {
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.process.try_wait()? {
                return Err(format!("docker-registry ended as {status}").into());
            }
            if began.elapsed() > PATIENCE {
                return Err("docker-registry does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // Its storage goes with it; an error says that it is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
