//! Reads one layer, entry by entry, and remembers only what the contract rules ask for.

use std::io::{self, Read};

/// Entries beyond this many are counted but not listed; a rule needs examples, not an inventory.
const LISTED: usize = 200;
const WHITEOUT: &str = ".wh.";

/// Paths that a caller wants to hear of. Paths are absolute, as in the running image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchPath {
    /// This folder or file and everything below it: `/opt/ml`.
    Under(String),
    /// Every path that ends like this: `.pem`.
    Suffix(String),
    /// Every file or folder of this name: `id_rsa`.
    Name(String),
}

impl WatchPath {
    fn matches(&self, path: &str) -> bool {
        match self {
            Self::Under(folder) => path
                .strip_prefix(folder.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Self::Suffix(end) => path.ends_with(end),
            Self::Name(name) => path.rsplit('/').next() == Some(name),
        }
    }
}

/// What is in a layer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerScan {
    /// Digest of the uncompressed layer, from the image's configuration.
    pub diff_id: String,
    /// Number of files, folders, links and removals.
    pub entries: u64,
    /// Sum of the sizes of its files, in bytes.
    pub bytes: u64,
    /// The largest user id, and one path that has it.
    pub max_uid: Option<Owner>,
    /// The largest group id, and one path that has it.
    pub max_gid: Option<Owner>,
    /// The first 200 entries that a [`WatchPath`] matches.
    pub watched: Vec<WatchedEntry>,
    /// How many entries a [`WatchPath`] matches.
    pub watched_total: u64,
}

/// A numeric owner with an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// User or group id.
    pub id: u64,
    /// A path that belongs to it.
    pub path: String,
}

/// An entry that a [`WatchPath`] matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedEntry {
    /// Absolute path.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes, for files.
    pub size: u64,
    /// Which of the watched paths matched, by its place in the caller's list.
    pub watch: usize,
}

/// What an entry of a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file, also as a hard link.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// The removal of something that a lower layer has.
    Removed,
    /// A device, pipe or the like.
    Special,
}

/// Reads an uncompressed layer to its end. The result has no `diff_id` yet: that stands elsewhere in the archive.
pub(super) fn scan_layer(layer: impl Read, watch: &[WatchPath]) -> io::Result<LayerScan> {
    let mut scan = LayerScan::default();
    for entry in tar::Archive::new(layer).entries()? {
        let entry = entry?;
        let header = entry.header();
        let (uid, gid) = (header.uid()?, header.gid()?);
        let raw = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let (path, kind) = describe(&raw, header.entry_type());
        let size = if kind == EntryKind::File { entry.size() } else { 0 };
        scan.entries += 1;
        scan.bytes += size;
        // A removal is owned by whoever removed, and never reaches the running image.
        if kind != EntryKind::Removed {
            raise(&mut scan.max_uid, uid, &path);
            raise(&mut scan.max_gid, gid, &path);
        }
        if let Some(watch) = watch.iter().position(|watch| watch.matches(&path)) {
            scan.watched_total += 1;
            if scan.watched.len() < LISTED {
                scan.watched.push(WatchedEntry { path, kind, size, watch });
            }
        }
    }
    Ok(scan)
}

fn raise(highest: &mut Option<Owner>, id: u64, path: &str) {
    if highest.as_ref().is_none_or(|owner| owner.id < id) {
        *highest = Some(Owner { id, path: path.to_owned() });
    }
}

/// The absolute path, and what is there. Removals are entries named `.wh.NAME`.
fn describe(raw: &str, kind: tar::EntryType) -> (String, EntryKind) {
    let relative = raw.trim_start_matches("./").trim_matches('/');
    let (folder, name) = relative.rsplit_once('/').map_or(("", relative), |(folder, name)| (folder, name));
    if let Some(removed) = name.strip_prefix(WHITEOUT) {
        // `.wh..wh..opq` empties the folder that it stands in.
        let name = if removed.starts_with(WHITEOUT) { "" } else { removed };
        let path = format!("/{folder}/{name}").replace("//", "/");
        return (path, EntryKind::Removed);
    }
    let kind = match kind {
        tar::EntryType::Directory => EntryKind::Folder,
        tar::EntryType::Symlink => EntryKind::Link,
        tar::EntryType::Char | tar::EntryType::Block | tar::EntryType::Fifo => EntryKind::Special,
        _ => EntryKind::File,
    };
    (format!("/{relative}"), kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(entries: &[(&str, u64, &str)]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, uid, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len().try_into().expect("a small file"));
            header.set_uid(*uid);
            header.set_gid(7);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, content.as_bytes()).expect("an entry");
        }
        archive.into_inner().expect("an archive")
    }

    #[test]
    fn finds_the_largest_owner_and_its_path() {
        let bytes = layer(&[("etc/passwd", 0, "root"), ("srv/big", 4_000_000_000, "x"), ("srv/small", 5, "")]);
        let scan = scan_layer(bytes.as_slice(), &[]).expect("a layer");
        assert_eq!(scan.max_uid, Some(Owner { id: 4_000_000_000, path: "/srv/big".into() }));
        assert_eq!(scan.max_gid.map(|owner| owner.id), Some(7));
        assert_eq!((scan.entries, scan.bytes), (3, 5));
    }

    #[test]
    fn a_watched_path_matches_whole_names_only() {
        let cases = [
            (WatchPath::Under("/opt/ml".into()), "/opt/ml/model", true),
            (WatchPath::Under("/opt/ml/".into()), "/opt/ml", true),
            (WatchPath::Under("/opt/ml".into()), "/opt/mlflow", false),
            (WatchPath::Suffix(".pem".into()), "/etc/x.pem", true),
            (WatchPath::Name("id_rsa".into()), "/root/.ssh/id_rsa", true),
            (WatchPath::Name("id_rsa".into()), "/root/.ssh/id_rsa.pub", false),
        ];
        for (watch, path, expected) in cases {
            assert_eq!(watch.matches(path), expected, "{watch:?} {path}");
        }
    }

    #[test]
    fn a_removal_is_told_from_a_file_and_owns_nothing() {
        let bytes = layer(&[("etc/.wh.secret.key", 90_000, ""), ("var/.wh..wh..opq", 90_000, "")]);
        let watch = [WatchPath::Suffix(".key".into()), WatchPath::Under("/var".into())];
        let scan = scan_layer(bytes.as_slice(), &watch).expect("a layer");
        assert_eq!(scan.max_uid, None);
        let found: Vec<_> = scan.watched.iter().map(|entry| (entry.path.as_str(), entry.kind, entry.watch)).collect();
        assert_eq!(found, [("/etc/secret.key", EntryKind::Removed, 0), ("/var/", EntryKind::Removed, 1)]);
    }

    #[test]
    fn a_truncated_layer_is_an_error() {
        let bytes = layer(&[("a", 0, "some content")]);
        assert!(scan_layer(&bytes[..520], &[]).is_err());
    }
}
