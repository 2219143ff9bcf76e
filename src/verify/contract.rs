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
    RuleResult { rule, outcome }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{EntryKind, Owner, WatchedEntry};
    use crate::verify::fixture::{MINIMAL, spec};

    /// What a case changes in an image that keeps every rule.
    type Change = fn(&mut ImageFacts, &mut Vec<LayerScan>);

    fn good() -> (ImageFacts, Vec<LayerScan>) {
        let facts = ImageFacts {
            id: "sha256:1".to_owned(),
            tags: Vec::new(),
            digests: Vec::new(),
            labels: std::collections::BTreeMap::default(),
            environment: [
                "PATH=/usr/bin",
                "RETICULATE_MINICONDA_ENABLED=FALSE",
                "RSTUDIO_CONNECT_URL=https://connect.example.com?a=b",
                "RSTUDIO_FORCE_NON_ZERO_EXIT_CODE=1",
                "RSTUDIO_PACKAGE_MANAGER_URL=",
            ]
            .map(str::to_owned)
            .to_vec(),
            os: "linux".to_owned(),
            architecture: "amd64".to_owned(),
            size: 0,
            user: String::new(),
            entrypoint: Vec::new(),
            command: vec!["/bin/bash".to_owned()],
            layers: vec!["sha256:a".to_owned(), "sha256:b".to_owned()],
        };
        let mut layers: Vec<LayerScan> = ["sha256:0123456789abcdef", "sha256:b"].map(layer).to_vec();
        add(&mut layers[0], "/usr/lib/rstudio-server/bin/rsession", EntryKind::File);
        (facts, layers)
    }

    fn layer(diff_id: &str) -> LayerScan {
        let owner = |id| Some(Owner { id, path: "/srv/data".to_owned() });
        LayerScan {
            diff_id: diff_id.to_owned(),
            entries: 10,
            bytes: 1_000_000,
            max_uid: owner(65_535),
            max_gid: owner(65_535),
            ..LayerScan::default()
        }
    }

    fn add(layer: &mut LayerScan, path: &str, kind: EntryKind) {
        layer.watched_total += 1;
        layer.watched.push(WatchedEntry { path: path.to_owned(), kind, size: 1, watch: 0 });
    }

    /// The rules that are not kept, each with what is told about it.
    fn findings(change: Change) -> Vec<String> {
        let (mut facts, mut layers) = good();
        change(&mut facts, &mut layers);
        let results = evaluate(&facts, &layers, &spec(MINIMAL));
        assert_eq!(results.len(), rule::rules().len(), "every rule should have a result");
        let told = |result: &RuleResult| match &result.outcome {
            RuleOutcome::Passed => None,
            RuleOutcome::Warned(details) => Some(format!("{} warned: {}", result.rule.code, details.join("; "))),
            RuleOutcome::Failed(details) => Some(format!("{} failed: {}", result.rule.code, details.join("; "))),
        };
        results.iter().filter_map(told).collect()
    }

    #[test]
    fn each_rule_is_broken_by_its_own_mistake_and_told_with_its_place() {
        let cases: [(Change, &str); 23] = [
            (|facts, _| facts.architecture = "arm64".into(), "SM001 failed: the image is for linux/arm64"),
            (
                |_, layers| layers[1].max_uid = Some(Owner { id: 65_536, path: "/srv/x".into() }),
                "SM002 failed: `/srv/x` in layer 2 of 2 (b) has the user id 65536",
            ),
            (
                |_, layers| layers[0].max_gid = Some(Owner { id: 4_000_000_000, path: "/srv/y".into() }),
                "SM002 failed: `/srv/y` in layer 1 of 2 (0123456789ab) has the group id 4000000000",
            ),
            (
                |_, layers| add(&mut layers[0], "/opt/ml/x", EntryKind::Link),
                "SM003 failed: `/opt/ml/x` is in layer 1 of 2 (0123456789ab)",
            ),
            (
                |_, layers| add(&mut layers[1], "/opt/.sagemakerinternal/a", EntryKind::Folder),
                "SM003 failed: `/opt/.sagemakerinternal/a` is in layer 2 of 2 (b)",
            ),
            (
                |_, layers| add(&mut layers[1], "/home/sagemaker-user/.bashrc", EntryKind::File),
                "SM004 warned: `/home/sagemaker-user/.bashrc` is in layer 2 of 2 (b)",
            ),
            (
                |facts, _| facts.environment.retain(|pair| !pair.starts_with("RSTUDIO_PACKAGE")),
                "SM005 failed: `RSTUDIO_PACKAGE_MANAGER_URL` is not set",
            ),
            (
                |facts, _| facts.environment[2] = "RSTUDIO_CONNECT_URL=https://other".into(),
                "SM005 failed: `RSTUDIO_CONNECT_URL` has another value than the spec declares",
            ),
            (
                |facts, _| facts.environment[2] = "RSTUDIO_CONNECT_URL_OLD=x".into(),
                "SM005 failed: `RSTUDIO_CONNECT_URL` is not set",
            ),
            (
                |_, layers| {
                    add(&mut layers[0], "/etc/rstudio/secure-cookie-key", EntryKind::File);
                    add(&mut layers[1], "/etc/rstudio/secure-cookie-key", EntryKind::Removed);
                },
                "SM006 failed: `/etc/rstudio/secure-cookie-key` is in layer 1 of 2 (0123456789ab)",
            ),
            (
                |_, layers| layers[1].watched_total = 201,
                "SM006 failed: layer 2 of 2 (b) has 201 entries in watched places, too many to be searched for keys",
            ),
            (
                |_, layers| layers[1].bytes = 8_000_000_000,
                "SM007 failed: the image has 8 GB uncompressed, the limit is 8 GB",
            ),
            (|facts, _| facts.user = "1000:0".into(), "SM009 failed: `USER` is `1000:0`"),
            (|facts, _| facts.user = "rstudio".into(), "SM009 failed: `USER` is `rstudio`"),
            (|facts, _| facts.entrypoint = vec!["/init".into(), "x".into()], "SM010 warned: `ENTRYPOINT` is `/init x`"),
            (|facts, _| facts.command = vec!["bash".into(), "-l".into()], "SM010 warned: `CMD` is `bash -l`"),
            (
                |_, layers| add(&mut layers[0], "/usr/lib/x86_64-linux-gnu/libcuda.so.1", EntryKind::Link),
                "SM011 warned: `/usr/lib/x86_64-linux-gnu/libcuda.so.1` is in layer 1 of 2 (0123456789ab)",
            ),
            (|facts, _| facts.layers = vec![String::new(); 128], "SM012 failed: the image has 128 layers"),
            (
                |_, layers| layers[0].watched.clear(),
                "SM006 failed: layer 1 of 2 (0123456789ab) has 1 entries in watched places, too many to be searched for keys | \
                 SM013 failed: `/usr/lib/rstudio-server/bin/rsession` is not in the image",
            ),
            (
                |_, layers| add(&mut layers[1], "/usr/lib/rstudio-server/bin/rsession", EntryKind::Removed),
                "SM013 failed: `/usr/lib/rstudio-server/bin/rsession` is removed by a later layer",
            ),
            (|_, layers| layers.clear(), "SM013 failed: `/usr/lib/rstudio-server/bin/rsession` is not in the image"),
            (
                |_, layers| layers[0].bytes = 10_000_000_000,
                "SM007 failed: the image has 10 GB uncompressed, the limit is 8 GB | \
                 SM008 warned: the image has 10 GB uncompressed",
            ),
            (|facts, _| facts.os = String::new(), "SM001 failed: the image is for /amd64"),
        ];
        for (change, expected) in cases {
            let mut found = findings(change);
            assert_eq!(found.pop().as_deref(), Some("SM014 warned: the spec has no `[python]`"));
            assert_eq!(found.join(" | "), expected);
        }
    }

    #[test]
    fn what_only_looks_like_a_mistake_is_none() {
        let cases: [(Change, &str); 7] = [
            (|_, _| {}, "an image that keeps every rule"),
            (|_, layers| add(&mut layers[0], "/opt/ml", EntryKind::Folder), "the folder that is mounted on"),
            (|_, layers| add(&mut layers[0], "/opt/ml/x", EntryKind::Removed), "a removal writes nothing"),
            (|facts, _| facts.user = "root:root".into(), "root by name"),
            (
                |_, layers| add(&mut layers[0], "/usr/local/cuda/compat/libcuda.so.1", EntryKind::File),
                "the toolkit's own library",
            ),
            (|facts, _| facts.command.clear(), "no command at all"),
            (
                |_, layers| {
                    add(&mut layers[0], "/usr/lib/rstudio-server/bin/rsession", EntryKind::Removed);
                    add(&mut layers[1], "/usr/lib/rstudio-server/bin/rsession", EntryKind::File);
                },
                "a later layer brings it back",
            ),
        ];
        for (change, why) in cases {
            assert_eq!(findings(change), ["SM014 warned: the spec has no `[python]`"], "{why}");
        }
    }

    #[test]
    fn a_scan_looks_for_everything_that_a_rule_asks_about() {
        let watched = watched_paths();
        for path in crate::dockerfile::FORBIDDEN_FILES.into_iter().chain(["/opt/ml", "/home/sagemaker-user"]) {
            assert!(watched.contains(&WatchPath::Under(path.to_owned())), "{path}");
        }
    }
}
