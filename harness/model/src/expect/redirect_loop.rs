//! `{user} should be in a redirect loop`: more than 25 repeats of one state in one visit. Calls that a page makes are not counted:
//! a state is a place that the user is led to, with the cookies that go along.

use std::collections::HashMap;

use super::{Expectation, Fact, Kind, Sight};
use crate::timeline::Timeline;
use crate::wire::visit::Cause;

/// More repeats than this are a loop: a browser stops at 20 HTTP redirects, so a loop outlives it.
pub const REPEATS: usize = 25;

/// The latest visit goes in circles.
#[derive(Debug, Clone)]
pub struct RedirectLoop {
    /// Who visits.
    pub user: String,
}

impl Expectation for RedirectLoop {
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let mut states: HashMap<(&str, &[String]), usize> = HashMap::new();
        let mut circle: Vec<&str> = Vec::new();
        let mut hops = 0;
        for (_, hop) in timeline.hops(&self.user).filter(|(_, hop)| hop.cause != Cause::Fetch) {
            hops += 1;
            *states.entry((hop.url.as_str(), hop.sent.as_slice())).or_default() += 1;
            // People read where it leads; what is carried along is in the timeline.
            let place = hop.url.split('?').next().unwrap_or(&hop.url);
            if !circle.contains(&place) {
                circle.push(place);
            }
        }
        let repeats = states.values().max().map_or(0, |most| most - 1);
        let place = match timeline.visit_end(&self.user) {
            Some(end) => format!("; then {} {}", self.user, super::seen::describe(end)),
            None => String::new(),
        };
        let seen = format!("{repeats} repeats in {hops} requests of {}: {}{place}", self.user, circle.join(" → "));
        let fact = match (hops, repeats > REPEATS, timeline.visit_end(&self.user)) {
            (0, ..) => Fact::Unknown,
            (_, true, _) => Fact::So,
            (_, false, Some(_)) => Fact::Never,
            (_, false, None) => Fact::NotSo,
        };
        Sight { fact, seen }
    }
}
