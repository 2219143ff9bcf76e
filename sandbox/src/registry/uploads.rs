//! Blob uploads under way. Each is a file that grows and a hash that follows it. Uploads do not outlive the process:
//! a client that finds its upload gone begins again, as the specification lets it.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::StreamExt;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Cut, Digest};
use crate::cloud::Cloud;

/// Pieces of a body that wait for the disk. Bounds the memory of an upload, whatever its size.
const QUEUE: usize = 8;

/// All uploads under way.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    open: Mutex<HashMap<Uuid, Arc<Upload>>>,
}

/// One upload.
#[derive(Debug)]
pub struct Upload {
    /// Its name in URLs.
    pub id: Uuid,
    /// The repository it is for.
    pub repository: String,
    path: PathBuf,
    progress: tokio::sync::Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    received: u64,
    hasher: Sha256,
}

/// Why a piece of an upload was not taken.
#[derive(Debug, Error)]
pub enum AppendError {
    /// It does not begin where the upload ends.
    #[error("the upload has {received} bytes")]
    Misplaced {
        /// Length of the upload.
        received: u64,
    },
    /// The client went away; what it sent before is kept.
    #[error("the client stopped sending")]
    ClientGone(#[source] axum::Error),
    /// A fault broke the connection.
    #[error("the connection was cut")]
    Cut,
    /// The file could not be written.
    #[error("cannot write the upload")]
    Disk(#[source] io::Error),
}

impl Uploads {
    /// Opens the folder and removes what a former process left in it.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, open: Mutex::default() })
    }

    /// Begins an upload.
    pub fn start(&self, repository: &str) -> io::Result<Arc<Upload>> {
        let id = Uuid::new_v4();
        let path = self.folder.join(id.to_string());
        File::create(&path)?;
        let upload =
            Arc::new(Upload { id, repository: repository.to_owned(), path, progress: tokio::sync::Mutex::default() });
        self.table(|table| table.insert(id, Arc::clone(&upload)));
        Ok(upload)
    }

    /// An upload of this repository.
    pub fn find(&self, repository: &str, id: &str) -> Option<Arc<Upload>> {
        let id = id.parse().ok()?;
        self.table(|table| table.get(&id).filter(|upload| upload.repository == repository).cloned())
    }

    /// Forgets an upload; its file goes with it unless it was taken over.
    pub fn forget(&self, upload: &Upload) -> io::Result<()> {
        self.table(|table| table.remove(&upload.id));
        match fs::remove_file(&upload.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn table<T>(&self, act: impl FnOnce(&mut HashMap<Uuid, Arc<Upload>>) -> T) -> T {
        act(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Upload {
    /// How many bytes it has. Waits for a piece that is being written.
    pub async fn received(&self) -> u64 {
        self.progress.lock().await.received
    }

    /// Makes the finished file a blob if its content has this digest; otherwise says which digest it has.
    pub async fn finish(&self, cloud: &Cloud, digest: &Digest) -> io::Result<Result<u64, Digest>> {
        let progress = self.progress.lock().await;
        let found = Digest::finish(progress.hasher.clone());
        if found != *digest {
            return Ok(Err(found));
        }
        cloud.blobs.adopt(&self.path, digest)?;
        Ok(Ok(progress.received))
    }
}

/// Appends a body, which begins at byte `at` if that is known, and returns the new length. Runs on when the request is
/// dropped, so that what arrived before a lost connection counts and the client can go on from there.
pub async fn append(
    cloud: &Arc<Cloud>,
    upload: &Arc<Upload>,
    at: Option<u64>,
    body: Body,
    cut: Cut,
) -> Result<u64, AppendError> {
    let (cloud, upload) = (Arc::clone(cloud), Arc::clone(upload));
    let task = tokio::spawn(async move { write(&cloud, &upload, at, body, &cut).await });
    task.await.map_err(|error| AppendError::Disk(io::Error::other(error)))?
}

async fn write(cloud: &Cloud, upload: &Upload, at: Option<u64>, body: Body, cut: &Cut) -> Result<u64, AppendError> {
    let mut progress = upload.progress.lock().await;
    let before = progress.received;
    if at.is_some_and(|at| at != before) {
        return Err(AppendError::Misplaced { received: before });
    }
    let file = OpenOptions::new().append(true).open(&upload.path).map_err(AppendError::Disk)?;
    let (queue, pieces) = mpsc::channel(QUEUE);
    let hasher = progress.hasher.clone();
    let writer = tokio::task::spawn_blocking(move || store(file, hasher, pieces));
    let fed = feed(cloud, before, body.into_data_stream(), queue).await;
    let (written, hasher) = writer.await.map_err(io::Error::other).flatten().map_err(AppendError::Disk)?;
    *progress = Progress { received: before + written, hasher };
    if let Err(AppendError::Cut) = fed {
        cut.now();
    }
    fed.map(|()| before + written)
}

async fn feed(
    cloud: &Cloud,
    mut received: u64,
    mut body: BodyDataStream,
    queue: mpsc::Sender<Bytes>,
) -> Result<(), AppendError> {
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(AppendError::ClientGone)?;
        let length = piece.len() as u64;
        received += length;
        cloud.stats.received(length);
        if cloud.faults.cuts(received) {
            return Err(AppendError::Cut);
        }
        // A writer that is gone has failed and is about to say why.
        if queue.send(piece).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn store(mut file: File, mut hasher: Sha256, mut pieces: mpsc::Receiver<Bytes>) -> io::Result<(u64, Sha256)> {
    let mut written = 0;
    while let Some(piece) = pieces.blocking_recv() {
        hasher.update(&piece);
        file.write_all(&piece)?;
        written += piece.len() as u64;
    }
    Ok((written, hasher))
}
