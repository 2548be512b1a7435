use relapse_wire::members::{Reading, Server};

use super::*;

fn servers(ports: impl IntoIterator<Item = u16>) -> Reading {
    let server = |port| Server { address: ([10, 0, 0, 1], port).into(), listed: true, state: "up".into() };
    Reading::Servers(ports.into_iter().map(server).collect())
}

/// `webapp`, whose catalogue is consul, with these readings of services.
fn tier(readings: Vec<(u64, &str, Reading)>, end_ms: u64) -> Tier {
    let mut timeline = Timeline::default();
    for (at_ms, service, reading) in readings {
        timeline.push(at_ms, Record::Members { tier: "webapp".into(), service: service.into(), reading });
    }
    of(&timeline, end_ms)
}

fn of(timeline: &Timeline, end_ms: u64) -> Tier {
    let catalogues = [("webapp".to_owned(), "consul".to_owned())].into();
    tiers(timeline, &catalogues, end_ms).remove(0)
}

/// From, to, listed; stale and missing.
type Row = (u64, u64, usize, Option<(usize, usize)>);

fn numbers(list: &List) -> Vec<Row> {
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
    let container = |state| Record::Container { service: "haproxy".into(), state };
    let running = || State::Running { addresses: Vec::new() };
    let read = |reading| Record::Members { tier: "webapp".into(), service: "haproxy".into(), reading };
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
