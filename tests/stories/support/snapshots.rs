//! Snapshots of whole messages, without what differs from run to run.

use insta::Settings;

use super::project::Project;

/// Takes snapshots in which times, digests, ports and folders have names.
pub fn snapshots(project: &Project, take: impl FnOnce()) {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots");
    settings.add_filter(&format!("{}/?", project.root().display()), "");
    settings.add_filter(&format!(r"\b{}\b", project.port), "[PORT]");
    settings.add_filter(r"sha256:[0-9a-f]{64}", "[DIGEST]");
    settings.add_filter(r"sha256:[0-9a-f]{12}\b", "[DIGEST]");
    settings.add_filter(r"\b[0-9a-f]{64}\b", "[SHA256]");
    settings.add_filter(r"\b[0-9a-f]{16}\b", "[FINGERPRINT]");
    settings.add_filter(r"\b\d+\.\d+ s\b", "[TIME]");
    settings.add_filter(r"\b\d+\.\d+ GB\b", "[SIZE]");
    settings.add_filter(r"request [0-9a-f-]{36}", "request [ID]");
    settings.bind(take);
}
