//! Connections as a browser keeps them: at most six a host, kept alive, each with its own look at the name.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::cookie::host_of;
use crate::instruments::resolve;

const MOST_CONNECTIONS_A_HOST: usize = 6;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
const MOST_BODY_BYTES: usize = 2 * 1024 * 1024;
const MOST_HEAD_BYTES: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;

/// All connections of a tab.
pub(super) struct Connections {
    /// Or why no TLS connection can be made.
    tls: Result<Arc<ClientConfig>, String>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

struct Host {
    slots: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    route: Route,
}

/// How an answer was reached, as far as it went.
#[derive(Debug, Clone, Default)]
pub(super) struct Route {
    pub(super) resolved: Vec<IpAddr>,
    pub(super) peer: Option<SocketAddr>,
}

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// What came of a request.
pub(super) struct Exchange {
    pub(super) route: Route,
    pub(super) seconds: f64,
    /// Or why there was none.
    pub(super) answer: Result<Answer, String>,
}

/// A request that is not on its way: `reused` connections may have been closed by the server a moment ago.
struct Failure {
    why: String,
    closed: bool,
}

impl Connections {
    /// `tls` is what to trust, or why that is not known.
    pub(super) fn new(tls: Result<Arc<ClientConfig>, String>) -> Self {
        Self { tls, hosts: Mutex::default() }
    }

    /// Sends a request, on a connection that is idle or on a new one.
    pub(super) async fn send(&self, url: &Url, head: &Parts, body: &Bytes) -> Exchange {
        let origin = url.origin().ascii_serialization();
        let host = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Host { slots: Semaphore::new(MOST_CONNECTIONS_A_HOST), idle: Mutex::default() });
            hosts.entry(origin).or_insert_with(new).clone()
        };
        let began = Instant::now();
        let exchange = |route, began: Instant, answer| Exchange { route, seconds: began.elapsed().as_secs_f64(), answer };
        // It is never closed; and without a slot the request would only be one connection more.
        let _slot = host.slots.acquire().await;
        while let Some(mut connection) = host.take() {
            let began = Instant::now();
            match connection.exchange(head, body).await {
                // The server closed it while it was idle: no browser shows that, it asks again.
                Err(failure) if failure.closed => {}
                outcome => {
                    let route = connection.route.clone();
                    if outcome.is_ok() {
                        host.give_back(connection);
                    }
                    return exchange(route, began, outcome.map_err(|failure| failure.why));
                }
            }
        }
        let mut route = Route::default();
        let mut connection = match self.connect(url, &mut route).await {
            Ok(sender) => Connection { sender, route },
            Err(why) => return exchange(route, began, Err(why)),
        };
        let began = Instant::now();
        let outcome = connection.exchange(head, body).await;
        let route = connection.route.clone();
        if outcome.is_ok() {
            host.give_back(connection);
        }
        exchange(route, began, outcome.map_err(|failure| failure.why))
    }

    async fn connect(&self, url: &Url, route: &mut Route) -> Result<SendRequest<Full<Bytes>>, String> {
        let name = host_of(url);
        let port = url.port_or_known_default().ok_or("the URL has no port")?;
        route.resolved = resolve::ipv4(&name).await.map_err(|why| format!("{name} was not resolved: {why}"))?;
        let mut refusals = Vec::new();
        for address in &route.resolved {
            let peer = SocketAddr::new(*address, port);
            route.peer = Some(peer);
            match timeout(CONNECT_TIMEOUT, TcpStream::connect(peer)).await {
                Ok(Ok(stream)) => return self.greet(url, &name, stream).await,
                Ok(Err(error)) => refusals.push(format!("{peer} was not reached: {error}")),
                Err(_) => refusals.push(format!("{peer} did not answer within {} s", CONNECT_TIMEOUT.as_secs())),
            }
        }
        // Nobody answered, so nobody is the peer.
        route.peer = None;
        Err(refusals.join("; "))
    }

    async fn greet(&self, url: &Url, name: &str, stream: TcpStream) -> Result<SendRequest<Full<Bytes>>, String> {
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        if url.scheme() != "https" {
            return speak(stream).await;
        }
        let config = self.tls.clone()?;
        let server = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
        let greeting = TlsConnector::from(config).connect(server, stream);
        match timeout(CONNECT_TIMEOUT, greeting).await {
            Ok(Ok(stream)) => speak(stream).await,
            Ok(Err(error)) => Err(format!("TLS with {name} failed: {error}")),
            Err(_) => Err(format!("TLS with {name} took longer than {} s", CONNECT_TIMEOUT.as_secs())),
        }
    }
}

async fn speak<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_HEAD_BYTES)
        .max_headers(MOST_HEADERS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    // It ends with its sender; what goes wrong with it is told to the request that waits.
    tokio::spawn(connection);
    Ok(sender)
}

impl Host {
    fn take(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give_back(&self, connection: Connection) {
        if !connection.sender.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Connection {
    async fn exchange(&mut self, head: &Parts, body: &Bytes) -> Result<Answer, Failure> {
        let request = Request::from_parts(head.clone(), Full::new(body.clone()));
        let silent = |_| Failure { why: format!("no answer within {} s", ANSWER_TIMEOUT.as_secs()), closed: false };
        let answering = async {
            self.sender.ready().await.map_err(|error| broken(&error))?;
            let response = self.sender.send_request(request).await.map_err(|error| broken(&error))?;
            whole(response).await
        };
        timeout(ANSWER_TIMEOUT, answering).await.map_err(silent)?
    }
}

fn broken(error: &hyper::Error) -> Failure {
    let closed = error.is_canceled() || error.is_closed() || error.is_incomplete_message();
    Failure { why: format!("the connection broke: {error}"), closed }
}

async fn whole(response: Response<Incoming>) -> Result<Answer, Failure> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MOST_BODY_BYTES).collect().await.map_err(|error| Failure {
        why: format!("the answer's body was not received ({MOST_BODY_BYTES} bytes are the most): {error}"),
        closed: false,
    })?;
    Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
}
