//! `{user}'s browser should agree with the visitor on hops, cookies and calls`: the latest visit with each, place by place. A place is
//! one step of the way (method, URL, status, what led there, cookies sent) with the calls that the page there made, in any order.

use super::{Expectation, Kind, Observation};
use crate::timeline::{Client, Record, Source, Timeline};
use relapse_wire::visit::{Cause, End, Hop};

/// Of a visit that goes on for ever, so many places are compared: several turns of any circle that fits in a browser's 20 redirects.
const ENOUGH: usize = 25;

/// The user's latest visits with the browser and with the visitor are the same.
#[derive(Debug, Clone)]
pub struct Agree {
    /// Who visits.
    pub user: String,
}

/// One step of the way, with the calls made there, as text: what differs is what is shown.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    hop: String,
    calls: Vec<String>,
}

/// A visit as it is compared.
struct Way {
    places: Vec<Place>,
    /// How it ended; `None` while it goes on, and where only the tab was closed.
    end: Option<String>,
}

impl Expectation for Agree {
    fn kind(&self) -> Kind {
        Kind::Count
    }

    fn since_ms(&self, timeline: &Timeline) -> u64 {
        timeline.visit_began_ms(&self.user)
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Visits { user: self.user.clone() }])
    }

    fn concerns(&self, _: &Record) -> bool {
        // It is of all the records together, and no single one of them decides: whoever looks every now and then misses nothing.
        false
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let (Some(browser), Some(visitor)) =
            (way(timeline, &self.user, Client::Browser), way(timeline, &self.user, Client::Visitor))
        else {
            return Observation::unknown(NotCompared::OneMissing { user: self.user.clone() });
        };
        let shorter = browser.places.len().min(visitor.places.len());
        // A place whose calls may still be made is not compared.
        let complete = if browser.end.is_some() && visitor.end.is_some() { shorter } else { shorter.saturating_sub(2) };
        let pairs = browser.places.iter().zip(&visitor.places).take(complete);
        if let Some((number, difference)) = pairs.enumerate().find_map(|(i, (b, v))| Some((i + 1, b.difference(v)?))) {
            return Observation::of(false, format!("at place {number}: {difference}"));
        }
        let calls: usize = browser.places.iter().take(complete).map(|place| place.calls.len()).sum();
        let same = format!("{complete} places and {calls} calls are the same");
        match (&browser.end, &visitor.end) {
            (Some(b), Some(v)) if b != v => Observation::of(false, format!("{same}; then the browser {b}, and the visitor {v}")),
            (Some(_), Some(_)) if browser.places.len() != visitor.places.len() => {
                let (b, v) = (browser.places.len(), visitor.places.len());
                Observation::of(false, format!("{same}; the browser went {b} places, and the visitor {v}"))
            }
            (Some(b), Some(_)) => Observation::of(true, format!("{same}; then both {b}")),
            (Some(b), None) if visitor.places.len() > browser.places.len() => {
                Observation::of(false, format!("{same}; the browser {b}, and the visitor went on"))
            }
            (None, Some(v)) if browser.places.len() > visitor.places.len() => {
                Observation::of(false, format!("{same}; the visitor {v}, and the browser went on"))
            }
            _ if complete >= ENOUGH => Observation::of(true, format!("{same}; both go on")),
            _ => Observation::pending(NotCompared::TooShort { same, enough: ENOUGH }),
        }
    }
}

impl Place {
    fn difference(&self, visitor: &Self) -> Option<String> {
        if self.hop != visitor.hop {
            return Some(format!("the browser sent {}; the visitor sent {}", self.hop, visitor.hop));
        }
        let missing = |these: &[String], those: &[String]| {
            let mut rest = those.to_vec();
            these.iter().find(|call| rest.iter().position(|other| other == *call).map(|at| rest.remove(at)).is_none()).cloned()
        };
        match (missing(&self.calls, &visitor.calls), missing(&visitor.calls, &self.calls)) {
            (None, None) => None,
            (Some(b), Some(v)) => Some(format!("after {}, the browser called {b}; the visitor called {v}", self.hop)),
            (Some(b), None) => Some(format!("after {}, only the browser called {b}", self.hop)),
            (None, Some(v)) => Some(format!("after {}, only the visitor called {v}", self.hop)),
        }
    }
}

