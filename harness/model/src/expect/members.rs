//! Who is in a list: `{part} should list {comparison} instances of {tier}`, and divergence, two lists that should agree and do not. A list
//! is read all along, by whoever is beside it; only what its own account says is counted.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::logged::Comparison;
use super::{Expectation, Kind, Sight};
use crate::text::seconds;
use crate::timeline::{Membership, Presence, Source, State, Timeline, What};
use relapse_wire::members::MOST_SILENT_MS;

/// So many addresses are named.
const MOST_NAMED: usize = 8;

/// Servers by address, with their state.
type Servers = BTreeMap<SocketAddr, String>;

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

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        let parts = std::iter::once(&self.part).chain(&self.stale_in);
        Some(parts.map(|part| source(&self.tier, part)).collect())
    }

    fn concerns(&self, what: &What) -> bool {
        concerns(what, &self.tier, |part| *part == self.part || self.stale_in.as_ref() == Some(part))
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let own = match list(timeline, &self.tier, &self.part) {
            Ok((_, own)) => own,
            Err(why) => return Sight::unknown(why),
        };
        let Some(catalogue) = &self.stale_in else {
            let seen = format!("{} lists {}{}", self.part, own.len(), named(own.keys().map(ToString::to_string)));
            return Sight::of(self.comparison.matches(own.len()), seen);
        };
        let (membership, _) = match list(timeline, &self.tier, catalogue) {
            Ok(list) => list,
            Err(why) => return Sight::unknown(why),
        };
        let (stale, names) = missing(timeline, own, (catalogue, membership));
        let seen = format!("of {} that {} lists, {stale} are stale{names}", own.len(), self.part);
        Sight::of(self.comparison.matches(stale), seen)
    }
}

impl Expectation for SameMembers {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some([&self.part, &self.other].map(|part| source(&self.tier, part)).into())
    }

    fn concerns(&self, what: &What) -> bool {
        concerns(what, &self.tier, |part| *part == self.part || *part == self.other)
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        match differences(timeline, &self.tier, &self.part, &self.other) {
            Ok(Ok(number)) => Sight::of(true, format!("{} and {} list the same {number}", self.part, self.other)),
            Ok(Err(differences)) => Sight::of(false, differences),
            Err(why) => Sight::unknown(why),
        }
    }
}

/// Who tells of a list.
pub(super) fn source(tier: &str, part: &str) -> Source {
    Source::List { tier: tier.to_owned(), service: part.to_owned() }
}

/// Whether a record is about one of these parts' lists of that tier, or about whether one of them runs.
pub(super) fn concerns(what: &What, of: &str, whose: impl Fn(&String) -> bool) -> bool {
    match what {
        What::Members { tier, part, .. } => tier == of && whose(part),
        What::Container { part, .. } => whose(part),
        _ => false,
    }
}

/// Whether two lists have the same servers, and how many; else what only one of them has. In words why that is not known.
pub(super) fn differences(timeline: &Timeline, tier: &str, part: &str, other: &str) -> Result<Result<usize, String>, String> {
    let ((own, servers), (others, other_servers)) = (list(timeline, tier, part)?, list(timeline, tier, other)?);
    if servers.keys().eq(other_servers.keys()) {
        return Ok(Ok(servers.len()));
    }
    let only = |whose: &str, these, absent| {
        let (number, names) = missing(timeline, these, absent);
        (number > 0).then(|| format!("{number} only in {whose}{names}"))
    };
    let differences = [only(part, servers, (other, others)), only(other, other_servers, (part, own))];
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    let (number, others) = (servers.len(), other_servers.len());
    Ok(Err(format!("{part} lists {number}, {other} lists {others}; {}", differences.join("; "))))
}

/// A part's list, and its servers of now. In words why that is not known.
pub(super) fn list<'a>(timeline: &'a Timeline, tier: &str, part: &str) -> Result<(&'a Membership, &'a Servers), String> {
    let now = timeline.now_ms();
    let never = || format!("the {tier} list of {part} was never read");
    let membership = timeline.membership(tier, part).ok_or_else(never)?;
    // What was read before this step is of that time, and the list of one that does not run is nobody's.
    let heard = membership.heard_ms();
    match timeline.state(part) {
        None | Some(State::Running { .. }) => {}
        Some(state) => return Err(format!("the {tier} list of {part} is nobody's: {part} is {}", state.word())),
    }
    if heard < timeline.step_ms() {
        return Err(format!("the {tier} list of {part} was not read since this step began"));
    }
    if heard + MOST_SILENT_MS < now {
        return Err(format!("the {tier} list of {part} was not read for {} ms", now - heard));
    }
    match membership.listed() {
        Ok(servers) => Ok((membership, servers)),
        Err("") => Err(never()),
        Err(why) => Err(format!("the {tier} list of {part} cannot be read: {why}")),
    }
}

