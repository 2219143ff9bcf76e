//! Which declaration an instruction came from: templates write `# spec: KEY` before the instructions of a key.

/// An instruction and the spec's key behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    instruction: String,
    key: String,
}

const MARK: &str = "# spec: ";

impl Origin {
    /// Every marked instruction of a Dockerfile.
    pub fn read(dockerfile: &str) -> Vec<Self> {
        let (mut origins, mut key, mut instruction) = (Vec::new(), None, String::new());
        for line in dockerfile.lines() {
            if let Some(marked) = line.strip_prefix(MARK) {
                key = Some(marked.trim().to_owned());
            } else if !line.starts_with('#') && !line.trim().is_empty() {
                let (part, goes_on) = line.strip_suffix('\\').map_or((line, false), |part| (part, true));
                instruction.push_str(part);
                instruction.push(' ');
                if !goes_on {
                    let instruction = collapse(&std::mem::take(&mut instruction));
                    origins.extend(key.clone().map(|key| Self { instruction, key }));
                }
            }
        }
        origins
    }

    /// The key, such as `r.packages[8]`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether an engine's message quotes the command of this instruction.
    ///
    /// A step that several builds share can fail in another one's name; all that is left here is what it ran.
    pub fn is_quoted_in(&self, message: &str) -> bool {
        let words = self.instruction.split(' ').filter(|word| !word.starts_with("--mount="));
        let command = words.skip(1).collect::<Vec<_>>().join(" ");
        self.instruction.starts_with("RUN ") && collapse(message).contains(&command)
    }

    /// Whether the engine's name of a step, such as `[stage-1 4/9] RUN apt-get ...`, is this instruction.
    pub fn made(&self, step: &str) -> bool {
        let step = step.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(step, |(_, rest)| rest);
        collapse(step) == self.instruction
    }
}

/// Engines keep or collapse the blanks of continued lines; neither says anything.
fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCKERFILE: &str =
        "# spec: base.image\nFROM a AS b\n\n# spec: r.packages[0]\nRUN one \\\n    && two\n# a remark\nRUN three\n";

    #[test]
    fn a_quoted_command_leads_back_to_its_key() {
        let origins = Origin::read(DOCKERFILE);
        let key_of = |message: &str| origins.iter().find(|origin| origin.is_quoted_in(message)).map(Origin::key);
        let message = "executor failed running [/bin/sh -c one     && two]: exit code: 1";
        assert_eq!(key_of(message), Some("r.packages[0]"));
        assert_eq!(key_of("executor failed running [/bin/sh -c four]: exit code: 1"), None);
    }

    #[test]
    fn a_step_leads_back_to_its_key() {
        let origins = Origin::read(DOCKERFILE);
        let key_of = |step: &str| origins.iter().find(|origin| origin.made(step)).map(Origin::key);
        assert_eq!(key_of("[stage-1 4/9] RUN one     && two"), Some("r.packages[0]"));
        assert_eq!(key_of("RUN three"), Some("r.packages[0]"));
        assert_eq!(key_of("[b 1/2] FROM a AS b"), Some("base.image"));
        assert_eq!(key_of("RUN four"), None);
    }
}
