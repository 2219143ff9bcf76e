//! Rules about what is in the layers. A file that a later layer removes counts: it is still pulled and unpacked.

use crate::dockerfile::FORBIDDEN_FILES;
use crate::engine::{EntryKind, LayerScan, Owner, WatchPath, WatchedEntry};

/// Ids that fit into the map of a user namespace.
const LARGEST_ID: u64 = 65_535;
const RESERVED: [&str; 2] = ["/opt/ml", "/opt/.sagemakerinternal"];
const HIDDEN: [&str; 2] = ["/home/sagemaker-user", "/var/log/studio"];
const SESSION: &str = "/usr/lib/rstudio-server/bin/rsession";
/// Files that only a driver package brings.
const DRIVER_FILES: [&str; 3] = ["libcuda.so.1", "libnvidia-ml.so.1", "nvidia-smi"];
/// The CUDA toolkit has files of the same names there: for linking, and for use beside an older driver.
const TOOLKIT_FOLDERS: [&str; 2] = ["/stubs/", "/compat/"];

pub(super) fn watched_paths() -> Vec<WatchPath> {
    let below = FORBIDDEN_FILES.into_iter().chain([SESSION]).chain(RESERVED).chain(HIDDEN);
    let names = DRIVER_FILES.map(|name| WatchPath::Name(name.to_owned()));
    below.map(|path| WatchPath::Under(path.to_owned())).chain(names).collect()
}

/// The layers of an image, lowest first. Each method returns what is wrong.
pub(super) struct Files<'a> {
    layers: &'a [LayerScan],
}

impl<'a> Files<'a> {
    pub(super) fn new(layers: &'a [LayerScan]) -> Self {
        Self { layers }
    }

    pub(super) fn owners(&self) -> Vec<String> {
        let mut details = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            for (kind, owner) in [("user", &layer.max_uid), ("group", &layer.max_gid)] {
                if let Some(Owner { id, path }) = owner.as_ref().filter(|owner| owner.id > LARGEST_ID) {
                    details.push(format!("`{path}` in {} has the {kind} id {id}", self.place(index)));
                }
            }
        }
        details
    }

    pub(super) fn reserved(&self) -> Vec<String> {
        self.below(&RESERVED)
    }

    pub(super) fn hidden(&self) -> Vec<String> {
        self.below(&HIDDEN)
    }

    /// What lies below the folders. The folders themselves may be there: something is mounted on them.
    fn below(&self, folders: &[&str]) -> Vec<String> {
        let inside = |entry: &WatchedEntry| {
            let within = |folder: &&str| entry.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            folders.iter().any(within)
        };
        self.told(inside)
    }

    pub(super) fn keys(&self) -> Vec<String> {
        let mut details = self.told(|entry| FORBIDDEN_FILES.contains(&entry.path.as_str()));
        details.extend(self.unlisted());
        details
    }

    pub(super) fn gpu_driver(&self) -> Vec<String> {
        self.told(|entry| {
            let name = entry.path.rsplit('/').next().unwrap_or_default();
            DRIVER_FILES.contains(&name) && !TOOLKIT_FOLDERS.iter().any(|folder| entry.path.contains(folder))
        })
    }

    pub(super) fn session(&self) -> Vec<String> {
        let last = self.entries().filter(|(_, entry)| entry.path == SESSION).last();
        match last.map(|(_, entry)| entry.kind) {
            Some(EntryKind::File | EntryKind::Link) => Vec::new(),
            Some(EntryKind::Removed) => vec![format!("`{SESSION}` is removed by a later layer")],
            Some(EntryKind::Folder | EntryKind::Special) | None => vec![format!("`{SESSION}` is not in the image")],
        }
    }

    fn told(&self, wanted: impl Fn(&WatchedEntry) -> bool) -> Vec<String> {
        let found = self.entries().filter(|(_, entry)| entry.kind != EntryKind::Removed && wanted(entry));
        found.map(|(index, entry)| format!("`{}` is in {}", entry.path, self.place(index))).collect()
    }

    /// A scan lists only so many entries of a layer. A key may be among the others, and then it has not been looked for.
    fn unlisted(&self) -> impl Iterator<Item = String> {
        let incomplete = |layer: &LayerScan| layer.watched_total > layer.watched.len() as u64;
        self.layers.iter().enumerate().filter(move |(_, layer)| incomplete(layer)).map(|(index, layer)| {
            let place = self.place(index);
            format!("{place} has {} entries in watched places, too many to be searched for keys", layer.watched_total)
        })
    }

    fn entries(&self) -> impl Iterator<Item = (usize, &WatchedEntry)> {
        let of_layer = |(index, layer): (usize, &'a LayerScan)| layer.watched.iter().map(move |entry| (index, entry));
        self.layers.iter().enumerate().flat_map(of_layer)
    }

    /// A layer as people can find it: its number from the base, and its digest as `docker image inspect` shows it.
    fn place(&self, index: usize) -> String {
        let digest = self.layers[index].diff_id.trim_start_matches("sha256:");
        let short = digest.get(..12).unwrap_or(digest);
        format!("layer {} of {} ({short})", index + 1, self.layers.len())
    }
}
