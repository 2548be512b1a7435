//! Who is in a list: `{service} should list {comparison} instances of {tier}`, and divergence, two lists that should agree and do not. A list
//! is read all along, by whoever is beside it; only what its own account says is counted.

mod list;

use std::net::SocketAddr;

use super::logged::Comparison;
use super::named::named;
use super::{Expectation, Kind, Observation};
use crate::text::seconds;
use crate::timeline::{Membership, Presence, Record, Source, Timeline};
use list::Servers;
pub(super) use list::{NoList, list};

/// How many of a tier's instances a service lists, or how many of those are not in the catalogue.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The tier.
    pub tier: String,
    /// Whose list.
    pub service: String,
    /// Only those that this service does not list.
    pub stale_in: Option<String>,
    /// How many.
    pub comparison: Comparison,
}

/// Two services list the same instances.
#[derive(Debug, Clone)]
pub struct SameMembers {
    /// The tier.
    pub tier: String,
    /// Whose list.
    pub service: String,
    /// And whose other one.
    pub other: String,
}

impl Expectation for Listed {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        let services = std::iter::once(&self.service).chain(&self.stale_in);
        Some(services.map(|service| source(&self.tier, service)).collect())
    }

    fn concerns(&self, what: &Record) -> bool {
        concerns(what, &self.tier, |service| *service == self.service || self.stale_in.as_ref() == Some(service))
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let own = match list(timeline, &self.tier, &self.service) {
            Ok((_, own)) => own,
            Err(why) => return Observation::unknown(why),
        };
        let Some(catalogue) = &self.stale_in else {
            let seen = format!("{} lists {}{}", self.service, own.len(), named(own.keys().map(ToString::to_string)));
            return Observation::of(self.comparison.matches(own.len()), seen);
        };
        let (membership, _) = match list(timeline, &self.tier, catalogue) {
            Ok(list) => list,
            Err(why) => return Observation::unknown(why),
        };
        let (stale, names) = missing(timeline, own, (catalogue, membership));
        let seen = format!("of {} that {} lists, {stale} are stale{names}", own.len(), self.service);
        Observation::of(self.comparison.matches(stale), seen)
    }
}

impl Expectation for SameMembers {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some([&self.service, &self.other].map(|service| source(&self.tier, service)).into())
    }

    fn concerns(&self, what: &Record) -> bool {
        concerns(what, &self.tier, |service| *service == self.service || *service == self.other)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        match differences(timeline, &self.tier, &self.service, &self.other) {
            Ok(Ok(number)) => Observation::of(true, format!("{} and {} list the same {number}", self.service, self.other)),
            Ok(Err(differences)) => Observation::of(false, differences),
            Err(why) => Observation::unknown(why),
        }
    }
}

/// Who tells of a list.
pub(super) fn source(tier: &str, service: &str) -> Source {
    Source::List { tier: tier.to_owned(), service: service.to_owned() }
}

/// Whether a record is about one of these services' lists of that tier, or about whether one of them runs.
pub(super) fn concerns(what: &Record, of: &str, whose: impl Fn(&String) -> bool) -> bool {
    match what {
        Record::Members { tier, service, .. } => tier == of && whose(service),
        Record::Container { service, .. } => whose(service),
        _ => false,
    }
}

/// Whether two lists have the same servers, and how many; else what only one of them has. Why that is not known.
pub(super) fn differences(timeline: &Timeline, tier: &str, service: &str, other: &str) -> Result<Result<usize, String>, NoList> {
    let ((own, servers), (others, other_servers)) = (list(timeline, tier, service)?, list(timeline, tier, other)?);
    if servers.keys().eq(other_servers.keys()) {
        return Ok(Ok(servers.len()));
    }
    let only = |whose: &str, these, absent| {
        let (number, names) = missing(timeline, these, absent);
        (number > 0).then(|| format!("{number} only in {whose}{names}"))
    };
    let differences = [only(service, servers, (other, others)), only(other, other_servers, (service, own))];
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    let (number, others) = (servers.len(), other_servers.len());
    Ok(Err(format!("{service} lists {number}, {other} lists {others}; {}", differences.join("; "))))
}

/// How many of one list the service `absent` does not list; some of them named, with their state and for how long it has not.
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

#[cfg(test)]
mod tests;
