//! Which alerts fired, as whoever is told of them heard it.

use std::collections::{BTreeMap, BTreeSet};

use relapse_model::timeline::{Entry, Record, Timeline};
use relapse_wire::log::Line;

use super::Stretch;

/// The alerts of one name.
pub(in super::super) struct Alert {
    pub(in super::super) name: String,
    /// While at least one fired; the value is how many did at most.
    pub(in super::super) firing: Vec<Stretch<usize>>,
    /// Whether one of them was never told to be resolved.
    pub(in super::super) still: bool,
}

/// Alerts of one name that fire: which, by their labels, since when, and how many did at most.
#[derive(Default)]
struct Firing<'a> {
    which: BTreeSet<&'a BTreeMap<String, String>>,
    since_ms: u64,
    most: usize,
}

pub(super) fn alerts(timeline: &Timeline, end_ms: u64) -> Vec<Alert> {
    let mut alerts: BTreeMap<&str, (Firing, Vec<Stretch<usize>>)> = BTreeMap::new();
    for Entry { at_ms, what } in timeline.entries() {
        let Record::Log { line: Some(Line::Alert(alert)), .. } = what else { continue };
        let (firing, past) = alerts.entry(&alert.name).or_default();
        match alert.state.as_str() {
            "firing" => {
                if firing.which.is_empty() {
                    firing.since_ms = *at_ms;
                }
                // It is told again and again while it fires.
                firing.which.insert(&alert.labels);
                firing.most = firing.most.max(firing.which.len());
            }
            "resolved" if firing.which.remove(&alert.labels) && firing.which.is_empty() => {
                past.push(Stretch { from_ms: firing.since_ms, to_ms: *at_ms, value: firing.most });
                firing.most = 0;
            }
            _ => {}
        }
    }
    let ended = |(name, (firing, mut past)): (&str, (Firing, Vec<Stretch<usize>>))| {
        let still = !firing.which.is_empty();
        if still {
            past.push(Stretch { from_ms: firing.since_ms, to_ms: end_ms.max(firing.since_ms), value: firing.most });
        }
        Alert { name: name.to_owned(), firing: past, still }
    };
    alerts.into_iter().map(ended).filter(|alert| !alert.firing.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::alert as told;

    #[test]
    fn an_alert_fires_until_the_last_of_its_name_is_resolved() {
        let mut timeline = Timeline::default();
        let lines = [
            (10, told("Stale", "firing", "a")),
            (20, told("Stale", "firing", "b")),
            (30, told("Stale", "firing", "a")),
            (40, told("Stale", "resolved", "a")),
            (50, told("Stale", "resolved", "b")),
            (51, told("Stale", "resolved", "b")),
            (60, told("Stale", "firing", "a")),
            (70, told("Other", "resolved", "a")),
        ];
        for (at_ms, line) in lines {
            timeline.push(at_ms, line);
        }
        let seen = alerts(&timeline, 100);
        let stretch = |from_ms, to_ms, value| Stretch { from_ms, to_ms, value };
        assert_eq!(seen.iter().map(|alert| alert.name.as_str()).collect::<Vec<_>>(), ["Stale"]);
        assert_eq!(seen[0].firing, [stretch(10, 50, 2), stretch(60, 100, 1)]);
        assert!(seen[0].still);
    }

    #[test]
    fn an_alert_that_was_resolved_does_not_fire_still() {
        let mut timeline = Timeline::default();
        timeline.push(10, told("Stale", "firing", "a"));
        timeline.push(20, told("Stale", "resolved", "a"));
        let seen = alerts(&timeline, 100);
        assert_eq!((seen[0].firing[0].to_ms, seen[0].still), (20, false));
    }
}
