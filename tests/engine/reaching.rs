//! Ways to an engine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use slipway::engine::{DockerEngine, EngineError, Host, RunOptions, Store};
use slipway::progress::Reporter;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixStream};
use tokio_rustls::TlsAcceptor;

use crate::fixture::{BASE, engine, host, request, run, unique};

#[tokio::test]
async fn an_absent_engine_is_told_with_its_address_and_what_to_do() {
    let host = Host::Unix(PathBuf::from("/nonexistent/docker.sock"));
    let error = DockerEngine::connect(&host).await.expect_err("no engine");
    assert_eq!(error.to_string(), "no Docker Engine answers at unix:///nonexistent/docker.sock");
    assert!(error.hint().is_some_and(|hint| hint.contains("systemctl start docker")), "{error:?}");
}

#[tokio::test]
async fn certificates_that_are_missing_are_told_by_file() {
    let host = Host::Tls { host: "localhost".into(), port: 1, certificates: "/nonexistent".into() };
    let error = DockerEngine::connect(&host).await.expect_err("no certificates");
    assert!(matches!(error, EngineError::Certificates { .. }));
    let cause = std::error::Error::source(&error).expect("a cause").to_string();
    assert_eq!(cause, "cannot read `/nonexistent/ca.pem`");
}

#[tokio::test]
async fn the_engine_describes_itself() {
    let info = engine().await.info().await.expect("a description");
    assert_eq!((info.os.as_str(), info.architecture.as_str()), ("linux", "amd64"));
    assert!(info.cpus > 0 && info.memory > 0 && !info.version.is_empty(), "{info:?}");
    let (Store::GraphDriver(name) | Store::Containerd(name)) = info.store;
    assert!(!name.is_empty());
}

#[tokio::test]
async fn a_build_works_over_tcp_too() {
    let Host::Unix(socket) = host() else { return };
    engine().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((outside, _)) = listener.accept().await {
            tokio::spawn(relay(outside, socket.clone()));
        }
    });
    builds_and_runs(&Host::Tcp { host: "127.0.0.1".into(), port }).await;
}

#[tokio::test]
async fn a_build_works_over_tls_with_certificates_on_both_sides() {
    let Host::Unix(socket) = host() else { return };
    engine().await;
    let folder = tempfile::tempdir().expect("a folder");
    let certificates = folder.path().to_owned();
    make_certificates(&certificates);
    let acceptor = tls_acceptor(&certificates);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((outside, _)) = listener.accept().await {
            let (acceptor, socket) = (acceptor.clone(), socket.clone());
            tokio::spawn(async move { relay(acceptor.accept(outside).await.expect("a handshake"), socket).await });
        }
    });
    builds_and_runs(&Host::Tls { host: "localhost".into(), port, certificates }).await;
}

/// Copies both ways until a side hangs up, which is how every connection ends.
async fn relay(mut outside: impl AsyncRead + AsyncWrite + Unpin, socket: PathBuf) -> std::io::Result<(u64, u64)> {
    let mut inside = UnixStream::connect(&socket).await?;
    tokio::io::copy_bidirectional(&mut outside, &mut inside).await
}

/// An authority and one certificate that serves for both sides.
fn make_certificates(folder: &Path) {
    let script = "set -e; cd \"$0\"; umask 077; \
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca-key.pem -out ca.pem; \
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out request.pem; \
        echo subjectAltName=DNS:localhost > names; \
        openssl x509 -req -days 2 -CA ca.pem -CAkey ca-key.pem -CAcreateserial -extfile names -in request.pem -out cert.pem";
    run(Command::new("sh").args(["-c", script]).arg(folder));
}

fn tls_acceptor(folder: &Path) -> TlsAcceptor {
    let certificate = |name| CertificateDer::from_pem_file(folder.join(name)).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(certificate("ca.pem")).expect("an authority");
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).expect("a key");
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(clients.build().expect("a verifier"))
        .with_single_cert(vec![certificate("cert.pem")], key)
        .expect("a configuration");
    TlsAcceptor::from(Arc::new(config))
}

async fn builds_and_runs(host: &Host) {
    let engine = DockerEngine::connect(host).await.expect("an engine");
    let request = request(&format!("FROM {BASE}\nRUN echo {}\n", unique("far")));
    let built = engine.build(&request, &Reporter::silent()).await.expect("an image");
    let outcome = engine.run_script(&built.id, "echo here", &RunOptions::default()).await.expect("an outcome");
    assert_eq!(outcome.stdout, "here\n");
    engine.remove_image(&built.id).await.expect("removal");
}
