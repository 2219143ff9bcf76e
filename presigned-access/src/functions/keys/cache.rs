//! The keys of one issuer, at hand or fetched as its schedule says.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::fetch::Fetcher;
use super::{Event, Observer};
use crate::jwt::schedule::{Key, Limits, Schedule, Step};
use crate::jwt::{Issuer, KeySet, KeysUrl, Refusal};

/// Where the keys of one issuer are.
pub(super) enum Cache {
    /// In the configuration.
    Snapshot(Arc<KeySet>),
    /// At an address.
    Remote(Remote),
}

impl Cache {
    /// Keys to verify a token with that names `key_id`.
    pub(super) async fn keys(&self, key_id: &str, now: Timestamp) -> Result<Arc<KeySet>, Refusal> {
        match self {
            Self::Snapshot(keys) => Ok(Arc::clone(keys)),
            Self::Remote(remote) => remote.keys(key_id, now).await,
        }
    }
}

/// Keys at an address.
pub(super) struct Remote {
    issuer: String,
    url: KeysUrl,
    fetcher: Fetcher,
    observer: Observer,
    state: Mutex<State>,
    /// Changes whenever a fetch ends.
    ended: watch::Sender<()>,
}

struct State {
    keys: Option<Arc<KeySet>>,
    schedule: Schedule,
}

/// What a look at the state leads to.
enum Next {
    Done(Arc<KeySet>),
    Stale(Arc<KeySet>, SignedDuration),
    Refuse(Refusal),
    Wait,
    Fetch,
}

impl Remote {
    pub(super) fn new(issuer: &Issuer, url: &KeysUrl, fetcher: Fetcher, observer: Observer) -> Self {
        let state = Mutex::new(State { keys: None, schedule: Schedule::new(Limits::default()) });
        let ended = watch::Sender::new(());
        Self { issuer: issuer.name().to_owned(), url: url.clone(), fetcher, observer, state, ended }
    }

    async fn keys(&self, key_id: &str, now: Timestamp) -> Result<Arc<KeySet>, Refusal> {
        loop {
            // Before the look, so that an end between the look and the wait is seen.
            let mut ended = self.ended.subscribe();
            match self.next(key_id, now) {
                Next::Done(keys) => return Ok(keys),
                Next::Stale(keys, age) => {
                    (self.observer)(&Event::Stale { issuer: &self.issuer, age });
                    return Ok(keys);
                }
                Next::Refuse(refusal) => return Err(refusal),
                // The sender lives in `self`, so waiting cannot fail; if it did, the next look decides.
                Next::Wait => drop(ended.changed().await),
                Next::Fetch => self.fetch(now).await,
            }
        }
    }

    /// Asks the schedule, and takes the fetch if there is one to make: nobody else will be told to.
    fn next(&self, key_id: &str, now: Timestamp) -> Next {
        let mut state = self.state();
        let key = if state.keys.as_ref().is_some_and(|keys| keys.holds(key_id)) { Key::Known } else { Key::Unknown };
        match (state.schedule.step(key, now), state.keys.clone()) {
            (Step::Use, Some(keys)) => Next::Done(keys),
            (Step::ServeStale { age }, Some(keys)) => Next::Stale(keys, age),
            (Step::Fetch, _) => {
                state.schedule.started(now);
                Next::Fetch
            }
            (Step::Wait, _) => Next::Wait,
            (Step::RefuseUnknown, _) => Next::Refuse(Refusal::KeyUnknown),
            (Step::RefuseUnavailable, _) | (Step::Use | Step::ServeStale { .. }, None) => {
                Next::Refuse(Refusal::KeysUnavailable)
            }
        }
    }

    async fn fetch(&self, now: Timestamp) {
        let ending = Ending { remote: self };
        match self.fetcher.fetch(&self.url).await {
            Ok(keys) => {
                let count = keys.len();
                {
                    let mut state = self.state();
                    state.keys = Some(Arc::new(keys));
                    state.schedule.fetched(now);
                }
                (self.observer)(&Event::Fetched { issuer: &self.issuer, keys: count });
            }
            Err(error) => (self.observer)(&Event::Failed { issuer: &self.issuer, error: &error }),
        }
        drop(ending);
    }

    /// The state; whoever panicked while holding it left it whole, because nothing is called in between.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a fetch however it ends, even if its caller goes away in the middle.
struct Ending<'a> {
    remote: &'a Remote,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.remote.state().schedule.ended();
        self.remote.ended.send_replace(());
    }
}
