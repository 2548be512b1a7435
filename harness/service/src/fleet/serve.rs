//! Answers requests, each for the instance that has the address which the connection was made to.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::instance::Instance;
use super::metrics;
use super::site::Site;
use super::socket;

/// Who served a request.
const SERVED_BY: &str = "x-served-by";
/// A connection without a request is closed.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// The kernel refuses connections for lack of something, such as descriptors: other connections have to end first.
const BREATH: Duration = Duration::from_millis(50);

/// Listens on all addresses of this machine.
///
/// # Errors
/// When the port is taken.
pub async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port)).await;
    listener.with_context(|| format!("listening on port {port}"))
}

/// Accepts connections, and answers where there is an instance `at` the address.
pub async fn accept(site: Arc<Site>, listener: TcpListener, at: impl Fn(Ipv4Addr) -> Option<Arc<Instance>>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let asked = stream.local_addr().map(|address| address.ip());
                // An address of the range that no instance has: nobody is there, and the connection is closed.
                let Ok(IpAddr::V4(address)) = asked else { continue };
                let Some(instance) = at(address) else { continue };
                tokio::spawn(connection(site.clone(), instance, stream));
            }
            Err(error) => {
                eprintln!("relapse: no connection was accepted: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

async fn connection(site: Arc<Site>, instance: Arc<Instance>, stream: TcpStream) {
    let service = service_fn(|request| answer(site.clone(), instance.clone(), request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let serving = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(serving);
    tokio::select! {
        // A client that goes away has its own reasons.
        _ = &mut serving => {}
        () = instance.terminated() => {
            // A machine that is gone says nothing, not even that it closes: the connection is kept as it is, for ever.
            std::future::pending::<()>().await;
        }
    }
}

async fn answer(
    site: Arc<Site>,
    instance: Arc<Instance>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = match request.uri().path() {
        socket::PATH => return Ok(socket::open(instance, request)),
        // As a web server answers it by itself: no worker is needed to be well.
        "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
        "/metrics" => match metrics::text(&instance.snapshot()) {
            Ok(text) => (StatusCode::OK, text),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
        },
        _ => instance.work(page(&site, &instance)).await,
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    if let Ok(id) = instance.id.parse() {
        response.headers_mut().insert(SERVED_BY, id);
    }
    Ok(response)
}

/// What a user asks for.
async fn page(site: &Site, instance: &Instance) -> (StatusCode, String) {
    let Some(backend) = &site.backend else { return (StatusCode::OK, format!("{}\n", instance.id)) };
    let flagged = rand::random_range(0..100) < site.flag.load(Ordering::SeqCst);
    match backend.ask(flagged).await {
        Ok(()) => (StatusCode::OK, format!("{}\n", instance.id)),
        Err(error) => {
            eprintln!("relapse: {}: {error:#}", instance.id);
            (StatusCode::INTERNAL_SERVER_ERROR, "the database did not answer\n".into())
        }
    }
}
