//! A sandbox in a process of its own: AWS for us and for the others alike.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::project::Project;
use super::slipway::slipway;
use crate::Failure;

/// A sandbox that serves a project until it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    process: Child,
    environment: Vec<(String, String)>,
}

impl Sandbox {
    /// Serves the project's sandbox on its port.
    pub fn serve(project: &Project) -> Result<Self, Failure> {
        let mut process = slipway(project.path())
            .arg("sandbox")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut said = BufReader::new(process.stdout.take().ok_or("stdout should be piped")?);
        let mut sandbox = Self { process, environment: Vec::new() };
        let mut line = String::new();
        said.read_line(&mut line)?;
        let exports = line.trim().strip_prefix("export ").ok_or("the sandbox did not start")?;
        let pairs = exports.split(' ').filter_map(|pair| pair.split_once('='));
        sandbox.environment = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(sandbox)
    }

    /// Points a program of AWS at the sandbox.
    pub fn point<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        // Version 1 of the AWS CLI knows the Region by its older name only.
        let region = self.environment.iter().find(|(name, _)| name == "AWS_REGION").map(|(_, region)| region);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(region.map(|region| ("AWS_DEFAULT_REGION", region)))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Its state goes with the project's folder, so that there is nothing to end well. An error says that it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