/// How many of one list the part `absent` does not list; some of them named, with their state and for how long it has not.
fn missing(timeline: &Timeline, these: &Servers, (absent, those): (&str, &Membership)) -> (usize, String) {
    let now = timeline.now_ms();
    let listed = |address| matches!(those.presence(address, now), Presence::Since(_));
    let missing: Vec<(&SocketAddr, &String)> = these.iter().filter(|(address, _)| !listed(**address)).collect();
    let told = missing.iter().map(|(address, state)| match those.presence(**address, now) {
        Presence::GoneSince(since) => {
            format!("{address} ({state}, gone from {absent} for {})", seconds(now.saturating_sub(since)))
        }
        _ => format!("{address} ({state}, never in {absent})"),
    });
    (missing.len(), named(told))
}

/// `: a, b, c and 4 more`.
pub(super) fn named(mut all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(MOST_NAMED);
    let shown: Vec<String> = all.by_ref().take(MOST_NAMED).collect();
    match (shown.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", shown.join(", ")),
        (false, more) => format!(": {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use crate::timeline::What;
    use relapse_wire::members::{Reading, Server};

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
    fn what_was_read_before_this_step_or_of_one_that_does_not_run_is_no_evidence() {
        let agreed = || vec![(0, "haproxy", servers(&[1])), (1, "consul", servers(&[1]))];
        let mut old = timeline(agreed());
        old.push(5, What::Step { text: "Then".into(), line: 1, kind: crate::timeline::StepKind::Then });
        assert_eq!(same().look(&old).fact, Fact::Unknown);
        for part in ["haproxy", "consul"] {
            old.push(10, What::Members { tier: "webapp".into(), part: part.into(), reading: Reading::Unchanged });
        }
        assert_eq!(same().look(&old).fact, Fact::So);
        let mut dead = timeline(agreed());
        dead.push(1, What::Container { part: "haproxy".into(), state: State::Exited { code: 1 } });
        assert_eq!(same().look(&dead).fact, Fact::Unknown);
        assert_eq!(stale("exactly 0").look(&dead).fact, Fact::Unknown);
    }

    #[test]
    fn the_same_in_any_state_agrees() {
        let timeline = timeline(vec![(0, "haproxy", servers(&[1, 100])), (1, "consul", servers(&[1]))]);
        assert_eq!(same().look(&timeline).fact, Fact::So);
        assert_eq!(stale("exactly 0").look(&timeline).fact, Fact::So);
    }

    #[test]
    fn a_look_at_a_thousand_servers_costs_the_same_after_many_readings() {
        let list = |from: u16| {
            let server = |port| Server { address: ([10, 0, 0, 1], port).into(), listed: true, state: "up".into() };
            Reading::Servers((from..from + 1000).map(server).collect())
        };
        let mut timeline = Timeline::default();
        for at_ms in 0..100_u16 {
            // Consul goes on; the others have what was there at the beginning.
            let instances = list(at_ms * 10);
            timeline.push(at_ms.into(), What::Members { tier: "webapp".into(), part: "consul".into(), reading: instances });
            for number in 1..=4 {
                let reading = if at_ms.is_multiple_of(2) { list(0) } else { Reading::Unchanged };
                timeline.push(at_ms.into(), What::Members { tier: "webapp".into(), part: format!("haproxy-{number}"), reading });
            }
        }
        let began = std::time::Instant::now();
        for number in 1..=4 {
            for _ in 0..25 {
                let part = format!("haproxy-{number}");
                let sight = Listed { part, ..stale("exactly 990") }.look(&timeline);
                assert_eq!(sight.fact, Fact::So, "{}", sight.seen);
            }
        }
        let took = began.elapsed();
        assert!(took < std::time::Duration::from_secs(2), "100 looks took {took:?}");
    }
}
