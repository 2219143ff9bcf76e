//! Metrics in `CloudWatch`'s embedded format: lines in the log that `CloudWatch` counts, without a call.

use std::io;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::audit::Journal;

/// The namespace of all metrics.
pub const NAMESPACE: &str = "PresignedAccess";

/// Something that is counted, each time by one. All have the dimension `Function`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// A session was opened.
    Minted,
    /// An authorizer let a caller through.
    Authorized,
    /// A user profile was made.
    Provisioned,
    /// Somebody was refused; also counted by `Code`.
    Refused {
        /// The refusal's code.
        code: &'static str,
    },
    /// An assertion came a second time. Counted as refused, too.
    Replayed,
    /// Nobody's fault but ours or AWS's; also counted by `Code`, and as refused.
    Failed {
        /// The refusal's code.
        code: &'static str,
    },
    /// The keys of an issuer could not be fetched; also counted by `Code`.
    KeysFailed {
        /// What went wrong.
        code: &'static str,
    },
    /// A token was judged with keys that should have been replaced.
    KeysStale,
    /// The configuration could not be read again; the last one stays in force for a while.
    ConfigurationStale,
}

impl Metric {
    /// The metric's name in `CloudWatch`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minted => "Minted",
            Self::Authorized => "Authorized",
            Self::Provisioned => "Provisioned",
            Self::Refused { .. } => "Refused",
            Self::Replayed => "Replayed",
            Self::Failed { .. } => "Failed",
            Self::KeysFailed { .. } => "KeysFailed",
            Self::KeysStale => "KeysStale",
            Self::ConfigurationStale => "ConfigurationStale",
        }
    }

    fn code(self) -> Option<&'static str> {
        match self {
            Self::Refused { code } | Self::Failed { code } | Self::KeysFailed { code } => Some(code),
            Self::Minted
            | Self::Authorized
            | Self::Provisioned
            | Self::Replayed
            | Self::KeysStale
            | Self::ConfigurationStale => None,
        }
    }

    /// The line that counts it.
    fn line(self, function: &str, at: Timestamp) -> Value {
        let mut dimensions = vec![vec!["Function"]];
        if self.code().is_some() {
            dimensions.push(vec!["Function", "Code"]);
        }
        let mut line = json!({
            "_aws": {
                "Timestamp": at.as_millisecond(),
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": dimensions,
                    "Metrics": [{"Name": self.name(), "Unit": "Count"}],
                }],
            },
            "Function": function,
        });
        line[self.name()] = json!(1);
        if let Some(code) = self.code() {
            line["Code"] = json!(code);
        }
        line
    }
}

/// Counts.
///
/// # Errors
/// The line could not be written.
pub fn count(journal: &Journal, metric: Metric, at: Timestamp) -> io::Result<()> {
    journal.write(&metric.line(journal.function(), at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_a_line_that_cloudwatch_counts() {
        let at = Timestamp::from_second(1_795_500_000).expect("a time");
        insta::assert_json_snapshot!([
            Metric::Minted.line("saml-acs", at),
            Metric::Refused { code: "saml.signature.invalid" }.line("saml-acs", at),
        ]);
    }
}
