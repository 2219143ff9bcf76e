//! The configuration in force, read again now and then so that a rotation needs no deployment.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_ssm::Client;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::settings::{Document, Refresh, chosen};
use super::{ConfigurationError, Settings, Source, reference};
use crate::functions::desk::Desk;
use crate::functions::metrics::Metric;

/// After reading it again failed: how long nobody tries.
const PAUSE: SignedDuration = SignedDuration::from_secs(15);

/// The configuration in force.
pub struct Live<S> {
    source: Source,
    client: Client,
    state: Mutex<State<S>>,
    reading: tokio::sync::Mutex<()>,
}

struct State<S> {
    settings: Arc<S>,
    sections: Map<String, Value>,
    refresh: Refresh,
    read: Timestamp,
    tried: Timestamp,
}

impl<S: Settings> Live<S> {
    /// Reads the configuration.
    ///
    /// # Errors
    /// It cannot be read, or has mistakes.
    pub async fn open(source: Source, client: Client, desk: &Desk) -> Result<Self, ConfigurationError> {
        let sections = Box::pin(sections::<S>(&source, &client)).await?;
        let now = desk.clock.now();
        let (settings, refresh) = prepared(sections.clone(), desk)?;
        let state = State { settings: Arc::new(settings), sections, refresh, read: now, tried: now };
        Ok(Self { source, client, state: Mutex::new(state), reading: tokio::sync::Mutex::const_new(()) })
    }

    /// The configuration in force; reads it again first if it is old. While one request reads, others take what is there.
    ///
    /// # Errors
    /// It is too old, and could not be read again.
    pub async fn get(&self, desk: &Desk) -> Result<Arc<S>, ConfigurationError> {
        let now = desk.clock.now();
        if self.state().due(now)
            && let Ok(_reading) = self.reading.try_lock()
            && self.state().due(now)
        {
            self.read_again(desk, now).await;
        }
        self.state().usable(now)
    }

    async fn read_again(&self, desk: &Desk, now: Timestamp) {
        self.state().tried = now;
        let read = Box::pin(sections::<S>(&self.source, &self.client)).await;
        if let Err(error) = read.and_then(|sections| self.renew(sections, desk, now)) {
            desk.note("configuration.stale", &error.to_string());
            desk.counted(Metric::ConfigurationStale);
        }
    }

    /// What has not changed stays as it is, and with it the keys that were fetched.
    fn renew(&self, sections: Map<String, Value>, desk: &Desk, now: Timestamp) -> Result<(), ConfigurationError> {
        let changed = self.state().sections != sections;
        let renewed = if changed { Some(prepared::<S>(sections.clone(), desk)?) } else { None };
        let mut state = self.state();
        if let Some((settings, refresh)) = renewed {
            state.settings = Arc::new(settings);
            state.refresh = refresh;
            state.sections = sections;
        }
        state.read = now;
        Ok(())
    }
}

impl<S> Live<S> {
    /// The state; whoever panicked while holding it left it whole, because nothing is called in between.
    fn state(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> State<S> {
    /// Distances count in either direction: a clock that was set back makes a configuration old, not young for ever.
    fn due(&self, now: Timestamp) -> bool {
        let since = |earlier: Timestamp| now.duration_since(earlier).abs();
        let failed_lately = self.tried != self.read && since(self.tried) < PAUSE;
        !failed_lately && since(self.read) >= SignedDuration::from_secs(self.refresh.after_seconds.into())
    }

    fn usable(&self, now: Timestamp) -> Result<Arc<S>, ConfigurationError> {
        let kept = self.refresh.keep_seconds.max(self.refresh.after_seconds);
        if now.duration_since(self.read).abs() > SignedDuration::from_secs(kept.into()) {
            return Err(ConfigurationError::TooOld { since: self.read });
        }
        Ok(Arc::clone(&self.settings))
    }
}

async fn sections<S: Settings>(source: &Source, client: &Client) -> Result<Map<String, Value>, ConfigurationError> {
    let document = source.read(client).await?;
    let sections = chosen(document, S::SECTIONS).map_err(ConfigurationError::Mistakes)?;
    reference::resolve(client, sections).await
}

fn prepared<S: Settings>(sections: Map<String, Value>, desk: &Desk) -> Result<(S, Refresh), ConfigurationError> {
    let document = Document::read(sections).map_err(ConfigurationError::Mistakes)?;
    let refresh = document.refresh;
    let settings = S::prepare(document, desk).map_err(ConfigurationError::Mistakes)?;
    Ok((settings, refresh))
}

impl<S> fmt::Debug for Live<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("source", &self.source).finish_non_exhaustive()
    }
}
