//! Hops from Chromium's DevTools events: `Network.requestWillBeSent` begins one, an answer, a redirect or a failure ends it, and the
//! events named `…ExtraInfo`, which come in any order beside the others, have the cookies. All requests that one redirected into
//! the next share an id: the n-th extra event of an id belongs to its n-th request.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use relapse_wire::visit::{Cause, Hop};
use reqwest::Url;
use serde_json::Value;

use super::cookies::Cookies;
use crate::probes::visit::host_of;
use relapse_service::log;

/// What a tab asks for and gets.
pub(super) struct Network {
    cookies: Cookies,
    chains: HashMap<String, Chain>,
    /// Begun and not yet told, in the order of their beginning.
    legs: Vec<Leg>,
    /// What is none of the page's doing: icons, and what never leaves the browser.
    ignored: HashSet<String>,
    /// The document that the tab navigates to or shows.
    document: Option<Document>,
    begun: u32,
    /// The document on the screen is going to refresh itself.
    refreshes: bool,
}

/// The latest navigation.
#[derive(Debug, Clone)]
pub(super) struct Document {
    id: String,
    pub(super) url: String,
    pub(super) status: Option<u16>,
    /// In Chromium's word, such as `net::ERR_TOO_MANY_REDIRECTS`.
    pub(super) failure: Option<String>,
    /// Its `Refresh` header.
    pub(super) refresh: Option<String>,
}

/// The extra events of one id.
#[derive(Default)]
struct Chain {
    requests: usize,
    sent: Vec<Value>,
    received: Vec<Value>,
}

struct Leg {
    id: String,
    /// Its place among the requests of its id.
    index: usize,
    url: Url,
    hop: Hop,
    /// On the browser's own clock, in seconds.
    began: f64,
    over: bool,
    /// No extra events come: the answer was in a cache, or there was none.
    plain: bool,
    /// Looks since it was over: what is beside a failure may come a moment later.
    looks: u32,
    sent: bool,
    received: bool,
}

impl Network {
    pub(super) fn new(cookies: Cookies) -> Self {
        Self {
            cookies,
            chains: HashMap::new(),
            legs: Vec::new(),
            ignored: HashSet::new(),
            document: None,
            begun: 0,
            refreshes: false,
        }
    }

    /// Requests begun so far.
    pub(super) fn begun(&self) -> u32 {
        self.begun
    }

    /// Whether every request that began has ended.
    pub(super) fn is_quiet(&self) -> bool {
        self.legs.iter().all(|leg| leg.over)
    }

    pub(super) fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    /// The navigation that comes next is the page's own refresh.
    pub(super) fn expect_refresh(&mut self) {
        self.refreshes = true;
    }

    /// Takes one event.
    pub(super) fn take(&mut self, event: &Value) {
        let Some(parameters) = event.get("params") else { return };
        let id = text(parameters, "requestId").to_owned();
        if id.is_empty() || self.ignored.contains(&id) {
            return;
        }
        match text(event, "method") {
            "Network.requestWillBeSent" => self.begin(id, parameters),
            "Network.requestWillBeSentExtraInfo" => self.chains.entry(id).or_default().sent.push(parameters.clone()),
            "Network.responseReceivedExtraInfo" => self.chains.entry(id).or_default().received.push(parameters.clone()),
            "Network.responseReceived" => {
                let response = parameters.get("response").cloned().unwrap_or_default();
                self.answered(&id, &response, is(parameters, "hasExtraInfo"));
            }
            "Network.requestServedFromCache" => {
                if let Some(leg) = self.open(&id) {
                    leg.hop.cached = true;
                }
            }
            "Network.loadingFinished" => self.over(&id, parameters, None),
            "Network.loadingFailed" => self.over(&id, parameters, Some(text(parameters, "errorText").to_owned())),
            _ => {}
        }
    }

    fn begin(&mut self, id: String, parameters: &Value) {
        let request = parameters.get("request").cloned().unwrap_or_default();
        let kind = text(parameters, "type");
        let parsed = text(&request, "url").parse::<Url>().ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = parsed.filter(|url| kind != "Other" || url.path() != "/favicon.ico") else {
            self.ignored.insert(id);
            return;
        };
        let redirected = parameters.get("redirectResponse");
        if let Some(response) = redirected {
            self.answered(&id, response, is(parameters, "redirectHasExtraInfo"));
            self.over(&id, parameters, None);
        }
        let is_document = kind == "Document";
        let cause = match (is_document, redirected.is_some(), &self.document) {
            (false, ..) => Cause::Fetch,
            (true, true, _) => Cause::Redirect,
            (true, false, None) => Cause::Typed,
            (true, false, Some(_)) if self.refreshes => Cause::Refresh,
            (true, false, Some(_)) => Cause::Script,
        };
        if is_document {
            self.refreshes = false;
            self.document = Some(Document { id: id.clone(), url: url.to_string(), status: None, failure: None, refresh: None });
        }
        let chain = self.chains.entry(id.clone()).or_default();
        let index = chain.requests;
        chain.requests += 1;
        self.begun += 1;
        let hop = Hop {
            at_ms: milliseconds(number(parameters, "wallTime")),
            seconds: 0.0,
            cause,
            method: text(&request, "method").to_owned(),
            url: url.to_string(),
            host: host_of(&url),
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
        };
        let began = number(parameters, "timestamp");
        self.legs.push(Leg { id, index, url, hop, began, over: false, plain: false, looks: 0, sent: false, received: false });
    }

