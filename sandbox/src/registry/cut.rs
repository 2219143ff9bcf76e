//! A switch that breaks one connection without an answer, as a lost network does.

use tokio_util::sync::CancellationToken;

/// One per connection; its requests carry clones.
#[derive(Debug, Clone, Default)]
pub struct Cut(CancellationToken);

impl Cut {
    /// Breaks the connection.
    pub fn now(&self) {
        self.0.cancel();
    }

    /// Waits until the connection is to break.
    pub async fn happened(&self) {
        self.0.cancelled().await;
    }
}
