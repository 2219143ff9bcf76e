//! An identity provider on this machine: a TLS server with a certificate of its own that behaves as it is told.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;

/// What the provider does with a request.
#[derive(Clone)]
pub enum Manner {
    /// Answers with these bytes and hangs up.
    Answers(Vec<u8>),
    /// Reads the request and says nothing, ever.
    Silent,
    /// Begins an answer and never ends it.
    Stalls,
    /// Sends a body without end.
    Endless,
}

impl Manner {
    /// A set of keys, with a content type that is as wrong as real ones are.
    pub fn keys(set: &str) -> Self {
        Self::status("200 OK", &[("content-type", "text/html")], set)
    }

    /// A complete answer.
    pub fn status(status: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let mut lines = vec![format!("HTTP/1.1 {status}"), format!("content-length: {}", body.len())];
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        Self::Answers(format!("{}\r\n\r\n{body}", lines.join("\r\n")).into())
    }
}

struct Shared {
    manner: Mutex<Manner>,
    requests: watch::Sender<usize>,
    sent: AtomicUsize,
}

/// A running provider; stops, and refuses connections, when it is dropped.
pub struct Provider {
    address: SocketAddr,
    certificate: Certificate,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A self-signed certificate with its key.
#[derive(Clone)]
pub struct Certificate {
    pem: String,
    der: Vec<u8>,
    key: Vec<u8>,
}

impl Certificate {
    /// A certificate for that host name or address.
    pub fn of(host: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![host.to_owned()]).expect("a certificate should be made");
        Self { pem: made.cert.pem(), der: made.cert.der().to_vec(), key: made.signing_key.serialize_der() }
    }
}

impl Provider {
    /// Starts a provider on a free port.
    pub fn start(manner: Manner) -> Self {
        Self::start_at("127.0.0.1:0", Certificate::of("127.0.0.1"), manner)
    }

    /// Starts a provider at an address with a certificate.
    pub fn start_at(address: &str, certificate: Certificate, manner: Manner) -> Self {
        let listener = TcpListener::bind(address).expect("the port should be free");
        let address = listener.local_addr().expect("a bound listener should have an address");
        let shared =
            Arc::new(Shared { manner: Mutex::new(manner), requests: watch::Sender::new(0), sent: AtomicUsize::new(0) });
        let (stop, stopped) = oneshot::channel();
        let (served, tls) = (Arc::clone(&shared), acceptor(&certificate));
        let thread = std::thread::spawn(move || serve(listener, &tls, &served, stopped));
        Self { address, certificate, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// The address of its keys.
    pub fn url(&self) -> String {
        format!("https://{}/keys", self.address)
    }

    /// Its certificate in PEM.
    pub fn root(&self) -> String {
        self.certificate.pem.clone()
    }

    /// Behaves differently from now on.
    pub fn turn(&self, manner: Manner) {
        *self.shared.manner.lock().expect("no test should panic with the manner in its hand") = manner;
    }

    /// How many requests came so far.
    pub fn requests(&self) -> usize {
        *self.shared.requests.borrow()
    }

    /// How many bytes of endless bodies were sent.
    pub fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Waits until that many requests came.
    pub async fn wait_for_requests(&self, count: usize) {
        let mut requests = self.shared.requests.subscribe();
        requests.wait_for(|seen| *seen >= count).await.expect("the provider should run");
    }

    /// Goes away; what is returned starts it again in the same place.
    pub fn go(mut self) -> impl FnOnce(Manner) -> Self {
        self.end();
        let (address, certificate) = (self.address, self.certificate.clone());
        move |manner| Self::start_at(&address.to_string(), certificate, manner)
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the provider should end in peace");
        }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.end();
    }
}

fn acceptor(certificate: &Certificate) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(certificate.key.clone()).expect("a made key should be readable");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider should know the usual versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der.clone().into()], key)
        .expect("a certificate should fit its key");
    TlsAcceptor::from(Arc::new(config))
}

/// Runs on a thread and a runtime of its own, so that whatever a test does cannot slow it down.
fn serve(listener: TcpListener, tls: &TlsAcceptor, shared: &Arc<Shared>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime should start");
    runtime.block_on(async {
        listener.set_nonblocking(true).expect("a listener should not block");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime should take a listener");
        let accepting = async {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(answer(tls.clone(), connection, Arc::clone(shared)));
            }
        };
        tokio::select! {
            () = accepting => panic!("the provider should accept until it is stopped"),
            _ = stopped => {}
        }
    });
}

/// Errors end the connection: a client that hangs up, or does not trust the certificate, is what tests are about.
async fn answer(tls: TlsAcceptor, connection: TcpStream, shared: Arc<Shared>) {
    let Ok(mut stream) = tls.accept(connection).await else { return };
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    shared.requests.send_modify(|count| *count += 1);
    let manner = shared.manner.lock().expect("no test should panic with the manner in its hand").clone();
    drop(act(manner, &mut stream, &shared).await);
}

async fn act(manner: Manner, stream: &mut TlsStream<TcpStream>, shared: &Shared) -> std::io::Result<()> {
    match manner {
        Manner::Answers(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Manner::Silent => std::future::pending().await,
        Manner::Stalls => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"keys\":").await?;
            stream.flush().await?;
            std::future::pending().await
        }
        Manner::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(&[b' '; 4096]).await?;
                shared.sent.fetch_add(4096, Ordering::SeqCst);
            }
        }
    }
}
