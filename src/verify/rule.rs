//! The contract rules: what SageMaker and Workbench ask of an image, with stable codes that people can look up.

use std::fmt;

use serde::Serialize;

/// What breaking a rule means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The image must not be published.
    Error,
    /// The image works, but somebody should know.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One rule. The code never changes its meaning and is never used again for another rule.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// `SM` and three digits.
    pub code: &'static str,
    /// What holds when the rule is kept.
    pub name: &'static str,
    /// What breaking it means.
    pub severity: Severity,
    /// What goes wrong otherwise.
    pub why: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

const SPECIFICATION: &str = "AWS, \"Custom RStudio image specifications\" \
    (https://docs.aws.amazon.com/sagemaker/latest/dg/rstudio-byoi-specs.html)";
const STUDIO_SPECIFICATION: &str = "AWS, \"Custom SageMaker image specifications\" \
    (https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi-specs.html)";

/// The platform is `linux/amd64`.
pub(super) const PLATFORM: &Rule = &Rule {
    code: "SM001",
    name: "the image is for linux/amd64",
    severity: Severity::Error,
    why: "Workbench sessions of SageMaker run on x86-64 instances; another architecture fails when a session starts, \
          and an index of several images is not accepted",
    source: "AWS, \"Custom RStudio image specifications\": every snippet and sample is amd64",
    fix: "build on an amd64 base image, without a second platform and without attestations",
};

/// No owner is above 65535.
pub(super) const OWNERS: &Rule = &Rule {
    code: "SM002",
    name: "every user and group id in every layer is at most 65535",
    severity: Severity::Error,
    why: "SageMaker maps the ids of the image to ids of the host, and such a map covers 65536 of them: a layer with a \
          larger id cannot be unpacked, even where a later layer removes the file",
    source: "AWS, \"Custom SageMaker image specifications\", user and group id mapping; user_namespaces(7)",
    fix: "give the file to another owner (`chown`) in the instruction that makes it, or unpack with `--no-same-owner`",
};

/// Nothing is written where SageMaker writes.
pub(super) const RESERVED: &Rule = &Rule {
    code: "SM003",
    name: "no layer writes below /opt/ml or /opt/.sagemakerinternal",
    severity: Severity::Error,
    why: "SageMaker mounts its own folders there: what the image has there is not visible in a session",
    source: SPECIFICATION,
    fix: "put the files elsewhere, for example below /opt/NAME",
};

/// Nothing is written where something is mounted over it.
pub(super) const HIDDEN: &Rule = &Rule {
    code: "SM004",
    name: "no layer writes below /home/sagemaker-user or /var/log/studio",
    severity: Severity::Warning,
    why: "the user's home on EFS is mounted over /home/sagemaker-user, and newer Studio keeps its logs in \
          /var/log/studio: files of the image are hidden there",
    source: STUDIO_SPECIFICATION,
    fix: "put defaults into /etc/skel, /etc/profile.d or /opt, and copy what belongs into a home when a session starts",
};

/// The variables are there.
pub(super) const ENVIRONMENT: &Rule = &Rule {
    code: "SM005",
    name: "required and declared environment variables are set",
    severity: Severity::Error,
    why: "Workbench on SageMaker reads them when a session starts, and the session fails or talks to the wrong server \
          without them",
    source: SPECIFICATION,
    fix: "let Slipway render the Dockerfile: it sets them, with the values of `[environment]` where the spec has them",
};

/// No layer holds a key.
pub(super) const KEYS: &Rule = &Rule {
    code: "SM006",
    name: "no layer holds a key or database that installing Workbench makes",
    severity: Severity::Error,
    why: "everybody who can pull the image could read the key and forge sessions of whoever shares it; a file that a \
          later layer removes is still in the layer below",
    source: "Posit, tests of its own Workbench images (https://github.com/rstudio/rstudio-docker-products)",
    fix: "remove the file in the same instruction that installs Workbench",
};

/// The image is not larger than declared.
pub(super) const SIZE: &Rule = &Rule {
    code: "SM007",
    name: "the uncompressed size is within the limit",
    severity: Severity::Error,
    why: "SageMaker refuses images above 25 GB, and `limits.size` of the spec may ask for less",
    source: SPECIFICATION,
    fix: "remove packages, delete downloads in the instruction that fetched them, or raise `limits.size`",
};

