//! Understands both forms of an exported image: Docker's own (`manifest.json`, `ID/layer.tar`) and the OCI layout with
//! blobs named by their digests. What a blob is shows only in its first bytes, because the index comes last.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use crate::engine::scan::{LayerScan, WatchPath, scan_layer};

const BLOCK: usize = 512;
/// Configurations and manifests are far smaller.
const DOCUMENT_LIMIT: u64 = 8 << 20;
const MANIFEST: &str = "manifest.json";
/// A chain of links in an archive that is longer than this goes in circles.
const LINK_DEPTH: usize = 8;

/// What the archive held, by path.
#[derive(Default)]
struct Found {
    layers: HashMap<String, LayerScan>,
    documents: HashMap<String, Vec<u8>>,
    /// Engine 20.10 writes a layer once and links to it where it comes again.
    links: HashMap<String, String>,
}

/// Reads an exported image to its end.
pub(super) fn scan(archive: impl Read, watch: &[WatchPath]) -> Result<Vec<LayerScan>, LayerError> {
    let mut found = Found::default();
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries().map_err(|source| LayerError::Archive { source })? {
        let entry = entry.map_err(|source| LayerError::Archive { source })?;
        let path = normal("", &String::from_utf8_lossy(&entry.path_bytes()));
        if let Some(target) = entry.link_name_bytes() {
            let folder = if entry.header().entry_type().is_symlink() { parent(&path) } else { "" };
            let target = normal(folder, &String::from_utf8_lossy(&target));
            found.links.insert(path, target);
        } else if entry.header().entry_type().is_file() {
            let size = entry.size();
            found.take(path, size, entry, watch)?;
        }
    }
    found.in_order()
}

impl Found {
    fn take(&mut self, path: String, size: u64, mut blob: impl Read, watch: &[WatchPath]) -> Result<(), LayerError> {
        let unreadable = |source| LayerError::Blob { blob: path.clone(), source };
        let mut head = Vec::with_capacity(BLOCK);
        blob.by_ref().take(BLOCK as u64).read_to_end(&mut head).map_err(unreadable)?;
        let form = Form::of(&head);
        let mut whole = Cursor::new(head).chain(blob);
        match form {
            Form::Tar => {
                let layer = scan_layer(whole, watch).map_err(unreadable)?;
                self.layers.insert(path, layer);
            }
            Form::Gzip => {
                let layer = scan_layer(MultiGzDecoder::new(whole), watch).map_err(unreadable)?;
                self.layers.insert(path, layer);
            }
            Form::Zstandard => return Err(LayerError::Compression { blob: path, method: "zstd" }),
            Form::Json if size <= DOCUMENT_LIMIT => {
                let mut text = Vec::new();
                whole.read_to_end(&mut text).map_err(unreadable)?;
                self.documents.insert(path, text);
            }
            Form::Json | Form::Other => {}
        }
        Ok(())
    }

    fn in_order(&self) -> Result<Vec<LayerScan>, LayerError> {
        let images: Vec<Image> = self.document(MANIFEST)?;
        let image = images.first().ok_or_else(|| LayerError::Missing { blob: MANIFEST.to_owned() })?;
        let config: Config = self.document(&image.config)?;
        if config.rootfs.diff_ids.len() != image.layers.len() {
            return Err(LayerError::Count { listed: image.layers.len(), configured: config.rootfs.diff_ids.len() });
        }
        let pairs = image.layers.iter().zip(config.rootfs.diff_ids);
        pairs.map(|(path, diff_id)| Ok(LayerScan { diff_id, ..self.layer(path)?.clone() })).collect()
    }

    fn layer(&self, path: &str) -> Result<&LayerScan, LayerError> {
        let mut path = path;
        for _ in 0..LINK_DEPTH {
            match (self.layers.get(path), self.links.get(path)) {
                (Some(layer), _) => return Ok(layer),
                (None, Some(target)) => path = target,
                (None, None) => break,
            }
        }
        Err(LayerError::Missing { blob: path.to_owned() })
    }

    fn document<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, LayerError> {
        let text = self.documents.get(path).ok_or_else(|| LayerError::Missing { blob: path.to_owned() })?;
        serde_json::from_slice(text).map_err(|source| LayerError::Document { blob: path.to_owned(), source })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Image {
    config: String,
    /// An image without layers has `null` here.
    #[serde(default, deserialize_with = "null_is_empty")]
    layers: Vec<String>,
}

#[derive(Deserialize)]
struct Config {
    rootfs: Rootfs,
}

#[derive(Deserialize)]
struct Rootfs {
    #[serde(default, deserialize_with = "null_is_empty")]
    diff_ids: Vec<String>,
}

fn null_is_empty<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    Option::deserialize(value).map(Option::unwrap_or_default)
}

/// What a blob is, from its first block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Tar,
    Gzip,
    Zstandard,
    Json,
    Other,
}

