//! Snapshots of whole messages, without what differs from run to run.

use insta::Settings;

/// What differs, and what it is called instead.
const FILTERS: [(&str, &str); 10] = [
    (r"[^\s`]*/story-[A-Za-z0-9]+/", ""),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
    (r"\bport \d+", "port [PORT]"),
    (r"sha256:[0-9a-f]{64}", "[DIGEST]"),
    (r"sha256:[0-9a-f]{12}\b", "[DIGEST]"),
    (r"\b[0-9a-f]{64}\b", "[SHA256]"),
    (r"\b[0-9a-f]{16}\b", "[FINGERPRINT]"),
    (r"\b\d+\.\d+ s\b", "[TIME]"),
    (r"\b\d+(\.\d+)? [kMG]?B\b", "[SIZE]"),
    (r"request [0-9a-f-]{36}", "request [ID]"),
];

/// Takes snapshots in which times, digests, ports and folders have names.
pub fn snapshots(take: impl FnOnce()) {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    for (pattern, name) in FILTERS {
        settings.add_filter(pattern, name);
    }
    settings.bind(take);
}
