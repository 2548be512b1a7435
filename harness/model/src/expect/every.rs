//! `every list of {tier} should agree with {service}`: all lists of a tier against one of them, which mostly is the catalogue.

use super::members::{NoList, concerns, differences, list, source};
use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Source, Timeline};

/// So many lists that differ are told in full.
const MAX_TOLD: usize = 8;

/// Every list whose service runs has the same servers as that one.
#[derive(Debug, Clone)]
pub struct EveryAgrees {
    /// The tier.
    pub tier: String,
    /// Whose lists; that of a service that does not run is left out.
    pub services: Vec<String>,
    /// And whose other one.
    pub other: String,
}

impl Expectation for EveryAgrees {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(self.services.iter().chain([&self.other]).map(|service| source(&self.tier, service)).collect())
    }

    fn concerns(&self, what: &Record) -> bool {
        concerns(what, &self.tier, |service| *service == self.other || self.services.contains(service))
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let running: Vec<&String> =
            self.services.iter().filter(|service| **service != self.other && timeline.runs(service)).collect();
        if running.is_empty() {
            return Observation::unknown(NoList::NobodyRuns { tier: self.tier.clone(), services: self.services.join(", ") });
        }
        if let Err(why) = list(timeline, &self.tier, &self.other) {
            return Observation::unknown(why);
        }
        let (mut same, mut different, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for service in running {
            match differences(timeline, &self.tier, service, &self.other) {
                Ok(Ok(_)) => same.push(service.as_str()),
                Ok(Err(differences)) => different.push(differences),
                Err(why) => unknown.push(why),
            }
        }
        let agree = (!same.is_empty()).then(|| format!("the same as {}: {}", self.other, same.join(", ")));
        // One that differs is enough, whatever the others have.
        let so = different.is_empty();
        let more = different.len().saturating_sub(MAX_TOLD);
        let more = (more > 0).then(|| format!("{more} more differ"));
        let told = different.into_iter().take(MAX_TOLD).chain(more);
        let seen: Vec<String> = told.chain(unknown.iter().take(MAX_TOLD).map(ToString::to_string)).chain(agree).collect();
        let seen = seen.join(". ");
        match unknown.into_iter().next().filter(|_| so) {
            // The first of them is as good as any.
            Some(why) => Observation { seen, ..Observation::unknown(why) },
            None => Observation::of(so, seen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use crate::timeline::State;
    use relapse_wire::members::{Reading, Server};

    const SERVICES: [&str; 3] = ["haproxy-1", "haproxy-2", "haproxy-3"];

    fn look(running: &[&str], lists: &[(u64, &str, &[u16])]) -> Observation {
        let mut timeline = Timeline::default();
        for service in SERVICES {
            let addresses = Vec::new();
            let state = if running.contains(&service) { State::Running { addresses } } else { State::Exited { code: 0 } };
            timeline.push(0, Record::Container { service: service.into(), state });
        }
        for (at_ms, service, ports) in lists {
            let server = |port: &u16| Server { address: ([10, 0, 0, 1], *port).into(), listed: true, state: "up".into() };
            let reading = Reading::Servers(ports.iter().map(server).collect());
            timeline.push(*at_ms, Record::Members { tier: "webapp".into(), service: (*service).into(), reading });
        }
        let services = SERVICES.map(ToOwned::to_owned).into();
        EveryAgrees { tier: "webapp".into(), services, other: "consul".into() }.look(&timeline)
    }

    #[test]
    fn each_list_that_differs_is_named_with_what_is_stale_in_it() {
        let same: &[(u64, &str, &[u16])] = &[(0, "consul", &[1, 2]), (0, "haproxy-1", &[1, 2]), (0, "haproxy-2", &[1, 2])];
        assert_eq!(look(&SERVICES[..2], same).fact, Fact::So);
        let later: &[(u64, &str, &[u16])] = &[(1000, "consul", &[2]), (1000, "haproxy-2", &[2]), (1300, "haproxy-3", &[3])];
        let sight = look(&SERVICES, &[same, later].concat());
        assert_eq!(sight.fact, Fact::NotSo);
        for told in [
            "haproxy-1 lists 2, consul lists 1; 1 only in haproxy-1: 10.0.0.1:1 (up, gone from consul for 0.3 s)",
            "1 only in haproxy-3: 10.0.0.1:3 (up, never in consul)",
            "the same as consul: haproxy-2",
        ] {
            assert!(sight.seen.contains(told), "{}", sight.seen);
        }
    }

    #[test]
    fn a_part_that_does_not_run_is_left_out_and_without_any_there_is_no_evidence() {
        let lists: &[(u64, &str, &[u16])] = &[(0, "consul", &[1]), (0, "haproxy-1", &[1]), (0, "haproxy-2", &[2])];
        assert_eq!(look(&["haproxy-1"], lists).fact, Fact::So);
        assert_eq!(look(&["haproxy-2"], lists).fact, Fact::NotSo);
        assert_eq!(look(&[], lists).fact, Fact::Unknown);
        assert_eq!(look(&["haproxy-1", "haproxy-3"], lists).fact, Fact::Unknown, "the list of haproxy-3 was never read");
        assert_eq!(look(&["haproxy-2", "haproxy-3"], lists).fact, Fact::NotSo, "one that differs is enough");
        assert_eq!(look(&["haproxy-1"], &lists[1..]).fact, Fact::Unknown, "consul's list was never read");
    }
}
