//! Serving HTTP/1.1 over TLS: certificates of the run, bounded headers, bounded connections, kept alive as browsers expect.

use std::sync::{Arc, Once};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use super::authority::Leaf;

/// More than a browser's six a tab, for many tabs; the next one waits in the kernel's queue.
const MAX_CONNECTIONS: usize = 1024;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// For a request's head, and for the silence between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// Enough for cookies and a long return URL.
const MAX_HEAD_BYTES: usize = 64 * 1024;
const MAX_HEADERS: usize = 100;

/// Chooses ring for every TLS connection of this process.
pub fn install_provider() {
    static ONCE: Once = Once::new();
    // An error means that somebody installed a provider before: there is one, and that is what is needed.
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// What accepts TLS connections with this certificate.
///
/// # Errors
/// When certificate and key do not belong together.
pub fn acceptor(leaf: Leaf) -> anyhow::Result<TlsAcceptor> {
    install_provider();
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(leaf.chain, leaf.key)
        .context("using the certificate that was issued for this server")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until the process is asked to stop; then its connections end at once.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, acceptor: TlsAcceptor, router: Router) -> anyhow::Result<()> {
    tokio::select! {
        outcome = accept_all(listener, acceptor, router) => outcome,
        () = super::stop::stopped() => Ok(()),
    }
}

async fn accept_all(listener: TcpListener, acceptor: TlsAcceptor, router: Router) -> anyhow::Result<()> {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let slot = slots.clone().acquire_owned().await?;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // The client was gone before it was its turn: no fault of the listener.
            Err(error) if is_of_one_connection(&error) => continue,
            Err(error) => return Err(error).context("accepting connections"),
        };
        let (acceptor, router) = (acceptor.clone(), router.clone());
        tokio::spawn(async move {
            if let Err(error) = converse(stream, acceptor, router).await {
                tracing::debug!("a connection ended early: {error:#}");
            }
            drop(slot);
        });
    }
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn converse(stream: TcpStream, acceptor: TlsAcceptor, router: Router) -> anyhow::Result<()> {
    // Answers are small, and the next request waits for them.
    stream.set_nodelay(true)?;
    let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await??;
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .keep_alive(true)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await?;
    Ok(())
}