    /// The request of that id that is not over.
    fn open(&mut self, id: &str) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.id == id && !leg.over)
    }

    fn answered(&mut self, id: &str, response: &Value, has_extra: bool) {
        let status = number(response, "status");
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let status = (status > 0.0).then_some(status as u16);
        if let Some(document) = self.document.as_mut().filter(|document| document.id == id) {
            document.status = status;
            let headers = response.get("headers").and_then(Value::as_object).into_iter().flatten();
            let mut refreshes = headers.filter(|(name, _)| name.eq_ignore_ascii_case("refresh"));
            document.refresh = refreshes.next().and_then(|(_, value)| value.as_str()).map(str::to_owned);
        }
        let Some(leg) = self.open(id) else { return };
        leg.plain = !has_extra;
        leg.hop.status = status;
        leg.hop.cached |= is(response, "fromDiskCache") || is(response, "fromPrefetchCache");
        // A cached answer names whoever gave it once; nobody is asked now.
        leg.hop.peer = peer(response).filter(|_| !leg.hop.cached);
        let headers = response.get("headers").and_then(Value::as_object);
        let location = headers.and_then(|headers| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location")));
        if status.is_some_and(|status| matches!(status, 301 | 302 | 303 | 307 | 308)) {
            leg.hop.location = location.and_then(|(_, value)| value.as_str()).map(str::to_owned);
        }
        // It has no extra events, so the next request of its id has those that would be its own.
        if !has_extra {
            leg.index = usize::MAX;
            if let Some(chain) = self.chains.get_mut(id) {
                chain.requests = chain.requests.saturating_sub(1);
            }
        }
    }

    fn over(&mut self, id: &str, parameters: &Value, failure: Option<String>) {
        // A navigation that another one takes the place of is cancelled: that is no failure of the tab.
        let cancelled = is(parameters, "canceled") || failure.as_deref() == Some("net::ERR_ABORTED");
        if let (Some(document), Some(words)) = (self.document.as_mut().filter(|document| document.id == id), &failure)
            && !cancelled
        {
            document.failure = Some(words.clone());
        }
        let Some(leg) = self.open(id) else { return };
        leg.over = true;
        leg.hop.seconds = (number(parameters, "timestamp") - leg.began).max(0.0);
        if let Some(words) = failure {
            leg.plain = true;
            if leg.hop.status.is_none() {
                leg.hop.error = Some(words);
            }
        }
    }

    /// The hops about which all is known, oldest first; `all` gives the others too, as far as they are known.
    pub(super) fn take_hops(&mut self, all: bool) -> Vec<Hop> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let now = log::now() as u64;
        let mut told = Vec::new();
        for mut leg in std::mem::take(&mut self.legs) {
            if let Some(chain) = self.chains.get(&leg.id) {
                if let Some(extra) = chain.sent.get(leg.index).filter(|_| !leg.sent) {
                    leg.sent = true;
                    let blocked = leg.cookies(extra);
                    leg.hop.withheld = self.cookies.withheld(&leg.url, &leg.hop.sent, &blocked, now);
                }
                if let Some(extra) = chain.received.get(leg.index).filter(|_| !leg.received) {
                    leg.received = true;
                    leg.receive(extra, &mut self.cookies, now);
                }
            }
            leg.looks += u32::from(leg.over);
            let known = leg.over && ((leg.sent && leg.received) || (leg.plain && leg.looks > 1));
            if known || all {
                told.push(leg.hop);
            } else {
                self.legs.push(leg);
            }
        }
        told
    }
}

impl Leg {
    /// Takes the cookies that went along; gives those that did not, with Chromium's reasons.
    fn cookies(&mut self, extra: &Value) -> HashMap<String, String> {
        let mut blocked = HashMap::new();
        for associated in extra.get("associatedCookies").and_then(Value::as_array).into_iter().flatten() {
            let name = associated.get("cookie").map(|cookie| text(cookie, "name").to_owned()).unwrap_or_default();
            match reasons(associated) {
                Some(reasons) => _ = blocked.insert(name, reasons),
                None => self.hop.sent.push(name),
            }
        }
        blocked
    }

    fn receive(&mut self, extra: &Value, cookies: &mut Cookies, now: u64) {
        let headers = extra.get("headers").and_then(Value::as_object);
        let header = |wanted: &str| {
            let found = headers?.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
            found.1.as_str()
        };
        let refused = extra.get("blockedCookies").and_then(Value::as_array).into_iter().flatten();
        let refused: HashMap<String, String> =
            refused.filter_map(|cookie| Some((text(cookie, "cookieLine").to_owned(), reasons(cookie)?))).collect();
        // Several headers of one name come as one text of several lines.
        let lines: Vec<&str> = header("set-cookie").map(|lines| lines.lines().collect()).unwrap_or_default();
        self.hop.set = cookies.receive(&self.url, &lines, &refused, now);
        // At the browser's limit of redirects this is all that tells of the last answer.
        if self.hop.status.is_none() {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let status = number(extra, "statusCode") as u16;
            self.hop.status = (status > 0).then_some(status);
            self.hop.location = header("location").map(str::to_owned);
            self.hop.error = None;
        }
    }
}

/// Chromium's reasons, joined; `None` where there are none.
fn reasons(value: &Value) -> Option<String> {
    let reasons = value.get("blockedReasons")?.as_array()?;
    let words: Vec<&str> = reasons.iter().filter_map(Value::as_str).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn peer(response: &Value) -> Option<SocketAddr> {
    let address = text(response, "remoteIPAddress").trim_matches(['[', ']']).parse().ok()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let port = number(response, "remotePort") as u16;
    Some(SocketAddr::new(address, port))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, key: &str) -> f64 {
    value.get(key).and_then(Value::as_f64).unwrap_or_default()
}

fn is(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0) as u64
}

#[cfg(test)]
mod tests;
