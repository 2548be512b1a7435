//! Who is in a list: `{part} should list {comparison} instances of {tier}`, and divergence, two lists that should agree and do not. A list
//! is read all along, by whoever is beside it; only what its own account says is counted.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::logged::Comparison;
use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};
use crate::wire::members::{HEARTBEAT_MS, Reading, Server};

/// A list that nobody has read for so long is not known.
const MOST_SILENT_MS: u64 = 3 * HEARTBEAT_MS;
/// So many addresses are named.
const MOST_NAMED: usize = 8;

/// How many of a tier's instances a part lists, or how many of those are not in the catalogue.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The tier.
    pub tier: String,
    /// Whose list.
    pub part: String,
    /// Only those that this part does not list.
    pub stale_in: Option<String>,
    /// How many.
    pub comparison: Comparison,
}

/// Two parts list the same instances.
#[derive(Debug, Clone)]
pub struct SameMembers {
    /// The tier.
    pub tier: String,
    /// Whose list.
    pub part: String,
    /// And whose other one.
    pub other: String,
}

impl Expectation for Listed {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let own = match list(timeline, &self.tier, &self.part) {
            Ok(own) => own,
            Err(why) => return Sight::unknown(why),
        };
        let Some(catalogue) = &self.stale_in else {
            let seen = format!("{} lists {}{}", self.part, own.len(), named(own.keys().map(ToString::to_string)));
            return Sight::of(self.comparison.matches(own.len()), seen);
        };
        let catalogue = match list(timeline, &self.tier, catalogue) {
            Ok(servers) => servers,
            Err(why) => return Sight::unknown(why),
        };
        let stale = missing(timeline, &own, &catalogue, &self.tier, self.stale_in.as_deref().unwrap_or_default());
        let seen =
            format!("of {} that {} lists, {} are stale{}", own.len(), self.part, stale.len(), named(stale.iter().cloned()));
        Sight::of(self.comparison.matches(stale.len()), seen)
    }
}

impl Expectation for SameMembers {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let (own, other) = match (list(timeline, &self.tier, &self.part), list(timeline, &self.tier, &self.other)) {
            (Ok(own), Ok(other)) => (own, other),
            (Err(why), _) | (_, Err(why)) => return Sight::unknown(why),
        };
        if own.keys().eq(other.keys()) {
            return Sight::of(true, format!("{} and {} list the same {}", self.part, self.other, own.len()));
        }
        let only = |these, those, part: &str, absent: &str| {
            let missing = missing(timeline, these, those, &self.tier, absent);
            let how_many = missing.len();
            (how_many > 0).then(|| format!("{how_many} only in {part}{}", named(missing.into_iter())))
        };
        let differences = [only(&own, &other, &self.part, &self.other), only(&other, &own, &self.other, &self.part)];
        let differences: Vec<String> = differences.into_iter().flatten().collect();
        let seen = format!("{} lists {}, {} lists {}; {}", self.part, own.len(), self.other, other.len(), differences.join("; "));
        Sight::of(false, seen)
    }
}

/// What a part lists now: its servers by address. In words why that is not known.
fn list<'a>(timeline: &'a Timeline, tier: &str, part: &str) -> Result<BTreeMap<SocketAddr, &'a Server>, String> {
    let now = timeline.entries().last().map_or(0, |entry| entry.at_ms);
    let mut readings = readings(timeline, tier, part).rev();
    let (at_ms, newest) = readings.next().ok_or_else(|| format!("the {tier} list of {part} was never read"))?;
    if at_ms + MOST_SILENT_MS < now {
        return Err(format!("the {tier} list of {part} was not read for {} ms", now - at_ms));
    }
    let said =
        std::iter::once(newest).chain(readings.map(|(_, reading)| reading)).find(|reading| **reading != Reading::Unchanged);
    match said {
        Some(Reading::Servers(servers)) => {
            Ok(servers.iter().filter(|server| server.listed).map(|server| (server.address, server)).collect())
        }
        Some(Reading::Failed(why)) => Err(format!("the {tier} list of {part} cannot be read: {why}")),
        _ => Err(format!("the {tier} list of {part} was never read")),
    }
}

/// The readings of a list, oldest first, with their time.
fn readings<'a>(timeline: &'a Timeline, tier: &str, part: &str) -> impl DoubleEndedIterator<Item = (u64, &'a Reading)> {
    timeline.entries().iter().filter_map(move |entry| match &entry.what {
        What::Members { tier: of, part: who, reading } if of == tier && who == part => Some((entry.at_ms, reading)),
        _ => None,
    })
}

