//! `{tier} should have {comparison} idle instances`: those that are listed and get no request, beside others that do. By the access lines
//! of whoever routes to them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::logged::Comparison;
use super::members::{list, source};
use super::named::named;
use super::{Expectation, Kind, Observation};
use crate::timeline::{Presence, Record, Source, Timeline};

/// What is looked at: the requests logged in so many milliseconds before now.
const WINDOW_MS: u64 = 3_000;
/// Fewer requests say nothing about who gets none.
const MIN_REQUESTS: usize = 10;

/// How many of a tier's instances get no request.
#[derive(Debug, Clone)]
pub struct Idle {
    /// The tier.
    pub tier: String,
    /// Whose list is right.
    pub catalogue: String,
    /// How many.
    pub comparison: Comparison,
}

impl Expectation for Idle {
    fn kind(&self) -> Kind {
        Kind::Rate
    }

    fn sources(&self, timeline: &Timeline) -> Option<Vec<Source>> {
        let logs = timeline.writers().map(|service| Source::Log { service: service.to_owned() });
        Some(logs.chain([source(&self.tier, &self.catalogue)]).collect())
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Log { line: Some(_), .. } | Record::Members { .. })
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let (catalogue, servers) = match list(timeline, &self.tier, &self.catalogue) {
            Ok(list) => list,
            Err(why) => return Observation::unknown(why),
        };
        let now = timeline.now_ms();
        let since = now.saturating_sub(WINDOW_MS);
        if since < timeline.acted_ms() {
            return Observation::pending(NotIdle::TooSoon { window_ms: WINDOW_MS });
        }
        let mut requests = 0;
        let mut counts: BTreeMap<SocketAddr, usize> = BTreeMap::new();
        for (_, access, _) in timeline.accesses_since(since) {
            // Those that went to an instance that is gone count as well: others are idle meanwhile.
            let known = |address: &SocketAddr| catalogue.presence(*address, now) != Presence::Never;
            let mut any = false;
            for address in access.upstreams().filter(known) {
                any = true;
                *counts.entry(address).or_default() += 1;
            }
            requests += usize::from(any);
        }
        let seen = format!("{requests} requests to {} in the last {WINDOW_MS} ms", self.tier);
        if requests < MIN_REQUESTS {
            return Observation::pending(NotIdle::TooFewRequests { seen, needed: MIN_REQUESTS, tier: self.tier.clone() });
        }
        // A newcomer has not had the time.
        let settled =
            |address: &SocketAddr| matches!(catalogue.presence(*address, now), Presence::Since(at_ms) if at_ms <= since);
        let settled: Vec<&SocketAddr> = servers.keys().filter(|address| settled(address)).collect();
        if settled.is_empty() {
            return Observation::pending(NotIdle::OnlyNewcomers { seen, catalogue: self.catalogue.clone() });
        }
        let busiest = counts.iter().max_by_key(|(_, count)| **count);
        let busiest = busiest.map(|(address, count)| format!("; the busiest, {address}, got {count}")).unwrap_or_default();
        let number = settled.len();
        let idle: Vec<&SocketAddr> = settled.into_iter().filter(|address| !counts.contains_key(*address)).collect();
        let names = named(idle.iter().map(ToString::to_string));
        Observation::of(
            self.comparison.matches(idle.len()),
            format!("{seen}{busiest}; {} of {number} are idle{names}", idle.len()),
        )
    }
}

crate::reasons! {
    /// Why it is not known who is idle.
    pub(super) enum NotIdle {
        /// Idle is who gets no request for some time, and since the last When less time has passed.
        TooSoon { window_ms: u64 = 3_000_u64 } is "too-soon-after-when",
            says "{window_ms} ms are looked at, and the last When was less than that ago",
            next "give it more time than {window_ms} ms: a longer deadline, or `--patience 2`";
        /// So few requests went to the tier that one without any says nothing.
        TooFewRequests { seen: String = "4 requests to webapp in the last 3000 ms", needed: usize = 10_usize, tier: String = "webapp" }
            is "too-few-requests-to-tier",
            says "{seen}; {needed} are needed",
            next "send more (`When everybody sends 20/s to` whoever routes to {tier}), and see that its access lines name their upstream";
        /// Every instance is so new that it had no time to get a request.
        OnlyNewcomers { seen: String = "12 requests to webapp in the last 3000 ms", catalogue: String = "consul" } is "only-newcomers",
            says "{seen}; {catalogue} has listed no instance for that long",
            next "give it more time: a longer deadline, or `--patience 2`";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use relapse_wire::members::{Reading, Server};

    fn catalogue(ports: &[u16]) -> Record {
        let server = |port: &u16| Server { address: ([10, 0, 0, 1], *port).into(), listed: true, state: "passing".into() };
        let reading = Reading::Servers(ports.iter().map(server).collect());
        Record::Members { tier: "webapp".into(), service: "consul".into(), reading }
    }

    fn look(comparison: &str, newcomer_ms: u64, upstreams: &[&str]) -> Observation {
        let mut timeline = Timeline::default();
        timeline.push(0, catalogue(&[1, 2, 3, 4]));
        timeline.push(newcomer_ms, catalogue(&[1, 2, 3, 5]));
        for (index, upstream) in upstreams.iter().enumerate() {
            let line =
                format!(r#"{{"access":{{"at":1.0,"host":"a","method":"GET","path":"/","status":200,"upstream":"{upstream}"}}}}"#);
            let line = Some(serde_json::from_str(&line).unwrap());
            timeline.push(10_000 + index as u64, Record::Log { service: "haproxy".into(), text: String::new(), line });
        }
        timeline.push(11_000, catalogue(&[1, 2, 3, 5]));
        let comparison = comparison.parse().unwrap();
        Idle { tier: "webapp".into(), catalogue: "consul".into(), comparison }.look(&timeline)
    }

    #[test]
    fn an_instance_without_requests_beside_busy_ones_is_idle_and_a_newcomer_is_not() {
        let to_two = ["10.0.0.1:1", "10.0.0.1:1", "10.0.0.1:2"].repeat(4);
        let sight = look("exactly 1", 9_000, &to_two);
        assert_eq!(sight.fact, Fact::So, "{}", sight.seen);
        let expected = "12 requests to webapp in the last 3000 ms; the busiest, 10.0.0.1:1, got 8; 1 of 3 are idle: 10.0.0.1:3";
        assert_eq!(sight.seen, expected);
        assert_eq!(look("exactly 2", 1_000, &to_two).fact, Fact::So, "it is there for long enough");
        let to_all = ["10.0.0.1:1", "10.0.0.1:2, 10.0.0.1:3"].repeat(6);
        assert_eq!(look("at least 1", 9_000, &to_all).fact, Fact::NotSo);
    }

    #[test]
    fn requests_to_an_instance_that_is_gone_count_and_to_anybody_else_do_not() {
        assert_eq!(look("exactly 3", 9_000, &["10.0.0.1:4"; 10]).fact, Fact::So);
        assert_eq!(look("exactly 3", 9_000, &["10.0.0.1:4"; 9]).fact, Fact::Pending);
        assert_eq!(look("exactly 3", 9_000, &["10.0.0.9:4"; 20]).fact, Fact::Pending);
        assert_eq!(look("exactly 3", 9_000, &["-:-"; 20]).fact, Fact::Pending);
    }
}
