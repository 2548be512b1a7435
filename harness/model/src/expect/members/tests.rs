//! Lists that agree and do not, and those that are no evidence.

use super::*;
use crate::expect::Fact;
use crate::timeline::{Record, State};
use relapse_wire::members::{Reading, Server};

fn servers(ports: &[u16]) -> Reading {
    let server = |port: &u16| Server { address: ([10, 0, 0, 1], *port).into(), listed: *port < 100, state: "up".into() };
    Reading::Servers(ports.iter().map(server).collect())
}

fn timeline(entries: Vec<(u64, &str, Reading)>) -> Timeline {
    let mut timeline = Timeline::default();
    for (at_ms, service, reading) in entries {
        timeline.push(at_ms, Record::Members { tier: "webapp".into(), service: service.into(), reading });
    }
    timeline
}

fn stale(comparison: &str) -> Listed {
    let comparison = comparison.parse().unwrap();
    Listed { tier: "webapp".into(), service: "haproxy".into(), stale_in: Some("consul".into()), comparison }
}

fn same() -> SameMembers {
    SameMembers { tier: "webapp".into(), service: "haproxy".into(), other: "consul".into() }
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
    old.push(5, Record::Step { text: "Then".into(), line: 1, kind: crate::timeline::StepKind::Then });
    assert_eq!(same().look(&old).fact, Fact::Unknown);
    for service in ["haproxy", "consul"] {
        old.push(10, Record::Members { tier: "webapp".into(), service: service.into(), reading: Reading::Unchanged });
    }
    assert_eq!(same().look(&old).fact, Fact::So);
    let mut dead = timeline(agreed());
    dead.push(1, Record::Container { service: "haproxy".into(), state: State::Exited { code: 1 } });
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
        timeline.push(at_ms.into(), Record::Members { tier: "webapp".into(), service: "consul".into(), reading: instances });
        for number in 1..=4 {
            let reading = if at_ms.is_multiple_of(2) { list(0) } else { Reading::Unchanged };
            timeline.push(at_ms.into(), Record::Members { tier: "webapp".into(), service: format!("haproxy-{number}"), reading });
        }
    }
    let began = std::time::Instant::now();
    for number in 1..=4 {
        for _ in 0..25 {
            let service = format!("haproxy-{number}");
            let sight = Listed { service, ..stale("exactly 990") }.look(&timeline);
            assert_eq!(sight.fact, Fact::So, "{}", sight.seen);
        }
    }
    let took = began.elapsed();
    assert!(took < std::time::Duration::from_secs(2), "100 looks took {took:?}");
}
