//! Downloads files once, as a stream: into the cache, never into memory.

use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;
use reqwest::header::{ETAG, IF_NONE_MATCH};
use reqwest::{Client, Response, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};
use tokio::io::AsyncWriteExt as _;

use super::Download;
use super::agreement::sha256_of;
use crate::progress::{Outcome, Reporter, Stage, Task, Unit};
use crate::spec::name::NameError;

/// Whether a file that is in the cache is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchPolicy {
    /// What the cache has is good.
    Reuse,
    /// The server is asked whether it has changed.
    Revalidate,
}

/// Why a file could not be downloaded.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The server could not be asked.
    #[error("cannot download `{url}`")]
    Request {
        /// The address.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server said no.
    #[error("`{url}` answers {status}")]
    Status {
        /// The address.
        url: String,
        /// What it answered.
        status: StatusCode,
    },
    /// The cache could not be written.
    #[error("cannot keep a download in `{path}`")]
    Cache {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server sent fewer bytes than it announced, or the cache holds something impossible.
    #[error("`{url}` ended after {got} of {announced} bytes")]
    Short {
        /// The address.
        url: String,
        /// Bytes received.
        got: u64,
        /// Bytes announced.
        announced: u64,
    },
    /// The computed digest is no digest, which only a broken cache entry can cause.
    #[error("the cache entry of `{url}` is broken")]
    Entry {
        /// The address.
        url: String,
        /// Why.
        #[source]
        source: NameError,
    },
}

impl DownloadError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Status { status, .. } if *status == StatusCode::NOT_FOUND => {
                Some("check the version, and `[sources]` in slipway.toml where a mirror is used".to_owned())
            }
            Self::Request { source, .. } if source.is_connect() => {
                Some("check the network, and `[sources]` in slipway.toml where a mirror is used".to_owned())
            }
            _ => None,
        }
    }
}

/// What is remembered about a cached file.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    url: String,
    sha256: String,
    size: u64,
    etag: Option<String>,
}

/// Files by address, each with its digest.
#[derive(Debug, Clone)]
pub struct DownloadCache {
    folder: PathBuf,
    client: Client,
}

impl DownloadCache {
    /// A cache in a folder, which is made when it is first needed.
    pub fn new(folder: impl Into<PathBuf>, client: Client) -> Self {
        Self { folder: folder.into(), client }
    }

    /// Asks for a file without its content: whether the address answers.
    pub async fn probe(&self, url: &str) -> Result<(), DownloadError> {
        let response = self.client.head(url).send().await.map_err(|source| request(url, source))?;
        accepted(url, response).map(drop)
    }

    /// Downloads a file, or finds it in the cache, and says what it holds.
    pub async fn fetch(&self, url: &str, policy: FetchPolicy, reporter: &Reporter) -> Result<Download, DownloadError> {
        let task = reporter.start(Stage::Lock, url);
        let cached = self.read_entry(url).await;
        if let (Some(entry), FetchPolicy::Reuse) = (&cached, policy) {
            let download = described(entry)?;
            task.finish(Outcome::Cached);
            return Ok(download);
        }
        let mut ask = self.client.get(url);
        if let Some(etag) = cached.as_ref().and_then(|entry| entry.etag.as_deref()) {
            ask = ask.header(IF_NONE_MATCH, etag);
        }
        let response = ask.send().await.map_err(|source| request(url, source))?;
        match cached {
            Some(entry) if response.status() == StatusCode::NOT_MODIFIED => {
                task.finish(Outcome::Cached);
                described(&entry)
            }
            _ => {
                let entry = self.receive(url, accepted(url, response)?, &task).await?;
                task.finish(Outcome::Done);
                described(&entry)
            }
        }
    }

    async fn receive(&self, url: &str, response: Response, task: &Task) -> Result<Entry, DownloadError> {
        let announced = response.content_length();
        let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let folder = self.entry_folder(url);
        let failed = |source| DownloadError::Cache { path: folder.clone(), source };
        tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
        let part = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
        let mut file = tokio::fs::File::from_std(part.reopen().map_err(failed)?);
        let (mut hasher, mut size) = (Hasher::new(), 0);
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|source| request(url, source))?;
            hasher.update(&chunk);
            file.write_all(&chunk).await.map_err(failed)?;
            size += chunk.len() as u64;
            task.progress(size, announced, Unit::Bytes);
        }
        file.flush().await.map_err(failed)?;
        if let Some(announced) = announced.filter(|announced| *announced != size) {
            return Err(DownloadError::Short { url: url.to_owned(), got: size, announced });
        }
        part.persist(folder.join("data")).map_err(|error| failed(error.error))?;
        let entry = Entry { url: url.to_owned(), sha256: hex::encode(hasher.finalize()), size, etag };
        write_entry(&folder, &entry).map_err(failed)?;
        Ok(entry)
    }

    /// A missing or unreadable entry is no entry: the file is downloaded again.
    async fn read_entry(&self, url: &str) -> Option<Entry> {
        let folder = self.entry_folder(url);
        let text = tokio::fs::read(folder.join("entry.json")).await.ok()?;
        let entry: Entry = serde_json::from_slice(&text).ok()?;
        let size = tokio::fs::metadata(folder.join("data")).await.ok()?.len();
        (entry.url == url && entry.size == size).then_some(entry)
    }

    fn entry_folder(&self, url: &str) -> PathBuf {
        self.folder.join(sha256_of(url))
    }
}

fn write_entry(folder: &Path, entry: &Entry) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut file, entry)?;
    file.persist(folder.join("entry.json")).map(drop).map_err(|error| error.error)
}

fn described(entry: &Entry) -> Result<Download, DownloadError> {
    let sha256 = entry.sha256.parse().map_err(|source| DownloadError::Entry { url: entry.url.clone(), source })?;
    Ok(Download { url: entry.url.clone(), sha256, size: entry.size })
}

fn accepted(url: &str, response: Response) -> Result<Response, DownloadError> {
    let status = response.status();
    if status.is_success() { Ok(response) } else { Err(DownloadError::Status { url: url.to_owned(), status }) }
}

fn request(url: &str, source: reqwest::Error) -> DownloadError {
    // The address stands in our own message already.
    DownloadError::Request { url: url.to_owned(), source: source.without_url() }
}
