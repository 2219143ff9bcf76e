//! Opens a byte stream to the engine, whichever way its address asks for.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::process::Command;
use tokio_rustls::TlsConnector;

use super::host::Host;

/// An engine that has not accepted a connection by then is taken for absent.
const PATIENCE: Duration = Duration::from_secs(15);
/// As much of ssh's complaint as anybody will read.
const COMPLAINT_LIMIT: u64 = 4096;

/// Connects to one engine; cheap to clone.
#[derive(Clone)]
pub(super) struct Dialer {
    host: Arc<Host>,
    tls: Option<TlsConnector>,
}

impl Dialer {
    /// Prepares for `host`; with TLS this reads the certificates.
    pub(super) fn new(host: &Host) -> Result<Self, DialError> {
        let tls = match host {
            Host::Tls { certificates, .. } => Some(tls_connector(certificates)?),
            Host::Unix(_) | Host::Tcp { .. } | Host::Ssh { .. } => None,
        };
        Ok(Self { host: Arc::new(host.clone()), tls })
    }

    async fn dial(self) -> io::Result<Wire> {
        tokio::time::timeout(PATIENCE, self.open()).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    async fn open(&self) -> io::Result<Wire> {
        match &*self.host {
            Host::Unix(path) => Ok(Wire::new(UnixStream::connect(path).await?)),
            Host::Tcp { host, port } => Ok(Wire::new(tcp(host, *port).await?)),
            Host::Tls { host, port, .. } => {
                let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
                let connector = self.tls.as_ref().expect("a TLS host should have got its connector in `new`");
                Ok(Wire::new(connector.connect(name, tcp(host, *port).await?).await?))
            }
            Host::Ssh { host, user, port } => ssh(host, user.as_deref(), *port),
        }
    }
}

impl tower::Service<Uri> for Dialer {
    type Response = TokioIo<Wire>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Wire>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let dialer = self.clone();
        Box::pin(async move { dialer.dial().await.map(TokioIo::new) })
    }
}

async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Runs `docker system dial-stdio` over there, as Docker's own client does.
fn ssh(host: &str, user: Option<&str>, port: Option<u16>) -> io::Result<Wire> {
    let mut command = Command::new("ssh");
    if let Some(user) = user {
        command.args(["-l", user]);
    }
    if let Some(port) = port {
        command.args(["-p", &port.to_string()]);
    }
    // A password prompt would fight with the progress display, and CI has nobody to answer it.
    command.args(["-o", "BatchMode=yes", "-T", "--", host, "docker", "system", "dial-stdio"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::Error::other("ssh started without its pipes"));
    };
    let wire = Wire::new(tokio::io::join(stdout, stdin));
    let host = host.to_owned();
    // The program ends by itself when the connection is dropped, because that closes its standard input.
    tokio::spawn(async move {
        let mut complaint = Vec::new();
        let read = stderr.take(COMPLAINT_LIMIT).read_to_end(&mut complaint).await;
        let status = child.wait().await;
        if read.is_err() || !status.is_ok_and(|status| status.success()) {
            tracing::warn!(%host, "ssh ended: {}", String::from_utf8_lossy(&complaint).trim());
        }
    });
    Ok(wire)
}

fn tls_connector(folder: &Path) -> Result<TlsConnector, DialError> {
    let mut roots = rustls::RootCertStore::empty();
    for authority in certificates(&folder.join("ca.pem"))? {
        roots.add(authority).map_err(|source| DialError::Tls { folder: folder.to_owned(), source })?;
    }
    let own = certificates(&folder.join("cert.pem"))?;
    let key_path = folder.join("key.pem");
    let key = PrivateKeyDer::from_pem_file(&key_path).map_err(|source| DialError::Pem { path: key_path, source })?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_root_certificates(roots).with_client_auth_cert(own, key))
        .map_err(|source| DialError::Tls { folder: folder.to_owned(), source })?;
    Ok(TlsConnector::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, DialError> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|source| DialError::Pem { path: path.to_owned(), source })
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// An open connection, of whatever kind.
pub(super) struct Wire(Box<dyn Duplex>);

impl Wire {
    fn new(stream: impl Duplex + 'static) -> Self {
        Self(Box::new(stream))
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// Why a connection could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// A certificate or key file is missing or is not PEM.
    #[error("cannot read `{}`", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: pem::Error,
    },
    /// The certificates do not fit together.
    #[error("cannot use the certificates in `{}`", folder.display())]
    Tls {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with them.
        #[source]
        source: rustls::Error,
    },
}
