//! Follows the lines that the engine writes while it pushes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{LayerOutcome, PushError, PushReference, Pushed, PushedLayer};
use crate::progress::{Outcome, Reporter, Stage, Task, Unit};

/// One line of the engine's answer.
#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    id: String,
    #[serde(default)]
    status: String,
    #[serde(default, rename = "progressDetail")]
    progress: Option<Transfer>,
    aux: Option<Manifest>,
    /// What went wrong; the last line then.
    pub(super) error: Option<String>,
}

#[derive(Deserialize)]
struct Transfer {
    current: Option<u64>,
    total: Option<u64>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Digest")]
    digest: Option<String>,
    #[serde(rename = "Size")]
    size: Option<u64>,
}

/// What the lines said so far.
#[derive(Default)]
pub(super) struct Progress {
    order: Vec<String>,
    layers: BTreeMap<String, Layer>,
    manifest: Option<(String, u64)>,
}

#[derive(Default)]
struct Layer {
    bytes: Option<u64>,
    total: Option<u64>,
    task: Option<Task>,
    outcome: Option<LayerOutcome>,
}

impl Progress {
    /// Takes one line; `whole` counts the layers that are done.
    pub(super) fn accept(&mut self, line: Line, reporter: &Reporter, whole: &Task) {
        match line.aux {
            Some(Manifest { digest: Some(digest), size }) => self.manifest = Some((digest, size.unwrap_or_default())),
            // Stores that send no `aux` still end with this line.
            _ if line.status.contains(": digest: sha256:") => self.manifest = parse_digest_line(&line.status),
            _ if !line.id.is_empty() => self.layer(line, reporter, whole),
            _ => {}
        }
    }

    fn layer(&mut self, line: Line, reporter: &Reporter, whole: &Task) {
        if !self.layers.contains_key(&line.id) {
            self.order.push(line.id.clone());
        }
        let layer = self.layers.entry(line.id.clone()).or_default();
        let mut start = || reporter.start(Stage::Push, format!("layer {}", line.id));
        match line.status.as_str() {
            "Pushing" => {
                let progress = line.progress.unwrap_or(Transfer { current: None, total: None });
                layer.bytes = layer.bytes.max(progress.current);
                layer.total = progress.total.or(layer.total);
                let task = layer.task.get_or_insert_with(&mut start);
                task.progress(layer.bytes.unwrap_or_default(), layer.total, Unit::Bytes);
            }
            "Pushed" => layer.end(LayerOutcome::Pushed, start),
            "Layer already exists" => layer.end(LayerOutcome::Exists, start),
            status if status.starts_with("Mounted from") => layer.end(LayerOutcome::Mounted, start),
            status => {
                if let Some(task) = &layer.task {
                    task.status(status);
                }
            }
        }
        let ended = self.layers.values().filter(|layer| layer.outcome.is_some()).count();
        whole.progress(as_u64(ended), Some(as_u64(self.layers.len())), Unit::Items);
    }

    /// What came out, once the engine has ended.
    pub(super) fn result(self, reference: &PushReference) -> Result<Pushed, PushError> {
        let (digest, manifest_size) =
            self.manifest.ok_or_else(|| PushError::NoDigest { reference: reference.to_string() })?;
        let mut layers = self.layers;
        let layers: Vec<_> = self
            .order
            .into_iter()
            .filter_map(|id| layers.remove(&id).map(|layer| (id, layer)))
            .filter_map(|(id, layer)| Some(PushedLayer { id, bytes: layer.bytes, outcome: layer.outcome? }))
            .collect();
        let bytes_sent = layers.iter().filter_map(|layer| layer.bytes).sum();
        Ok(Pushed { digest, manifest_size, layers, bytes_sent })
    }
}

impl Layer {
    fn end(&mut self, outcome: LayerOutcome, start: impl FnOnce() -> Task) {
        if self.outcome.replace(outcome).is_some() {
            return;
        }
        let task = self.task.take().unwrap_or_else(start);
        match outcome {
            LayerOutcome::Pushed => {
                // Engines report now and then, and not once more at the end.
                self.bytes = self.bytes.max(self.total);
                task.finish(Outcome::Done);
            }
            LayerOutcome::Exists | LayerOutcome::Mounted => {
                self.bytes = Some(0);
                task.finish(Outcome::Cached);
            }
        }
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Reads `TAG: digest: sha256:... size: N`.
fn parse_digest_line(status: &str) -> Option<(String, u64)> {
    let (_, rest) = status.split_once(": digest: ")?;
    let (digest, size) = rest.split_once(" size: ")?;
    Some((digest.to_owned(), size.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_digest_from_the_last_line_of_engines_without_aux() {
        let digest = format!("sha256:{}", "0".repeat(64));
        assert_eq!(parse_digest_line(&format!("one: digest: {digest} size: 528")), Some((digest, 528)));
        assert_eq!(parse_digest_line("one: digest: sha256:0"), None);
    }
}
