//! `the alert {string} should fire` and `… should be resolved`: what the last notification said, by the log of whoever is told. That nobody
//! was told of an alert is evidence only while somebody is told of something: a dead-man's switch, told again and again, shows that an alert
//! would have come.

mod heard;
mod selector;

use std::collections::BTreeMap;

use super::named::named;
use super::{Expectation, Kind, Observation};
use crate::text::seconds;
use crate::timeline::{Record, Timeline};
pub(super) use heard::NoAlerts;
use heard::{FIRING, alerts_heard, heard_throughout, heard_until_now};
use relapse_wire::log::{Alert, Line};
pub use selector::Selector;

/// What an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody was told that it fires, and not since that it is resolved; with any labels.
    Firing,
    /// It fired, and nobody was told otherwise than that it is resolved; with all labels.
    Resolved,
}

/// An alert is in a state.
#[derive(Debug, Clone)]
pub struct Alerted {
    /// Which.
    pub alert: Selector,
    /// What it should be.
    pub state: State,
}

/// What was told last of an alert with the same labels.
struct Last<'a> {
    fires: bool,
    /// When that was told first.
    since_ms: u64,
    alert: &'a Alert,
}

impl Expectation for Alerted {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Log { line: Some(Line::Alert(_)), .. })
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let mut last: BTreeMap<&BTreeMap<String, String>, Last<'_>> = BTreeMap::new();
        for (at_ms, alert) in alerts_heard(timeline) {
            let fires = alert.state == FIRING;
            let known = last.entry(&alert.labels).or_insert(Last { fires, since_ms: at_ms, alert });
            if known.fires != fires {
                *known = Last { fires, since_ms: at_ms, alert };
            }
        }
        let anything_fires = last.values().any(|last| last.fires);
        let own = last.values().filter(|last| self.alert.selects(last.alert));
        let (firing, resolved): (Vec<_>, Vec<_>) = own.partition(|last| last.fires);
        let acts = acts(timeline);
        let told = |all: &[&Last<'_>]| named(all.iter().map(|last| describe(last, &acts)));
        let fires = !firing.is_empty();
        let so = match self.state {
            State::Firing => fires,
            State::Resolved => !fires && !resolved.is_empty(),
        };
        let name = &self.alert;
        let seen = match (fires, resolved.is_empty()) {
            (true, _) => format!("{name} fires{}", told(&firing)),
            (false, false) => format!("{name} is resolved{}", told(&resolved)),
            (false, true) => format!("nobody was ever told of {name}; {}", others(timeline)),
        };
        // That it fires was told. That it does not has to be known of all the time.
        let known = match (fires, anything_fires) {
            (true, _) => heard_until_now(timeline),
            (false, true) => heard_throughout(timeline),
            (false, false) => Err(NoAlerts::NothingFires),
        };
        match known {
            Ok(()) => Observation::of(so, seen),
            Err(why) => Observation::unknown(why).after(&seen),
        }
    }
}

/// The steps before the newest that nothing was judged in, with when each began.
fn acts(timeline: &Timeline) -> Vec<(u64, &str)> {
    let mut acts: Vec<(u64, &str)> = Vec::new();
    let mut running = None;
    for entry in timeline.entries() {
        match &entry.what {
            Record::Step { text, .. } => acts.extend(running.replace((entry.at_ms, text.as_str()))),
            Record::Judged { .. } => running = None,
            _ => {}
        }
    }
    acts
}

/// With its labels, and how long after the latest act it was first told.
fn describe(last: &Last<'_>, acts: &[(u64, &str)]) -> String {
    let labels = last.alert.labels.iter().filter(|(name, _)| *name != "alertname");
    let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={value}")).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{} ", labels.join(" ")) };
    let act = acts.iter().rev().find(|(at_ms, _)| *at_ms <= last.since_ms);
    let after = act.map(|(at_ms, text)| format!("told {} after `{text}` began", seconds(last.since_ms - at_ms)));
    format!("{labels}{}", after.unwrap_or_else(|| format!("told {} after the lab's beginning", seconds(last.since_ms))))
}

/// Of which alerts somebody was told.
fn others(timeline: &Timeline) -> String {
    let mut names: Vec<&str> = alerts_heard(timeline).map(|(_, alert)| alert.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { "nor of any other alert".into() } else { format!("but of {}", names.join(", ")) }
}

#[cfg(test)]
mod tests;
