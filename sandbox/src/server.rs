//! Starting and ending a sandbox: the state folder and its lock, the socket, the connections.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{any, get, post};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::aws;
use crate::cloud::Cloud;
use crate::control::{self, ControlError};
use crate::document::{Document, DocumentError};
use crate::fault::FaultBook;
use crate::identity::PasswordIssuer;
use crate::options::Options;
use crate::registry::{self, BlobStore, Cut, Uploads};
use crate::seed::{SeedError, seed_domain};
use crate::stats::Stats;

/// Before accepting again after that failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A running sandbox. Dropping it ends it; [`Sandbox::stop`] also waits until it has ended.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    server: JoinHandle<()>,
    stop: DropGuard,
}

/// Opens the state folder and serves it.
pub async fn start(options: Options) -> Result<Sandbox, StartError> {
    if !options.address.ip().is_loopback() {
        return Err(StartError::NotLoopback { address: options.address });
    }
    let folder = options.state.clone();
    fs::create_dir_all(&folder).map_err(|source| StartError::Folder { path: folder.clone(), source })?;
    let lock = lock(&folder)?;
    let bind_failed = |source| StartError::Bind { address: options.address, source };
    let listener = TcpListener::bind(options.address).await.map_err(bind_failed)?;
    let address = listener.local_addr().map_err(bind_failed)?;
    let cloud = Arc::new(open(&options, address)?);
    for seed in &options.seeds {
        seed_domain(&cloud, seed)?;
    }
    for fault in options.faults {
        control::arm(&cloud, fault)?;
    }
    let stopped = CancellationToken::new();
    let server = tokio::spawn(serve(listener, router(cloud), stopped.clone(), lock));
    Ok(Sandbox { address, server, stop: stopped.drop_guard() })
}

impl Sandbox {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Base URL of every service, such as `http://127.0.0.1:4566`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it: connections are closed, the port and the state folder are free when this returns.
    pub async fn stop(self) {
        drop(self.stop);
        ended(self.server).await;
    }

    /// Serves until the process ends.
    pub async fn wait(self) {
        let _running = self.stop;
        ended(self.server).await;
    }
}

async fn ended(server: JoinHandle<()>) {
    if let Err(error) = server.await {
        tracing::error!(error = &error as &dyn std::error::Error, "the sandbox ended badly");
    }
}

fn open(options: &Options, address: SocketAddr) -> Result<Cloud, StartError> {
    let folder = &options.state;
    let folder_failed = |path: PathBuf| move |source| StartError::Folder { path, source };
    let repositories = Document::open(folder.join("registry.json"))?;
    let blobs_at = folder.join("blobs");
    let uploads_at = folder.join("uploads");
    Ok(Cloud {
        account: options.account.clone(),
        region: options.region.clone(),
        address,
        pace: options.pace,
        faults: FaultBook::default(),
        stats: Stats::default(),
        blobs: BlobStore::open(blobs_at.clone(), &repositories.read()).map_err(folder_failed(blobs_at))?,
        uploads: Uploads::open(uploads_at.clone()).map_err(folder_failed(uploads_at))?,
        repositories,
        studio: Document::open(folder.join("sagemaker.json"))?,
        passwords: PasswordIssuer::new(secret(&folder.join("secret"))?),
    })
}

/// The system gives the lock back when the process ends, however it ends.
fn lock(folder: &Path) -> Result<File, StartError> {
    let path = folder.join("lock");
    let failed = |source| StartError::Folder { path: path.clone(), source };
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::Locked { path: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StartError::Folder { path, source }),
    }
}

fn secret(path: &Path) -> Result<Vec<u8>, StartError> {
    let failed = |source| StartError::Folder { path: path.to_owned(), source };
    match fs::read(path) {
        Ok(secret) if !secret.is_empty() => Ok(secret),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => {
            let secret = PasswordIssuer::new_secret();
            fs::write(path, &secret).map_err(failed)?;
            Ok(secret)
        }
    }
}

fn router(cloud: Arc<Cloud>) -> Router {
    Router::new()
        .route("/", post(aws::serve))
        .route("/v2", any(registry::serve))
        .route("/v2/", any(registry::serve))
        .route("/v2/{*rest}", any(registry::serve))
        .route("/_sandbox/health", get(control::health))
        .route("/_sandbox/stats", get(control::stats))
        .route("/_sandbox/faults", get(control::list_faults).post(control::add_faults).delete(control::clear_faults))
        .route("/_sandbox/seed", post(control::seed))
        .with_state(cloud)
}

async fn serve(listener: TcpListener, router: Router, stopped: CancellationToken, _lock: File) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(stream, router.clone()))),
                Err(error) => {
                    // Out of file handles, mostly: asking again at once would only burn time until one is given back.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers may be delayed");
    }
    let cut = Cut::default();
    let router = TowerToHyperService::new(router);
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(cut.clone());
        router.call(request)
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        result = served => if let Err(error) = result {
            tracing::debug!(%error, "a connection ended early");
        },
        () = cut.happened() => tracing::info!("a connection was cut, as a fault asks for"),
    }
}

/// Why a sandbox does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address can be reached from other machines.
    #[error("the sandbox serves this machine only and `{address}` is not a loopback address")]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The folder or a file in it cannot be used.
    #[error("cannot use sandbox state `{}`", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process serves the folder.
    #[error("another sandbox serves the state folder `{}`", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on `{address}`")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A document of the state cannot be used.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A domain cannot be seeded.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A fault cannot be put in force.
    #[error(transparent)]
    Fault(#[from] ControlError),
}
