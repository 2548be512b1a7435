//! `{user} should be in a redirect loop`: more than 25 repeats of one state in one visit, or a chain of redirects that the browser ended.
//! `should still be in a redirect loop after {n} turns` asks for the one that no browser ends. Calls that a page makes are not counted: a
//! state is a place that the user is led to, with the cookies that go along.

use std::collections::HashMap;

use super::{Expectation, Fact, Kind, Observation};
use crate::timeline::{Source, Timeline};
use relapse_wire::visit::{Cause, End};

/// More repeats than this are a loop: a browser stops at 20 HTTP redirects, so a loop outlives it.
pub const REPEATS: usize = 25;

/// The latest visit goes in circles.
#[derive(Debug, Clone)]
pub struct RedirectLoop {
    /// Who visits.
    pub user: String,
    /// It is one that still goes on after so many turns; without, one that the browser ended is one as well.
    pub after: Option<usize>,
}

impl Expectation for RedirectLoop {
    fn kind(&self) -> Kind {
        Kind::Visit
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Visits { user: self.user.clone() }])
    }

    fn since_ms(&self, timeline: &Timeline) -> u64 {
        timeline.visit_began_ms(&self.user)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let mut states: HashMap<(&str, &[String]), usize> = HashMap::new();
        let mut circle: Vec<&str> = Vec::new();
        let (mut hops, mut navigates) = (0, false);
        for (_, hop) in timeline.hops(&self.user).filter(|(_, hop)| hop.cause != Cause::Fetch) {
            hops += 1;
            navigates |= matches!(hop.cause, Cause::Script | Cause::Refresh);
            *states.entry((hop.url.as_str(), hop.sent.as_slice())).or_default() += 1;
            // People read where it leads; what is carried along is in the timeline.
            let place = hop.url.split('?').next().unwrap_or(&hop.url);
            if !circle.contains(&place) {
                circle.push(place);
            }
        }
        let repeats = states.values().max().map_or(0, |most| most - 1);
        let end = timeline.visit_end(&self.user);
        let place = match end {
            Some(end) => format!("; then {} {}", self.user, crate::timeline::visit_end(end)),
            None => String::new(),
        };
        let seen = format!("{repeats} repeats in {hops} requests of {}: {}{place}", self.user, circle.join(" → "));
        let ended_by_the_browser = self.after.is_none() && matches!(end, Some(End::TooManyRedirects { .. }));
        let endless = match self.after {
            // Redirects alone are ended by every browser, whether or not they were by now.
            Some(turns) => repeats >= turns && (navigates || repeats > REPEATS),
            None => repeats > REPEATS,
        };
        let fact = match (hops, endless || ended_by_the_browser, end) {
            (0, ..) => return Observation::unknown(NoWay::NoHop { seen, user: self.user.clone() }),
            (_, true, _) => Fact::So,
            // Whoever was still on the way when the tab closed came to no rest.
            (_, false, Some(End::Cut { .. }) | None) => Fact::NotSo,
            (_, false, Some(_)) => Fact::Never,
        };
        Observation::new(fact, seen)
    }
}

crate::reasons! {
    /// Why it is not known whether somebody goes in circles.
    pub(super) enum NoWay {
        /// The user's latest visit has brought no answer yet, or there is none.
        NoHop { seen: String = "0 repeats in 0 requests of alice: ", user: String = "alice" } is "no-way-yet",
            says "{seen}",
            next "let {user} open a page first (`When {user} opens URL`), and give its first answer time to come";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Client, Record};

    fn look(hops: usize, end: Option<End>, after: Option<usize>) -> Fact {
        led(hops, "redirect", end, after)
    }

    fn led(hops: usize, cause: &str, end: Option<End>, after: Option<usize>) -> Fact {
        let mut timeline = Timeline::default();
        timeline.push(0, Record::Opened { user: "alice".into(), url: "http://a/".into(), visit: 0, with: Client::Visitor });
        for _ in 0..hops {
            let hop = serde_json::json!({"at_ms": 1, "seconds": 0.1, "cause": cause, "method": "GET", "url": "http://a/",
                "host": "a", "request_id": "", "resolved": [], "status": 302, "sent": [], "withheld": [], "set": []});
            let hop = Box::new(serde_json::from_value(hop).unwrap());
            timeline.push(1, Record::Hop { user: "alice".into(), visit: 0, hop });
        }
        if let Some(end) = end {
            timeline.push(2, Record::VisitEnded { user: "alice".into(), visit: 0, end });
        }
        RedirectLoop { user: "alice".into(), after }.look(&timeline).fact
    }

    #[test]
    fn a_chain_that_the_browser_ends_is_a_loop_that_ended() {
        let stopped = || Some(End::TooManyRedirects { url: "http://a/".into() });
        assert_eq!(look(20, stopped(), None), Fact::So);
        assert_eq!(look(20, stopped(), Some(26)), Fact::Never);
        assert_eq!(look(27, None, Some(26)), Fact::So);
        assert_eq!(look(26, None, Some(26)), Fact::NotSo);
        assert_eq!(look(6, None, Some(5)), Fact::NotSo, "the browser will end it");
        assert_eq!(led(6, "script", None, Some(5)), Fact::So);
        assert_eq!(look(27, None, None), Fact::So);
        assert_eq!(look(3, None, None), Fact::NotSo);
        assert_eq!(look(0, None, None), Fact::Unknown);
    }
}