fn way(timeline: &Timeline, user: &str, client: Client) -> Option<Way> {
    let (number, mut hops) = timeline.visit_with(user, client)?;
    // They are told as they end, and compared as they began.
    hops.sort_by_key(|hop| hop.at_ms);
    let mut places: Vec<Place> = Vec::new();
    for hop in hops {
        match (hop.cause, places.last_mut()) {
            (Cause::Fetch, Some(place)) => place.calls.push(text(hop)),
            _ => places.push(Place { hop: text(hop), calls: Vec::new() }),
        }
    }
    let end = timeline.end_of(user, number).filter(|end| !matches!(end, End::Cut { .. })).map(|end| match end {
        // The words for it are each client's own.
        End::NoAnswer { url, .. } => format!("got no answer from {url}"),
        end => crate::timeline::visit_end(end),
    });
    Some(Way { places, end })
}

fn text(hop: &Hop) -> String {
    let mut sent = hop.sent.clone();
    sent.sort();
    let cause = match hop.cause {
        Cause::Typed => "typed",
        Cause::Redirect => "redirected",
        Cause::Script => "by JavaScript",
        Cause::Fetch => "called",
        Cause::Refresh => "refreshed",
    };
    let status = hop.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let cookies = if sent.is_empty() { "no cookies".to_owned() } else { sent.join(", ") };
    format!("{} {} ({cause}, with {cookies}: {status})", hop.method, hop.url)
}

crate::reasons! {
    /// Why two visits cannot be compared.
    pub(super) enum NotCompared {
        /// One of the two clients has made no visit.
        OneMissing { user: String = "alice" } is "visit-missing",
            says "{user} opened nothing with one of the two: there must be a visit with each",
            next "let {user} open the same URL twice: `When {user} opens URL`, and `When {user} opens URL in the browser`";
        /// Neither visit has an end, and too little of both is there to call them the same.
        TooShort { same: String = "7 places and 2 calls are the same", enough: usize = 25_usize } is "visits-too-short",
            says "{same}; {enough} are enough for a visit without an end: let both go on for longer",
            next "give it a longer deadline, or `--patience 2` on a slow machine";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;

    fn hop(at_ms: u64, cause: Cause, url: &str, sent: &[&str]) -> Record {
        let hop = serde_json::json!({
            "at_ms": at_ms, "seconds": 0.0, "cause": cause, "method": "GET", "url": url, "host": "h", "request_id": "",
            "resolved": [], "status": 200, "sent": sent, "withheld": [], "set": []
        });
        Record::Hop { user: "u".into(), visit: 0, hop: serde_json::from_value(hop).unwrap() }
    }

    fn look(browser: Vec<Record>, visitor: Vec<Record>) -> Observation {
        let mut timeline = Timeline::default();
        for (visit, with, hops) in [(1, Client::Visitor, visitor), (2, Client::Browser, browser)] {
            timeline.push(0, Record::Opened { user: "u".into(), url: "http://h/".into(), visit, with });
            for mut hop in hops {
                if let Record::Hop { visit: number, .. } = &mut hop {
                    *number = visit;
                }
                timeline.push(0, hop);
            }
            let end = End::Page { url: "http://h/".into(), status: 200, shown: "x".into(), shown_cut: false, links: Vec::new() };
            timeline.push(0, Record::VisitEnded { user: "u".into(), visit, end });
        }
        Agree { user: "u".into() }.look(&timeline)
    }

    #[test]
    fn calls_may_come_in_any_order_and_a_cookie_more_is_a_difference() {
        let typed = |sent: &[&str]| hop(1, Cause::Typed, "http://h/", sent);
        let call = |at, path: &str| hop(at, Cause::Fetch, path, &[]);
        let one = || vec![typed(&[]), call(2, "http://h/a"), call(3, "http://h/b")];
        let other = vec![typed(&[]), call(2, "http://h/b"), call(3, "http://h/a")];
        assert_eq!(look(one(), other).fact, Fact::So);
        let more = look(one(), vec![typed(&["s"]), call(2, "http://h/a"), call(3, "http://h/b")]);
        assert_eq!(more.fact, Fact::NotSo);
        assert!(more.seen.contains("with no cookies") && more.seen.contains("with s"), "{}", more.seen);
        let fewer = look(one(), vec![typed(&[]), call(2, "http://h/a")]);
        assert!(fewer.seen.contains("only the browser called GET http://h/b"), "{}", fewer.seen);
    }
}