impl Form {
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstandard,
            [b'{' | b'[', ..] => Self::Json,
            // An empty archive is zeros only; such layers exist.
            block if block.len() == BLOCK && (block[257..].starts_with(b"ustar") || block.iter().all(|b| *b == 0)) => {
                Self::Tar
            }
            _ => Self::Other,
        }
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path` as seen from `folder`, without `.` and `..`.
fn normal(folder: &str, path: &str) -> String {
    let mut parts = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Why an exported image could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// The archive as a whole is broken.
    #[error("the exported archive is broken")]
    Archive {
        /// Where.
        #[source]
        source: io::Error,
    },
    /// One blob in it is broken.
    #[error("`{blob}` in the exported archive is broken")]
    Blob {
        /// Its path.
        blob: String,
        /// Where.
        #[source]
        source: io::Error,
    },
    /// A layer is compressed in a way that is not understood.
    #[error("layer `{blob}` is compressed with {method}, which is not supported")]
    Compression {
        /// Its path.
        blob: String,
        /// The method.
        method: &'static str,
    },
    /// Something that the archive refers to is not in it.
    #[error("`{blob}` is missing in the exported archive")]
    Missing {
        /// Its path.
        blob: String,
    },
    /// A manifest or configuration is not of the expected form.
    #[error("`{blob}` in the exported archive is not of the expected form")]
    Document {
        /// Its path.
        blob: String,
        /// Where.
        #[source]
        source: serde_json::Error,
    },
    /// The manifest and the configuration contradict each other.
    #[error("the exported archive lists {listed} layers, the image's configuration {configured}")]
    Count {
        /// In the manifest.
        listed: usize,
        /// In the configuration.
        configured: usize,
    },
    /// The thread that reads ended early.
    #[error("the scan was stopped")]
    Stopped {
        /// How.
        #[source]
        source: tokio::task::JoinError,
    },
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn add(archive: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_uid(1);
        header.set_gid(1);
        archive.append_data(&mut header, path, content).expect("an entry");
    }

    fn layer(path: &str) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        add(&mut archive, path, b"content");
        archive.into_inner().expect("an archive")
    }

    fn paths(archive: tar::Builder<Vec<u8>>) -> Result<Vec<(String, Vec<String>)>, LayerError> {
        let bytes = archive.into_inner().expect("an archive");
        let layers = scan(bytes.as_slice(), &[WatchPath::Under("/".into())])?;
        let paths = |layer: &LayerScan| layer.watched.iter().map(|entry| entry.path.clone()).collect();
        Ok(layers.iter().map(|layer| (layer.diff_id.clone(), paths(layer))).collect())
    }

    #[test]
    fn reads_dockers_form_with_a_layer_that_comes_twice_and_an_empty_one() {
        let mut archive = tar::Builder::new(Vec::new());
        add(&mut archive, "one/layer.tar", &layer("a"));
        let mut link = tar::Header::new_ustar();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        archive.append_link(&mut link, "two/layer.tar", "../one/layer.tar").expect("a link");
        add(&mut archive, "three/layer.tar", &[0; 1024]);
        add(&mut archive, "c.json", br#"{"rootfs":{"diff_ids":["sha256:1","sha256:2","sha256:3"]}}"#);
        let manifest = r#"[{"Config":"c.json","Layers":["one/layer.tar","two/layer.tar","three/layer.tar"]}]"#;
        add(&mut archive, "manifest.json", manifest.as_bytes());
        let expected = [("sha256:1", vec!["/a"]), ("sha256:2", vec!["/a"]), ("sha256:3", vec![])];
        let expected = expected.map(|(id, paths)| (id.to_owned(), paths.into_iter().map(str::to_owned).collect()));
        assert_eq!(paths(archive).expect("an image"), expected);
    }

    #[test]
    fn reads_the_oci_layout_with_a_compressed_layer() {
        let mut compressed = GzEncoder::new(Vec::new(), Compression::fast());
        compressed.write_all(&layer("b")).expect("compression");
        let mut archive = tar::Builder::new(Vec::new());
        add(&mut archive, "blobs/sha256/1", &compressed.finish().expect("compression"));
        add(&mut archive, "blobs/sha256/2", br#"{"rootfs":{"diff_ids":["sha256:9"]}}"#);
        add(&mut archive, "oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
        let manifest = r#"[{"Config":"blobs/sha256/2","Layers":["blobs/sha256/1"]}]"#;
        add(&mut archive, "manifest.json", manifest.as_bytes());
        assert_eq!(paths(archive).expect("an image"), [("sha256:9".to_owned(), vec!["/b".to_owned()])]);
    }

    #[test]
    fn an_archive_that_ends_before_its_index_is_an_error() {
        let mut archive = tar::Builder::new(Vec::new());
        add(&mut archive, "one/layer.tar", &layer("a"));
        assert!(matches!(paths(archive), Err(LayerError::Missing { blob }) if blob == MANIFEST));
    }

    #[test]
    fn links_that_go_in_circles_are_an_error() {
        let found = Found { links: [("a".into(), "b".into()), ("b".into(), "a".into())].into(), ..Found::default() };
        assert!(matches!(found.layer("a"), Err(LayerError::Missing { .. })));
    }
}
