//! Rules about the image's configuration and size.

use crate::dockerfile::REQUIRED_VARIABLES;
use crate::engine::ImageFacts;
use crate::spec::{ByteSize, ImageSpec};

/// Above this size sessions start slowly (facts 7).
const LARGE: ByteSize = ByteSize(10_000_000_000);
/// What engines can stack.
const MOST_LAYERS: usize = 127;
/// Base images start a shell; nothing relies on that.
const SHELLS: [&str; 4] = ["bash", "/bin/bash", "sh", "/bin/sh"];

/// The engine's facts, held against the spec. Each method returns what is wrong.
pub(super) struct Config<'a> {
    pub(super) facts: &'a ImageFacts,
    pub(super) spec: &'a ImageSpec,
    pub(super) size: u64,
}

impl Config<'_> {
    pub(super) fn platform(&self) -> Vec<String> {
        let platform = format!("{}/{}", self.facts.os, self.facts.architecture);
        if platform == "linux/amd64" { Vec::new() } else { vec![format!("the image is for {platform}")] }
    }

    pub(super) fn environment(&self) -> Vec<String> {
        let declared = self.spec.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let undeclared = |name: &&str| self.spec.environment.keys().all(|declared| declared.as_str() != *name);
        let required = REQUIRED_VARIABLES.iter().map(|(name, _)| *name).filter(undeclared);
        let missing = required.filter(|name| self.variable(name).is_none()).map(|name| format!("`{name}` is not set"));
        let different = declared.filter_map(|(name, value)| match self.variable(name) {
            Some(found) if found == value => None,
            Some(_) => Some(format!("`{name}` has another value than the spec declares")),
            None => Some(format!("`{name}` is not set")),
        });
        missing.chain(different).collect()
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.facts.environment.iter().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    pub(super) fn size(&self) -> Vec<String> {
        let limit = self.spec.size_limit;
        if self.size <= limit.0 {
            return Vec::new();
        }
        vec![format!("the image has {} uncompressed, the limit is {limit}", ByteSize(self.size))]
    }

    pub(super) fn large(&self) -> Vec<String> {
        if self.size <= LARGE.0 {
            return Vec::new();
        }
        vec![format!("the image has {} uncompressed", ByteSize(self.size))]
    }

    pub(super) fn user(&self) -> Vec<String> {
        let name = self.facts.user.split(':').next().unwrap_or_default();
        if matches!(name, "" | "0" | "root") { Vec::new() } else { vec![format!("`USER` is `{}`", self.facts.user)] }
    }

    pub(super) fn start_command(&self) -> Vec<String> {
        let shell = matches!(self.facts.command.as_slice(), [program] if SHELLS.contains(&program.as_str()));
        let mut details = Vec::new();
        if !self.facts.entrypoint.is_empty() {
            details.push(format!("`ENTRYPOINT` is `{}`", self.facts.entrypoint.join(" ")));
        }
        if !self.facts.command.is_empty() && !shell {
            details.push(format!("`CMD` is `{}`", self.facts.command.join(" ")));
        }
        details
    }

    pub(super) fn layers(&self) -> Vec<String> {
        let count = self.facts.layers.len();
        if count <= MOST_LAYERS { Vec::new() } else { vec![format!("the image has {count} layers")] }
    }

    pub(super) fn python(&self) -> Vec<String> {
        if self.spec.python.is_some() { Vec::new() } else { vec!["the spec has no `[python]`".to_owned()] }
    }
}
