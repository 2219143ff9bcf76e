//! What the sandbox was asked for since it started: demos and tests read this.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Counters of a running sandbox.
#[derive(Debug, Default)]
pub struct Stats {
    calls: Mutex<BTreeMap<String, u64>>,
    bytes_received: AtomicU64,
    blobs_uploaded: AtomicU64,
    blobs_mounted: AtomicU64,
    blobs_existing: AtomicU64,
}

/// The counters at one moment, as `GET /_sandbox/stats` sends them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsReport {
    /// Calls per operation, such as `SageMaker.CreateImage` or `Registry.PutManifest`; refused ones count.
    pub calls: BTreeMap<String, u64>,
    /// Bytes of blob uploads, whether or not the upload was finished.
    pub registry_bytes_received: u64,
    /// Blobs that clients uploaded to the end.
    pub blobs_uploaded: u64,
    /// Blobs that were mounted from another repository.
    pub blobs_mounted: u64,
    /// Times a client asked for a blob before uploading it and it was there.
    pub blobs_existing: u64,
}

/// How a blob came to be in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobArrival {
    /// The client sent it.
    Uploaded,
    /// It was taken over from another repository.
    Mounted,
    /// It was there already.
    Existing,
}

impl Stats {
    /// Counts a call of `operation` (`Service.Operation`).
    pub fn called(&self, operation: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        match calls.get_mut(operation) {
            Some(count) => *count += 1,
            None => drop(calls.insert(operation.to_owned(), 1)),
        }
    }

    /// Counts bytes of an upload.
    pub fn received(&self, bytes: u64) {
        self.bytes_received.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts a blob.
    pub fn blob(&self, arrival: BlobArrival) {
        let counter = match arrival {
            BlobArrival::Uploaded => &self.blobs_uploaded,
            BlobArrival::Mounted => &self.blobs_mounted,
            BlobArrival::Existing => &self.blobs_existing,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters now.
    pub fn report(&self) -> StatsReport {
        StatsReport {
            calls: self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            registry_bytes_received: self.bytes_received.load(Ordering::Relaxed),
            blobs_uploaded: self.blobs_uploaded.load(Ordering::Relaxed),
            blobs_mounted: self.blobs_mounted.load(Ordering::Relaxed),
            blobs_existing: self.blobs_existing.load(Ordering::Relaxed),
        }
    }
}
