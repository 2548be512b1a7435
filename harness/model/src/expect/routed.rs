//! `{service} should route to a terminated instance of {tier}`: by the service's own access lines, against what the tier's catalogue had when
//! each request was sent. nginx names all addresses that it tried, HAProxy the last one: that another one was tried before is no evidence
//! that it was good.

mod still_out;

use std::collections::BTreeMap;

use super::members::{list, source};
use super::named::named;
use super::{Expectation, Kind, Observation};
use crate::text::seconds;
use crate::timeline::{Presence, Source, Timeline};
use still_out::still_out;

/// Whose requests are looked at.
#[derive(Debug, Clone)]
pub enum Balancers {
    /// Of that service.
    One(String),
    /// Of any of these that runs and writes access lines.
    Any(Vec<String>),
}

impl Balancers {
    fn names(&self) -> &[String] {
        match self {
            Self::One(service) => std::slice::from_ref(service),
            Self::Any(services) => services,
        }
    }
}

/// Of the requests sent since the step began, one went to an address that the catalogue had listed, and did no longer.
#[derive(Debug, Clone)]
pub struct Routed {
    /// The tier.
    pub tier: String,
    /// Whose list is right.
    pub catalogue: String,
    /// Who routes.
    pub balancers: Balancers,
}

impl Expectation for Routed {
    // What went wrong once has gone wrong; and each of these is looked at once, however long it is watched.
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        let logs = self.balancers.names().iter().map(|service| Source::Log { service: service.clone() });
        Some(logs.chain([source(&self.tier, &self.catalogue)]).collect())
    }

    fn since_ms(&self, timeline: &Timeline) -> u64 {
        timeline.step_ms()
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let catalogue = match list(timeline, &self.tier, &self.catalogue) {
            Ok((catalogue, _)) => catalogue,
            Err(why) => return Observation::unknown(why),
        };
        let mut requests: BTreeMap<&str, usize> = match &self.balancers {
            Balancers::One(service) => [(service.as_str(), 0)].into(),
            Balancers::Any(services) => {
                let routing = services.iter().filter(|service| timeline.runs(service) && timeline.logs_requests(service));
                routing.map(|service| (service.as_str(), 0)).collect()
            }
        };
        // What was sent before the step is another step's matter, though its line can come later.
        let since = timeline.step_ms();
        let mut gone: BTreeMap<_, (usize, u64)> = BTreeMap::new();
        let mut elsewhere = 0;
        for (service, access, sent_ms) in timeline.accesses_since(since).filter(|(.., sent_ms)| *sent_ms >= since) {
            let Some(count) = requests.get_mut(service) else { continue };
            *count += 1;
            elsewhere += usize::from(access.was_tried_elsewhere());
            for address in access.upstreams() {
                if let Presence::GoneSince(since) = catalogue.presence(address, sent_ms) {
                    let (count, longest) = gone.entry((service, address)).or_default();
                    (*count, *longest) = (*count + 1, sent_ms.saturating_sub(since).max(*longest));
                }
            }
        }
        let counts: Vec<String> = requests.iter().map(|(service, count)| format!("{count} of {service}")).collect();
        let seen = format!("requests since the step began: {}", counts.join(", "));
        if !gone.is_empty() {
            let told = gone.iter().map(|((service, address), (count, longest))| {
                let catalogue = &self.catalogue;
                format!("{service} sent {count} to {address}, then gone from {catalogue} for up to {}", seconds(*longest))
            });
            return Observation::of(true, format!("{seen}; to terminated instances of {}{}", self.tier, named(told)));
        }
        if requests.is_empty() || requests.values().any(|count| *count == 0) {
            return Observation::unknown(match requests.is_empty() {
                true => NoRoute::NobodyLogs { seen, services: self.balancers.names().join(", ") },
                false => NoRoute::NoRequests { seen },
            });
        }
        // A request that is out is in no log yet, and those that try dead addresses are out for long.
        let out = still_out(timeline, since, &requests);
        if out > 0 {
            return Observation::pending(NoRoute::StillOut { seen, out });
        }
        if elsewhere > 0 {
            return Observation::unknown(NoRoute::TriedElsewhere { seen, elsewhere });
        }
        Observation::of(false, format!("{seen}; none to a terminated instance of {}", self.tier))
    }
}

crate::reasons! {
    /// Why it is not known where requests went.
    pub(super) enum NoRoute {
        /// A load balancer has logged no request that was sent since this Then began.
        NoRequests { seen: String = "requests since the step began: 0 of haproxy-1" } is "no-routed-requests",
            says "{seen}",
            next "let somebody send requests through each of them while this Then is watched (`When everybody sends 20/s to URL`)";
        /// Nobody who could route runs and logs requests.
        NobodyLogs { seen: String = "requests since the step began: ", services: String = "haproxy-1, haproxy-2" } is "no-balancer-logs",
            says "{seen}; none that runs logs requests",
            next "name them in the topology (`x-relapse: {{ speaks: [{services}] }}`), let them log requests with their upstream, and let one of them run";
        /// Requests that try dead addresses are out for long, and are in a log only when they end.
        StillOut { seen: String = "requests since the step began: 40 of haproxy-1", out: usize = 3_usize } is "requests-still-out",
            says "{seen}; {out} are still out, and their lines to come",
            next "let the deadline be longer than the client's timeout, so that these requests have ended by then";
        /// HAProxy names the last address that it tried: which others it tried before is not in its line.
        TriedElsewhere { seen: String = "requests since the step began: 40 of haproxy-1", elsewhere: usize = 2_usize } is "tried-elsewhere",
            says "{seen}; {elsewhere} of these were tried elsewhere first, which their lines do not name",
            next "switch retries or redispatching off in the balancer's configuration for this story, or judge by what users get";
    }
}

#[cfg(test)]
mod tests;
