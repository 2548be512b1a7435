//! Connections as a browser keeps them: at most six a host, kept alive, each with its own look at the name.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use hyper::http::request::Parts;
use reqwest::Url;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::cookie::host_of;
use super::exchange::{Answer, Link, greet};
use crate::probes::resolve;

const MAX_CONNECTIONS_A_HOST: usize = 6;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// All connections of a tab.
pub(in crate::probes) struct Connections {
    /// Or why no TLS connection can be made.
    tls: Result<Arc<ClientConfig>, String>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

struct Host {
    slots: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

struct Connection {
    link: Link,
    route: Route,
}

/// How an answer was reached, as far as it went.
#[derive(Debug, Clone, Default)]
pub(in crate::probes) struct Route {
    pub(in crate::probes) resolved: Vec<IpAddr>,
    pub(in crate::probes) peer: Option<SocketAddr>,
}

/// What came of a request.
pub(in crate::probes) struct Exchange {
    pub(in crate::probes) route: Route,
    pub(in crate::probes) seconds: f64,
    /// Whether it went onto a connection, with its cookies. That it arrived is not known where there was no answer.
    pub(in crate::probes) sent: bool,
    /// Or why there was none.
    pub(in crate::probes) answer: Result<Answer, String>,
}

/// One request's time.
#[derive(Clone, Copy)]
struct Clock {
    began: Instant,
    /// Given up then, however far it went; without one each stage has its own time.
    deadline: Option<Instant>,
}

impl Connections {
    /// `tls` is what to trust, or why that is not known.
    pub(in crate::probes) fn new(tls: Result<Arc<ClientConfig>, String>) -> Self {
        Self { tls, hosts: Mutex::default() }
    }

    /// Sends a request, on a connection that is idle or on a new one.
    pub(in crate::probes) async fn send(&self, url: &Url, head: &Parts, body: &Bytes, deadline: Option<Instant>) -> Exchange {
        let origin = url.origin().ascii_serialization();
        let host = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Host { slots: Semaphore::new(MAX_CONNECTIONS_A_HOST), idle: Mutex::default() });
            hosts.entry(origin).or_insert_with(new).clone()
        };
        let clock = Clock { began: Instant::now(), deadline };
        // It is never closed; and without a slot the request would only be one connection more.
        let _slot = match deadline {
            None => host.slots.acquire().await.ok(),
            Some(deadline) => match timeout_at(deadline, host.slots.acquire()).await {
                Ok(slot) => slot.ok(),
                Err(_) => {
                    let why = format!("not sent: {MAX_CONNECTIONS_A_HOST} requests to this host before it had no answer yet");
                    return clock.over(Route::default(), false, Err(why));
                }
            },
        };
        while let Some(connection) = host.take() {
            let (exchange, closed) = host.exchange(connection, head, body, deadline).await;
            // The server closed it while it was idle: no browser shows that, it asks again.
            if !closed {
                return exchange;
            }
        }
        let mut route = Route::default();
        match self.connect(url, &mut route, clock).await {
            Ok(link) => host.exchange(Connection { link, route }, head, body, deadline).await.0,
            Err(why) => clock.over(route, false, Err(why)),
        }
    }

    async fn connect(&self, url: &Url, route: &mut Route, clock: Clock) -> Result<Link, String> {
        let name = host_of(url);
        let port = url.port_or_known_default().ok_or("the URL has no port")?;
        let resolved = timeout_at(clock.until(resolve::TIMEOUT + CONNECT_TIMEOUT), resolve::ipv4(&name)).await;
        let resolved = resolved.unwrap_or_else(|_| Err("the resolver was silent".into()));
        route.resolved = resolved.map_err(|why| format!("{name} was not resolved: {why}"))?;
        let mut refusals = Vec::new();
        for address in &route.resolved {
            let peer = SocketAddr::new(*address, port);
            route.peer = Some(peer);
            let began = Instant::now();
            match timeout_at(clock.until(CONNECT_TIMEOUT), TcpStream::connect(peer)).await {
                Ok(Ok(stream)) => {
                    let tls =
                        (url.scheme() == "https").then(|| self.tls.clone()).transpose()?.map(|config| (config, name.as_str()));
                    return Link::open(greet(stream, tls, clock.until(CONNECT_TIMEOUT)).await?).await;
                }
                Ok(Err(error)) => refusals.push(format!("{peer} was not reached: {error}")),
                Err(_) => refusals.push(format!("{peer} did not answer within {:.0} s", began.elapsed().as_secs_f64())),
            }
        }
        // Nobody answered, so nobody is the peer.
        route.peer = None;
        Err(refusals.join("; "))
    }
}

impl Host {
    fn take(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Whether the connection was closed before anything came is said beside what came of the request.
    async fn exchange(
        &self,
        mut connection: Connection,
        head: &Parts,
        body: &Bytes,
        deadline: Option<Instant>,
    ) -> (Exchange, bool) {
        let clock = Clock { began: Instant::now(), deadline };
        let outcome = connection.link.exchange(head, body, clock.until(ANSWER_TIMEOUT)).await;
        let closed = matches!(&outcome, Err(failure) if failure.closed);
        let exchange = clock.over(connection.route.clone(), true, outcome.map_err(|failure| failure.why));
        if exchange.answer.as_ref().is_ok_and(Answer::is_whole) && !connection.link.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        (exchange, closed)
    }
}

impl Clock {
    /// So long from now, but not beyond the request's own time.
    fn until(self, most: Duration) -> Instant {
        let stage = Instant::now() + most;
        self.deadline.map_or(stage, |deadline| deadline.min(stage))
    }

    fn over(self, route: Route, sent: bool, answer: Result<Answer, String>) -> Exchange {
        Exchange { route, seconds: self.began.elapsed().as_secs_f64(), sent, answer }
    }
}
