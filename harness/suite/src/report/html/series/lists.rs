//! A tier's lists against its catalogue: how many each has, and how many addresses only one of the two has.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use relapse_model::timeline::{Entry, State, Timeline, What};

use super::reader::{Addresses, Reader};
use super::{Stretch, add};

/// A tier that has lists.
pub(in super::super) struct Tier {
    pub(in super::super) name: String,
    /// The part whose list is right.
    pub(in super::super) catalogue: String,
    /// How many it lists; nothing where that is not known.
    pub(in super::super) right: Vec<Stretch<usize>>,
    /// The other lists, by their parts.
    pub(in super::super) lists: Vec<List>,
}

/// A list over time.
pub(in super::super) struct List {
    pub(in super::super) part: String,
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
            What::Members { tier, part, reading } => {
                let reader = readers.entry((tier, part)).or_default();
                reader.read(*at_ms, reading, runs.get(part.as_str()).copied().unwrap_or(true));
            }
            What::Container { part, state } => {
                let running = matches!(state, State::Running { .. });
                runs.insert(part, running);
                for (_, reader) in readers.iter_mut().filter(|((_, whose), _)| whose == part && !running) {
                    reader.unknown(*at_ms, format!("{part} is {}", state.word()));
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
    for ((name, part), reader) in &readers {
        let catalogue = catalogues.get(*name).map_or("", String::as_str);
        let right = readers.get(&(*name, catalogue)).unwrap_or(&none);
        if tiers.last().is_none_or(|tier| tier.name != *name) {
            let number = |known: &Stretch<Addresses>| (known.from_ms, known.to_ms, known.value.len());
            let mut numbers = Vec::new();
            right.known.iter().map(number).for_each(|(from_ms, to_ms, number)| add(&mut numbers, from_ms, to_ms, number));
            let (name, catalogue) = ((*name).to_owned(), catalogue.to_owned());
            tiers.push(Tier { name, catalogue, right: numbers, lists: Vec::new() });
        }
        if let Some(tier) = tiers.last_mut().filter(|_| *part != catalogue) {
            let known = against(&reader.known, &right.known);
            tier.lists.push(List { part: (*part).to_owned(), known, unknown: reader.unknown.clone() });
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
mod tests {
    use relapse_wire::members::{Reading, Server};

    use super::*;

    fn servers(ports: impl IntoIterator<Item = u16>) -> Reading {
        let server = |port| Server { address: ([10, 0, 0, 1], port).into(), listed: true, state: "up".into() };
        Reading::Servers(ports.into_iter().map(server).collect())
    }

    /// `webapp`, whose catalogue is consul, with these readings of parts.
    fn tier(readings: Vec<(u64, &str, Reading)>, end_ms: u64) -> Tier {
        let mut timeline = Timeline::default();
        for (at_ms, part, reading) in readings {
            timeline.push(at_ms, What::Members { tier: "webapp".into(), part: part.into(), reading });
        }
        of(&timeline, end_ms)
    }

    fn of(timeline: &Timeline, end_ms: u64) -> Tier {
        let catalogues = [("webapp".to_owned(), "consul".to_owned())].into();
        tiers(timeline, &catalogues, end_ms).remove(0)
    }

    /// From, to, listed; stale and missing.
    type Told = (u64, u64, usize, Option<(usize, usize)>);

    fn numbers(list: &List) -> Vec<Told> {
        let of = |stretch: &Stretch<Numbers>| {
            let divergence = stretch.value.divergence.map(|divergence| (divergence.stale, divergence.missing));
            (stretch.from_ms, stretch.to_ms, stretch.value.listed, divergence)
        };
        list.known.iter().map(of).collect()
    }

    #[test]
    fn what_only_one_of_two_lists_has_changes_with_either() {
        let readings = vec![
            (10, "haproxy", servers([1, 2])),
            (20, "consul", servers([1, 2, 3])),
            (30, "haproxy", servers([1, 2, 3])),
            (40, "consul", servers([3])),
            (45, "consul", Reading::Unchanged),
            (50, "haproxy", servers([3])),
        ];
        let tier = tier(readings, 60);
        let expected = [
            (10, 20, 2, None),
            (20, 30, 2, Some((0, 1))),
            (30, 40, 3, Some((0, 0))),
            (40, 50, 3, Some((2, 0))),
            (50, 60, 1, Some((0, 0))),
        ];
        assert_eq!(numbers(&tier.lists[0]), expected);
        assert_eq!(tier.right.iter().map(|stretch| stretch.value).collect::<Vec<_>>(), [3, 1]);
        assert_eq!((tier.lists.len(), tier.lists[0].weight()), (1, 10 + 20));
    }

    #[test]
    fn as_many_are_not_the_same() {
        let tier = tier(vec![(0, "consul", servers([1, 2])), (0, "haproxy", servers([2, 3]))], 10);
        assert_eq!(numbers(&tier.lists[0]), [(0, 10, 2, Some((1, 1)))]);
    }

    #[test]
    fn what_failed_is_a_gap_and_not_zero_and_a_list_comes_back() {
        let readings = vec![
            (0, "consul", servers([1])),
            (0, "haproxy", servers([1])),
            (10, "haproxy", Reading::Failed("refused".into())),
            (20, "haproxy", Reading::Failed("refused again".into())),
            (25, "haproxy", Reading::Unchanged),
            (30, "haproxy", servers([1])),
        ];
        let tier = tier(readings, 40);
        assert_eq!(numbers(&tier.lists[0]), [(0, 10, 1, Some((0, 0))), (30, 40, 1, Some((0, 0)))]);
        assert_eq!(tier.lists[0].unknown, [Stretch { from_ms: 10, to_ms: 30, value: "refused".to_owned() }]);
    }

    #[test]
    fn a_catalogue_that_cannot_be_read_makes_no_divergence() {
        let readings =
            vec![(0, "consul", servers([])), (0, "haproxy", servers([1])), (10, "consul", Reading::Failed("no leader".into()))];
        let tier = tier(readings, 20);
        assert_eq!(numbers(&tier.lists[0]), [(0, 10, 1, Some((1, 0))), (10, 20, 1, None)]);
        assert_eq!(tier.right, [Stretch { from_ms: 0, to_ms: 10, value: 0 }]);
    }

    #[test]
    fn of_one_reading_nothing_is_known_for_long_and_a_word_that_it_is_as_before_takes_it_up() {
        let readings = vec![(100, "consul", servers([1])), (5000, "consul", Reading::Unchanged)];
        let tier = tier(readings, 5100);
        let stretch = |from_ms, to_ms| Stretch { from_ms, to_ms, value: 1 };
        assert_eq!(tier.right, [stretch(100, 1600), stretch(5000, 5100)]);
        assert!(tier.lists.is_empty());
    }

    #[test]
    fn a_part_that_is_stopped_has_no_list_until_it_is_read_again() {
        let mut timeline = Timeline::default();
        let container = |state| What::Container { part: "haproxy".into(), state };
        let running = || State::Running { addresses: Vec::new() };
        let read = |reading| What::Members { tier: "webapp".into(), part: "haproxy".into(), reading };
        timeline.push(0, container(running()));
        timeline.push(1, read(servers([1])));
        timeline.push(10, container(State::Exited { code: 0 }));
        // What was under way.
        timeline.push(11, read(servers([1])));
        timeline.push(20, read(Reading::Failed("refused".into())));
        timeline.push(30, container(running()));
        timeline.push(40, read(servers([])));
        let tier = of(&timeline, 50);
        assert_eq!(numbers(&tier.lists[0]), [(1, 10, 1, None), (40, 50, 0, None)]);
        assert_eq!(tier.lists[0].unknown, [Stretch { from_ms: 10, to_ms: 40, value: "haproxy is exited".to_owned() }]);
    }

    #[test]
    fn lists_of_nobody_make_no_tier() {
        assert!(tiers(&Timeline::default(), &BTreeMap::new(), 100).is_empty());
        let tier = tier(vec![(0, "haproxy", Reading::Unchanged)], 10);
        assert!(tier.lists[0].known.is_empty() && tier.right.is_empty());
    }

    #[test]
    fn a_thousand_servers_are_compared_by_address_whatever_their_order() {
        let readings = vec![(0, "consul", servers(1..=1000)), (0, "haproxy", servers((1..=1001).rev()))];
        assert_eq!(numbers(&tier(readings, 10).lists[0]), [(0, 10, 1001, Some((1, 0)))]);
    }
}
