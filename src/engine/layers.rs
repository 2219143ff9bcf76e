//! Streams an image out of the engine and scans its layers, holding none of them in memory.

mod archive;
mod feed;

use hyper::Method;
use tokio::sync::mpsc;

use super::{DockerEngine, EngineError, LayerScan, WatchPath};

pub use archive::LayerError;

/// Chunks on their way from the connection to the thread that reads them.
const IN_FLIGHT: usize = 8;

impl DockerEngine {
    /// Reads every layer of `image`, lowest first, and lists the entries that `watch` matches: also those that a
    /// later layer removes, which are gone from the running image but not from the registry.
    pub async fn scan_layers(&self, image: &str, watch: &[WatchPath]) -> Result<Vec<LayerScan>, EngineError> {
        let exported = |source| EngineError::Export { image: image.to_owned(), source };
        let unreadable = |source| EngineError::Layers { image: image.to_owned(), source };
        let response = self.http.send(Method::GET, &format!("/images/{image}/get"), &[]).await.map_err(exported)?;
        let (sender, receiver) = mpsc::channel(IN_FLIGHT);
        let watch = watch.to_vec();
        let scan = tokio::task::spawn_blocking(move || archive::scan(feed::Feed::new(receiver), &watch));
        let (sent, scanned) = tokio::join!(feed::send(response.into_body(), sender), scan);
        sent.map_err(exported)?;
        scanned.map_err(|source| unreadable(LayerError::Stopped { source }))?.map_err(unreadable)
    }
}
