//! Reads the names that `BuildKit` gives to the parts of a build: `[stage 3/9] RUN ...`, `[internal] ...`.

use std::fmt;

/// Where an instruction stands in its Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepPlace {
    /// The stage's name, where the Dockerfile has several.
    pub stage: Option<String>,
    /// Number within the stage, from 1.
    pub index: u32,
    /// How many the stage has.
    pub total: u32,
}

impl fmt::Display for StepPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stage) = &self.stage {
            write!(f, "{stage} ")?;
        }
        write!(f, "{}/{}", self.index, self.total)
    }
}

/// How the engine names the unpacking of an uploaded context.
const UNPACKING: &str = "copy /context /";

/// What kind of part a name denotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// An instruction of the Dockerfile.
    Instruction(StepPlace),
    /// The engine's own work, of no interest to a person unless it fails.
    Internal,
    /// The engine's work on the result, such as `exporting to image`.
    Other,
}

/// Splits a name into its kind and what is done.
pub(super) fn parse(name: &str) -> (Kind, &str) {
    let bracketed = name.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let Some((place, action)) = bracketed else {
        return (if name == UNPACKING { Kind::Internal } else { Kind::Other }, name);
    };
    match (place, parse_place(place)) {
        ("internal" | "auth", _) => (Kind::Internal, action),
        (_, Some(place)) => (Kind::Instruction(place), action),
        (_, None) => (Kind::Other, name),
    }
}

/// A name as a person reads it: mounts say nothing about what a step does.
pub(super) fn label(name: &str) -> String {
    let words = name.split_whitespace().filter(|word| !word.starts_with("--mount="));
    words.collect::<Vec<_>>().join(" ")
}

fn parse_place(text: &str) -> Option<StepPlace> {
    let (stage, numbers) = match text.rsplit_once(' ') {
        Some((stage, numbers)) => (Some(stage.trim_end().to_owned()), numbers),
        None => (None, text),
    };
    let (index, total) = numbers.split_once('/')?;
    Some(StepPlace { stage, index: index.parse().ok()?, total: total.parse().ok()? })
}

/// The step that ended a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStep {
    /// What was done, as the engine names it: `RUN ...`.
    pub instruction: String,
    /// Where that stands, if it is an instruction of the Dockerfile.
    pub place: Option<StepPlace>,
    /// The engine's words.
    pub message: String,
    /// The last lines that the step wrote.
    pub log: Vec<String>,
}

impl fmt::Display for FailedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "step {place} failed: {}", self.reason()),
            None => write!(f, "`{}` failed: {}", self.instruction, self.reason()),
        }
    }
}

impl FailedStep {
    /// The engine's words without the command, which engines repeat in different ways around the exit code.
    pub fn reason(&self) -> &str {
        self.message.rfind("exit code: ").map_or(&self.message, |start| &self.message[start..])
    }

    /// The instruction as a person reads it.
    pub fn command(&self) -> String {
        label(&self.instruction)
    }

    /// Whether the network failed the engine while it fetched an image: worth another try. What fails inside `RUN`
    /// is the Dockerfile's own affair.
    pub(super) fn is_transient(&self) -> bool {
        const SIGNS: [&str; 9] = [
            "connection reset",
            "connection refused",
            "i/o timeout",
            "TLS handshake timeout",
            "unexpected EOF",
            "toomanyrequests",
            "502 Bad Gateway",
            "503 Service Unavailable",
            "504 Gateway",
        ];
        let fetches = ["FROM ", "load metadata for "].iter().any(|start| self.instruction.starts_with(start));
        fetches && SIGNS.iter().any(|sign| self.message.contains(sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_instructions_from_the_engines_own_work() {
        let place = |stage: Option<&str>, index, total| {
            Kind::Instruction(StepPlace { stage: stage.map(str::to_owned), index, total })
        };
        let cases = [
            ("[2/3] RUN make", place(None, 2, 3), "RUN make"),
            ("[build  2/10] COPY a] b", place(Some("build"), 2, 10), "COPY a] b"),
            ("[internal] load build context", Kind::Internal, "load build context"),
            ("exporting to image", Kind::Other, "exporting to image"),
            ("[odd] name", Kind::Other, "[odd] name"),
        ];
        for (name, kind, action) in cases {
            assert_eq!(parse(name), (kind, action), "{name}");
        }
    }

    #[test]
    fn only_a_failed_download_of_an_image_is_worth_another_try() {
        let step = |instruction: &str, message: &str| FailedStep {
            instruction: instruction.into(),
            place: None,
            message: message.into(),
            log: Vec::new(),
        };
        assert!(step("FROM docker.io/library/debian", "read: connection reset by peer").is_transient());
        assert!(!step("RUN curl x", "connection reset by peer").is_transient());
        assert!(!step("FROM docker.io/library/debain", "not found").is_transient());
    }
}