/// The image starts quickly.
pub(super) const LARGE: &Rule = &Rule {
    code: "SM008",
    name: "the uncompressed size is at most 10 GB",
    severity: Severity::Warning,
    why: "the image is pulled when a session starts on a fresh instance: a large one lets people wait for minutes",
    source: "Slipway; the limit of SageMaker is 25 GB",
    fix: "split the image by audience, or remove what few sessions need",
};

/// The image runs as root.
pub(super) const USER: &Rule = &Rule {
    code: "SM009",
    name: "the image sets no USER",
    severity: Severity::Error,
    why: "Workbench starts as root and gives the session to its user; with another user it cannot",
    source: "AWS, sample RStudio image: it leaves the user alone; SageMaker maps root by default",
    fix: "remove the `USER` instruction, or end the Dockerfile with `USER root`",
};

/// Nothing relies on the start command.
pub(super) const START_COMMAND: &Rule = &Rule {
    code: "SM010",
    name: "nothing relies on ENTRYPOINT or CMD",
    severity: Severity::Warning,
    why: "SageMaker overrides both: what they would have started does not run",
    source: SPECIFICATION,
    fix: "move what has to happen at the start of a session to a session script in /etc/rstudio, and clear both",
};

/// The host's GPU driver is used.
pub(super) const GPU_DRIVER: &Rule = &Rule {
    code: "SM011",
    name: "the image brings no GPU driver",
    severity: Severity::Warning,
    why: "the driver's libraries come from the instance and must fit its kernel; a copy in the image hides them",
    source: SPECIFICATION,
    fix: "install the CUDA toolkit without the packages `cuda-drivers`, `nvidia-driver-*` and `libnvidia-compute-*`",
};

/// The engine can stack the layers.
pub(super) const LAYERS: &Rule = &Rule {
    code: "SM012",
    name: "the image has at most 127 layers",
    severity: Severity::Error,
    why: "container engines cannot stack more, so that the image could not be started",
    source: "Docker, overlay2 storage driver",
    fix: "join instructions, or start from a base image with fewer layers",
};

/// Workbench's session program is there.
pub(super) const SESSION: &Rule = &Rule {
    code: "SM013",
    name: "the image has Workbench's session program",
    severity: Severity::Error,
    why: "SageMaker starts /usr/lib/rstudio-server/bin/rsession in the image",
    source: "Posit, tests of its own Workbench images (https://github.com/rstudio/rstudio-docker-products)",
    fix: "let Slipway render the Dockerfile: it installs the package of `workbench.version`",
};

/// Python with AWS's packages is there.
pub(super) const PYTHON: &Rule = &Rule {
    code: "SM014",
    name: "the spec declares Python",
    severity: Severity::Warning,
    why: "AWS's page asks for boto3, awscli and sagemaker below /opt/python; R code that talks to SageMaker through \
          reticulate fails without them",
    source: SPECIFICATION,
    fix: "add `[python]` with a version and requirements that name boto3, awscli and sagemaker[local]",
};

static RULES: [&Rule; 14] = [
    PLATFORM,
    OWNERS,
    RESERVED,
    HIDDEN,
    ENVIRONMENT,
    KEYS,
    SIZE,
    LARGE,
    USER,
    START_COMMAND,
    GPU_DRIVER,
    LAYERS,
    SESSION,
    PYTHON,
];

/// Every rule, in the order of the codes.
pub fn rules() -> &'static [&'static Rule] {
    &RULES
}

/// The rule with this code, in upper or lower case.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.into_iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_without_gaps_so_that_none_is_used_twice() {
        let codes: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
        let expected: Vec<String> = (1..=rules().len()).map(|number| format!("SM{number:03}")).collect();
        assert_eq!(codes, expected);
    }

    #[test]
    fn a_rule_is_found_by_its_code_in_any_case() {
        assert_eq!(rule("sm006"), Some(KEYS));
        assert_eq!(rule("SM000"), None);
    }
}
