//! Answers requests. Which instance was asked is the address that the connection was made to.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::Fleet;
use super::instance::Instance;

/// Who served a request.
const SERVED_BY: &str = "x-served-by";
/// A connection without a request is closed.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// The kernel refuses connections for lack of something, such as descriptors: other connections have to end first.
const BREATH: Duration = Duration::from_millis(50);

/// Accepts connections to every instance.
pub(super) async fn accept(fleet: Arc<Fleet>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(fleet.clone(), stream));
            }
            Err(error) => {
                eprintln!("relapse-parts: no connection was accepted: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

async fn connection(fleet: Arc<Fleet>, stream: TcpStream) {
    let asked = stream.local_addr().map(|address| address.ip());
    let Ok(IpAddr::V4(address)) = asked else { return };
    // An address of the range that no instance has: nobody is there, and the connection is closed.
    let Some(instance) = fleet.book.at(address) else { return };
    let service = service_fn(|request| answer(fleet.clone(), instance.clone(), request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
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
    fleet: Arc<Fleet>,
    instance: Arc<Instance>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = match request.uri().path() {
        // As a web server answers it by itself: no worker is needed to be well.
        "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
        _ => instance.work(page(&fleet, &instance)).await,
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    if let Ok(id) = instance.id.parse() {
        response.headers_mut().insert(SERVED_BY, id);
    }
    Ok(response)
}

/// What a user asks for.
async fn page(fleet: &Fleet, instance: &Instance) -> (StatusCode, String) {
    let Some(database) = &fleet.database else { return (StatusCode::OK, format!("{}\n", instance.id)) };
    let flagged = rand::random_range(0..100) < fleet.flag.load(Ordering::SeqCst);
    match database.ask(flagged).await {
        Ok(()) => (StatusCode::OK, format!("{}\n", instance.id)),
        Err(error) => {
            eprintln!("relapse-parts: {}: {error:#}", instance.id);
            (StatusCode::INTERNAL_SERVER_ERROR, "the database did not answer\n".into())
        }
    }
}
