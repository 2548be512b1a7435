//! A tier's lists against its catalogue: how many each has, and how many addresses only one of the two has.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use relapse_model::timeline::{Entry, Record, State, Timeline};

use super::reader::{Addresses, Reader};
use super::{Stretch, add};

/// A tier that has lists.
pub(in super::super) struct Tier {
    pub(in super::super) name: String,
    /// The service whose list is right.
    pub(in super::super) catalogue: String,
    /// How many it lists; nothing where that is not known.
    pub(in super::super) right: Vec<Stretch<usize>>,
    /// The other lists, by their services.
    pub(in super::super) lists: Vec<List>,
}

/// A list over time.
pub(in super::super) struct List {
    pub(in super::super) service: String,
    pub(in super::super) known: Vec<Stretch<Numbers>>,
    /// From its first reading on, when it was not known, and why.
    pub(in super::super) unknown: Vec<Stretch<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Numbers {
    pub(in super::super) listed: usize,
    /// `None` where the catalogue is not known.
    pub(in super::super) divergence: Option<Divergence>,
}

/// What only one of a list and the catalogue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Divergence {
    /// How many the catalogue has.
    pub(in super::super) right: usize,
    /// In the list, and not in the catalogue.
    pub(in super::super) stale: usize,
    /// In the catalogue, and not in the list.
    pub(in super::super) missing: usize,
}

impl Divergence {
    pub(in super::super) fn addresses(self) -> usize {
        self.stale + self.missing
    }
}

impl List {
    /// Addresses that differ, each for as long as it does.
    pub(in super::super) fn weight(&self) -> u64 {
        let of = |stretch: &Stretch<Numbers>| {
            let addresses = stretch.value.divergence.map_or(0, Divergence::addresses);
            u64::try_from(addresses).unwrap_or(u64::MAX).saturating_mul(stretch.to_ms - stretch.from_ms)
        };
        self.known.iter().map(of).fold(0, u64::saturating_add)
    }
}

pub(super) fn tiers(timeline: &Timeline, catalogues: &BTreeMap<String, String>, end_ms: u64) -> Vec<Tier> {
    let mut readers: BTreeMap<(&str, &str), Reader> = BTreeMap::new();
    let mut runs: BTreeMap<&str, bool> = BTreeMap::new();
    for Entry { at_ms, what } in timeline.entries() {
        match what {
            Record::Members { tier, service, reading } => {
                let reader = readers.entry((tier, service)).or_default();
                reader.read(*at_ms, reading, runs.get(service.as_str()).copied().unwrap_or(true));
            }
            Record::Container { service, state } => {
                let running = matches!(state, State::Running { .. });
                runs.insert(service, running);
                for (_, reader) in readers.iter_mut().filter(|((_, whose), _)| whose == service && !running) {
                    reader.unknown(*at_ms, format!("{service} is {}", state.word()));
                }
            }
            _ => {}
        }
    }
    for reader in readers.values_mut() {
        reader.end(end_ms);
    }
    let mut tiers: Vec<Tier> = Vec::new();
    let none = Reader::default();
    for ((name, service), reader) in &readers {
        let catalogue = catalogues.get(*name).map_or("", String::as_str);
        let right = readers.get(&(*name, catalogue)).unwrap_or(&none);
        if tiers.last().is_none_or(|tier| tier.name != *name) {
            let number = |known: &Stretch<Addresses>| (known.from_ms, known.to_ms, known.value.len());
            let mut numbers = Vec::new();
            right.known.iter().map(number).for_each(|(from_ms, to_ms, number)| add(&mut numbers, from_ms, to_ms, number));
            let (name, catalogue) = ((*name).to_owned(), catalogue.to_owned());
            tiers.push(Tier { name, catalogue, right: numbers, lists: Vec::new() });
        }
        if let Some(tier) = tiers.last_mut().filter(|_| *service != catalogue) {
            let known = against(&reader.known, &right.known);
            tier.lists.push(List { service: (*service).to_owned(), known, unknown: reader.unknown.clone() });
        }
    }
    tiers
}

/// A list's numbers, anew at each change of it or of the catalogue.
fn against(list: &[Stretch<Addresses>], catalogue: &[Stretch<Addresses>]) -> Vec<Stretch<Numbers>> {
    let mut numbers = Vec::new();
    for own in list {
        let listed = own.value.len();
        let mut at_ms = own.from_ms;
        let first = catalogue.partition_point(|right| right.to_ms <= own.from_ms);
        let meanwhile = catalogue.iter().skip(first).take_while(|right| right.from_ms < own.to_ms);
        for right in meanwhile {
            let (from_ms, to_ms) = (right.from_ms.max(own.from_ms), right.to_ms.min(own.to_ms));
            add(&mut numbers, at_ms, from_ms, Numbers { listed, divergence: None });
            let divergence = Divergence {
                right: right.value.len(),
                stale: only_in(&own.value, &right.value),
                missing: only_in(&right.value, &own.value),
            };
            add(&mut numbers, from_ms, to_ms, Numbers { listed, divergence: Some(divergence) });
            at_ms = to_ms;
        }
        add(&mut numbers, at_ms, own.to_ms, Numbers { listed, divergence: None });
    }
    numbers
}

fn only_in(these: &[SocketAddr], those: &[SocketAddr]) -> usize {
    these.iter().filter(|address| those.binary_search(address).is_err()).count()
}

#[cfg(test)]
mod tests;
