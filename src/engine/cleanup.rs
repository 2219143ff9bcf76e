//! Work that dropped futures leave to be done: a destructor cannot wait, but somebody must.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// Tasks that remove what cancelled operations left behind; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Cleanups(Arc<Mutex<JoinSet<()>>>);

impl Cleanups {
    /// Starts `work` in the background. Without a runtime nothing can run any more; the label on what is left behind
    /// lets a later process find it.
    pub(super) fn start(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Ok(runtime) = Handle::try_current() {
            let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            while tasks.try_join_next().is_some() {}
            tasks.spawn_on(work, &runtime);
        }
    }

    /// Waits for all work that was started.
    pub(super) async fn settle(&self) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
    }
}
