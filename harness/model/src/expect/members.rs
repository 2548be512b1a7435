//! Who is in a list: `{part} should list {comparison} instances of {tier}`, and divergence, two lists that should agree and do not. A list
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

    fn concerns(&self, what: &Record) -> bool {
        concerns(what, &self.tier, |part| *part == self.part || self.stale_in.as_ref() == Some(part))
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let own = match list(timeline, &self.tier, &self.part) {
            Ok((_, own)) => own,
            Err(why) => return Observation::unknown(why),
        };
        let Some(catalogue) = &self.stale_in else {
            let seen = format!("{} lists {}{}", self.part, own.len(), named(own.keys().map(ToString::to_string)));
            return Observation::of(self.comparison.matches(own.len()), seen);
        };
        let (membership, _) = match list(timeline, &self.tier, catalogue) {
            Ok(list) => list,
            Err(why) => return Observation::unknown(why),
        };
        let (stale, names) = missing(timeline, own, (catalogue, membership));
        let seen = format!("of {} that {} lists, {stale} are stale{names}", own.len(), self.part);
        Observation::of(self.comparison.matches(stale), seen)
    }
}

impl Expectation for SameMembers {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some([&self.part, &self.other].map(|part| source(&self.tier, part)).into())
    }

    fn concerns(&self, what: &Record) -> bool {
        concerns(what, &self.tier, |part| *part == self.part || *part == self.other)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        match differences(timeline, &self.tier, &self.part, &self.other) {
            Ok(Ok(number)) => Observation::of(true, format!("{} and {} list the same {number}", self.part, self.other)),
            Ok(Err(differences)) => Observation::of(false, differences),
            Err(why) => Observation::unknown(why),
        }
    }
}

/// Who tells of a list.
pub(super) fn source(tier: &str, part: &str) -> Source {
    Source::List { tier: tier.to_owned(), service: part.to_owned() }
}

/// Whether a record is about one of these parts' lists of that tier, or about whether one of them runs.
pub(super) fn concerns(what: &Record, of: &str, whose: impl Fn(&String) -> bool) -> bool {
    match what {
        Record::Members { tier, part, .. } => tier == of && whose(part),
        Record::Container { part, .. } => whose(part),
        _ => false,
    }
}

/// Whether two lists have the same servers, and how many; else what only one of them has. Why that is not known.
pub(super) fn differences(timeline: &Timeline, tier: &str, part: &str, other: &str) -> Result<Result<usize, String>, NoList> {
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

#[cfg(test)]
mod tests;
