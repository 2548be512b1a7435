//! One request and its answer: cookies chosen, sent, received, and all of it told as a line.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, StatusCode};
use relapse_wire::visit::{Asked, Cause, End, Hop, SetCookie, Sighting};
use reqwest::Url;

use super::connection::{Connections, Exchange};
use super::cookie::host_of;
use super::exchange::Answer;
use super::jar::Jar;
use super::moved::Moved;
use super::redirect::{Stop, redirect};
use crate::probes::target;
use relapse_service::{log, random};

const USER_AGENT: &str = "relapse-visitor";

/// A request that a tab wants to make.
pub(super) struct Intent {
    pub(super) cause: Cause,
    pub(super) method: Method,
    pub(super) url: Url,
    /// JSON, or empty.
    pub(super) body: Bytes,
}

/// Makes requests, as many as the visit allows.
pub(super) struct Hops {
    connections: Connections,
    jar: Jar,
    moved: Moved,
    most: u32,
    made: AtomicU32,
}

impl Hops {
    pub(super) fn new(connections: Connections, jar: Jar, most: u32) -> Self {
        let moved = Moved::beside(jar.file());
        Self { connections, jar, moved, most, made: AtomicU32::new(0) }
    }

    /// Makes one request and writes its line: the answer, or why there was none.
    ///
    /// # Errors
    /// When no more hops are allowed, or the visitor itself cannot go on.
    pub(super) async fn take(&self, intent: &Intent) -> Result<Result<Answer, String>, Stop> {
        if self.made.fetch_add(1, Ordering::Relaxed) >= self.most {
            let limit = format!("most_hops: {}", self.most);
            return Err(Stop::End(End::Cut { limit }));
        }
        let url = &intent.url;
        if let Some(answer) = self.remembered(intent)? {
            return Ok(Ok(answer));
        }
        let request_id = random::hexadecimal(16)?;
        let chosen = self.jar.choose(url)?;
        let at_ms = now_ms();
        let asked = Asked {
            at_ms,
            method: intent.method.to_string(),
            url: url.to_string(),
            host: host_of(url),
            request_id: request_id.clone(),
        };
        log::line(&Sighting::Asked(Box::new(asked))).map_err(anyhow::Error::from)?;
        let exchange = match head(intent, &request_id, chosen.header.as_deref()) {
            Ok(head) => self.connections.send(url, &head, &intent.body, None).await,
            Err(why) => Exchange { route: <_>::default(), seconds: 0.0, sent: false, answer: Err(why) },
        };
        let mut hop = Hop {
            seconds: exchange.seconds,
            request_id,
            resolved: exchange.route.resolved,
            peer: exchange.route.peer,
            sent: chosen.sent,
            withheld: chosen.withheld,
            ..of(intent, at_ms)
        };
        match &exchange.answer {
            Ok(answer) => {
                hop.status = Some(answer.status.as_u16());
                hop.location = redirect(answer);
                let lines = answer.headers.get_all(header::SET_COOKIE).iter();
                let lines: Vec<String> = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect();
                hop.set = self.jar.receive(url, &lines)?;
                hop.set.extend(answer.unreadable.iter().filter_map(|line| refused(line, &hop.host)));
                hop.cut = answer.lacks();
                if is_cacheable(intent) {
                    self.moved.take(url, answer.status, hop.location.as_deref(), &answer.headers)?;
                }
            }
            Err(why) => {
                hop.error = Some(why.clone());
                if !exchange.sent {
                    // Nobody was reached.
                    hop.sent.clear();
                }
            }
        }
        log::line(&Sighting::Hop(Box::new(hop))).map_err(anyhow::Error::from)?;
        Ok(exchange.answer)
    }

    /// What a browser knows without asking: where a page moved to for good.
    fn remembered(&self, intent: &Intent) -> anyhow::Result<Option<Answer>> {
        if !is_cacheable(intent) {
            return Ok(None);
        }
        let Some(kept) = self.moved.find(&intent.url)? else { return Ok(None) };
        let hop = Hop { status: Some(kept.status), location: Some(kept.location.clone()), cached: true, ..of(intent, now_ms()) };
        log::line(&Sighting::Hop(Box::new(hop)))?;
        Ok(Some(Answer::redirect(StatusCode::from_u16(kept.status)?, HeaderValue::from_bytes(kept.location.as_bytes())?)))
    }
}

/// A browser's cache answers navigations that only look.
fn is_cacheable(intent: &Intent) -> bool {
    intent.method == Method::GET && intent.cause != Cause::Fetch
}

/// The hop of a request about which nothing is known yet.
fn of(intent: &Intent, at_ms: u64) -> Hop {
    Hop {
        at_ms,
        seconds: 0.0,
        cause: intent.cause,
        method: intent.method.to_string(),
        url: intent.url.to_string(),
        host: host_of(&intent.url),
        request_id: String::new(),
        resolved: Vec::new(),
        peer: None,
        status: None,
        location: None,
        error: None,
        sent: Vec::new(),
        withheld: Vec::new(),
        set: Vec::new(),
        cached: false,
        cut: None,
    }
}

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    u64::try_from(now).unwrap_or(u64::MAX)
}

/// A cookie of a line that is no header: no browser takes it.
fn refused(line: &str, host: &str) -> Option<SetCookie> {
    let (name, value) = line.split_once(':')?;
    let (cookie, _) = value.split_once('=')?;
    let is_cookie = name.trim_end().eq_ignore_ascii_case(header::SET_COOKIE.as_str());
    let name = cookie.trim().chars().filter(|c| !c.is_control()).collect();
    is_cookie.then(|| SetCookie { name, domain: host.to_owned(), refused: Some("it has a control character".into()) })
}

/// A request's head, or why there can be none.
fn head(intent: &Intent, request_id: &str, cookies: Option<&str>) -> Result<hyper::http::request::Parts, String> {
    let url = &intent.url;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{} is no scheme that is visited: expected http or https", url.scheme()));
    }
    if !url.has_host() {
        return Err("the URL has no host".into());
    }
    let accept = match intent.cause {
        Cause::Fetch => "application/json, */*",
        Cause::Typed | Cause::Redirect | Cause::Script | Cause::Refresh => "text/html,application/xhtml+xml,*/*;q=0.8",
    };
    let mut request = Request::builder()
        .method(intent.method.clone())
        .uri(target::path_and_query(url))
        .header(header::HOST, target::authority(url))
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, accept)
        .header("x-request-id", request_id);
    if let Some(cookies) = cookies {
        // A value that no header can have is not worth a visit: it is the server that chose it.
        let value = HeaderValue::from_bytes(cookies.as_bytes()).map_err(|error| format!("the cookies: {error}"))?;
        request = request.header(header::COOKIE, value);
    }
    if !intent.body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    request.body(()).map(|request| request.into_parts().0).map_err(|error| error.to_string())
}