/// Those of one list that the part `absent` does not list, with their state and for how long it has not.
fn missing(
    timeline: &Timeline,
    these: &BTreeMap<SocketAddr, &Server>,
    those: &BTreeMap<SocketAddr, &Server>,
    tier: &str,
    absent: &str,
) -> Vec<String> {
    let now = timeline.entries().last().map_or(0, |entry| entry.at_ms);
    let missing = these.iter().filter(|(address, _)| !those.contains_key(address));
    let told = missing.map(|(address, server)| {
        let mut last_listed = None;
        let mut since = None;
        for (at_ms, reading) in readings(timeline, tier, absent) {
            let Reading::Servers(servers) = reading else { continue };
            if servers.iter().any(|other| other.listed && other.address == *address) {
                (last_listed, since) = (Some(at_ms), None);
            } else {
                since = since.or(Some(at_ms));
            }
        }
        #[expect(clippy::cast_precision_loss)]
        let seconds = |since: u64| now.saturating_sub(since) as f64 / 1000.0;
        match (last_listed, since) {
            (Some(_), Some(since)) => format!("{address} ({}, gone from {absent} for {:.1} s)", server.state, seconds(since)),
            _ => format!("{address} ({}, never in {absent})", server.state),
        }
    });
    told.collect()
}

/// `: a, b, c and 4 more`.
fn named(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(MOST_NAMED);
    let shown: Vec<String> = all.take(MOST_NAMED).collect();
    match (shown.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", shown.join(", ")),
        (false, more) => format!(": {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::expect::Fact;

    fn servers(ports: &[u16]) -> Reading {
        let server = |port: &u16| Server { address: ([10, 0, 0, 1], *port).into(), listed: *port < 100, state: "up".into() };
        Reading::Servers(ports.iter().map(server).collect())
    }

    fn timeline(entries: Vec<(u64, &str, Reading)>) -> Timeline {
        let mut timeline = Timeline::default();
        for (at_ms, part, reading) in entries {
            timeline.push(at_ms, What::Members { tier: "webapp".into(), part: part.into(), reading });
        }
        timeline
    }

    fn stale(comparison: &str) -> Listed {
        let comparison = comparison.parse().unwrap();
        Listed { tier: "webapp".into(), part: "haproxy".into(), stale_in: Some("consul".into()), comparison }
    }

    fn same() -> SameMembers {
        SameMembers { tier: "webapp".into(), part: "haproxy".into(), other: "consul".into() }
    }

    #[test]
    fn what_is_in_a_slot_and_no_longer_in_the_catalogue_is_stale() {
        let timeline = timeline(vec![
            (0, "consul", servers(&[1, 2])),
            (0, "haproxy", servers(&[1, 2, 100])),
            (1000, "consul", servers(&[2, 3])),
            (1400, "haproxy", Reading::Unchanged),
        ]);
        let sight = stale("exactly 1").look(&timeline);
        assert_eq!(sight.fact, Fact::So);
        assert!(sight.seen.contains("10.0.0.1:1 (up, gone from consul for 0.4 s)"), "{}", sight.seen);
        let sight = same().look(&timeline);
        assert_eq!(sight.fact, Fact::NotSo);
        assert!(sight.seen.contains("1 only in consul: 10.0.0.1:3 (up, never in haproxy)"), "{}", sight.seen);
    }

    #[test]
    fn a_list_that_is_not_read_or_cannot_be_is_no_evidence() {
        let silent = vec![(0, "haproxy", servers(&[1])), (0, "consul", servers(&[1])), (2000, "consul", Reading::Unchanged)];
        let failed = vec![(0, "haproxy", Reading::Failed("refused".into())), (1, "consul", servers(&[1]))];
        for entries in [vec![], silent, failed] {
            let timeline = timeline(entries);
            assert_eq!(same().look(&timeline).fact, Fact::Unknown);
            assert_eq!(stale("exactly 0").look(&timeline).fact, Fact::Unknown);
        }
    }

    #[test]
    fn the_same_in_any_state_agrees() {
        let timeline = timeline(vec![(0, "haproxy", servers(&[1, 100])), (1, "consul", servers(&[1]))]);
        assert_eq!(same().look(&timeline).fact, Fact::So);
        assert_eq!(stale("exactly 0").look(&timeline).fact, Fact::So);
    }
}
