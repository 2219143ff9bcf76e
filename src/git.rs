//! The commit that a spec was last changed in: where an image came from, for auditors.

use std::path::Path;
use std::process::Command;

use serde::Serialize;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// Forty hexadecimal digits, with `-dirty` behind them where the folder has changes that are not committed.
    pub id: String,
    /// When it was made, in RFC 3339.
    pub time: String,
}

impl Commit {
    /// The first twelve digits, and the remark about changes.
    pub fn short(&self) -> String {
        let (digits, remark) = self.id.split_once('-').map_or((self.id.as_str(), ""), |(digits, _)| (digits, "-dirty"));
        format!("{}{remark}", digits.get(..12).unwrap_or(digits))
    }
}

/// The commit that last touched a folder; `None` outside a git repository, or where nothing is committed yet.
///
/// A missing `git` is no error: images can be built from a folder that is no repository.
pub fn last_commit(folder: &Path) -> Option<Commit> {
    let log = git(folder, &["log", "-1", "--format=%H %cI", "--", "."])?;
    let (id, time) = log.trim().split_once(' ')?;
    let changed = git(folder, &["status", "--porcelain", "--", "."])?;
    let id = if changed.trim().is_empty() { id.to_owned() } else { format!("{id}-dirty") };
    Some(Commit { id, time: time.to_owned() })
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
