//! Decides the contract rules from what the engine knows of an image and what a scan of its layers found.

mod config;
mod files;

use crate::engine::{ImageFacts, LayerScan, WatchPath};
use crate::spec::ImageSpec;

use super::report::{RuleOutcome, RuleResult};
use super::rule::{self, Rule, Severity};
use config::Config;
use files::Files;

/// What a scan has to look for, so that [`evaluate`] can decide.
pub fn watched_paths() -> Vec<WatchPath> {
    files::watched_paths()
}

/// The outcome of every rule, in the order of the codes. `layers` come from a scan for [`watched_paths`].
pub fn evaluate(facts: &ImageFacts, layers: &[LayerScan], spec: &ImageSpec) -> Vec<RuleResult> {
    let files = Files::new(layers);
    let config = Config { facts, spec, size: uncompressed_size(layers) };
    let findings = [
        (rule::PLATFORM, config.platform()),
        (rule::OWNERS, files.owners()),
        (rule::RESERVED, files.reserved()),
        (rule::HIDDEN, files.hidden()),
        (rule::ENVIRONMENT, config.environment()),
        (rule::KEYS, files.keys()),
        (rule::SIZE, config.size()),
        (rule::LARGE, config.large()),
        (rule::USER, config.user()),
        (rule::START_COMMAND, config.start_command()),
        (rule::GPU_DRIVER, files.gpu_driver()),
        (rule::LAYERS, config.layers()),
        (rule::SESSION, files.session()),
        (rule::PYTHON, config.python()),
    ];
    findings.into_iter().map(|(rule, details)| judge(rule, details)).collect()
}

/// Bytes of all files in all layers: what the engine stores unpacked, whichever store it uses.
pub fn uncompressed_size(layers: &[LayerScan]) -> u64 {
    layers.iter().map(|layer| layer.bytes).sum()
}

fn judge(rule: &'static Rule, details: Vec<String>) -> RuleResult {
    let outcome = match (details.is_empty(), rule.severity) {
        (true, _) => RuleOutcome::Passed,
        (false, Severity::Warning) => RuleOutcome::Warned(details),
        (false, Severity::Error) => RuleOutcome::Failed(details),
    };
    RuleResult { code: rule.code, outcome }
}
