//! Who sent what to whom, and when the catalogue had it.

use super::*;
use crate::expect::Fact;
use crate::timeline::{Record, State};
use relapse_wire::members::{Reading, Server};

/// Unix time of the beginning.
const BEGAN: f64 = 1_700_000_000.0;

fn catalogue(ports: &[u16]) -> Record {
    let server = |port: &u16| Server { address: ([10, 0, 0, 1], *port).into(), listed: true, state: "passing".into() };
    let reading = Reading::Servers(ports.iter().map(server).collect());
    Record::Members { tier: "webapp".into(), service: "consul".into(), reading }
}

fn request(service: &str, sent_ms: u32, upstream: &str) -> Record {
    let at = BEGAN + f64::from(sent_ms) / 1000.0 + 0.2;
    let line = format!(
        r#"{{"access":{{"at":{at},"seconds":0.2,"host":"a","method":"GET","path":"/","status":200,"upstream":"{upstream}"}}}}"#
    );
    Record::Log { service: service.into(), text: String::new(), line: Some(serde_json::from_str(&line).unwrap()) }
}

fn look(balancers: Balancers, entries: Vec<(u64, Record)>) -> Observation {
    let mut timeline = Timeline::beginning(BEGAN, [].into());
    for service in ["haproxy-1", "haproxy-2"] {
        timeline.push(0, Record::Container { service: service.into(), state: State::Running { addresses: Vec::new() } });
    }
    timeline.push(0, catalogue(&[1, 2]));
    timeline.push(500, catalogue(&[2]));
    timeline.push(1000, Record::Step { text: "Then it is looked at".into(), line: 1, kind: crate::timeline::StepKind::Then });
    let reading = Reading::Unchanged;
    timeline.push(1001, Record::Members { tier: "webapp".into(), service: "consul".into(), reading });
    for (at_ms, what) in entries {
        timeline.push(at_ms, what);
    }
    Routed { tier: "webapp".into(), catalogue: "consul".into(), balancers }.look(&timeline)
}

fn one() -> Balancers {
    Balancers::One("haproxy-1".into())
}

fn any() -> Balancers {
    Balancers::Any(vec!["dns".into(), "haproxy-1".into(), "haproxy-2".into()])
}

#[test]
fn the_address_is_named_with_how_long_it_was_gone_when_the_request_was_sent() {
    let entries = || {
        vec![
            (1100, request("haproxy-1", 1050, "10.0.0.1:2")),
            (1200, request("haproxy-1", 1150, "10.0.0.1:2, 10.0.0.1:1")),
            (1210, request("haproxy-2", 1160, "10.0.0.1:2")),
        ]
    };
    let sight = look(one(), entries());
    assert_eq!(sight.fact, Fact::So);
    assert!(sight.seen.contains("haproxy-1 sent 1 to 10.0.0.1:1, then gone from consul for up to 0.7 s"), "{}", sight.seen);
    assert_eq!(look(any(), entries()).fact, Fact::So);
    assert_eq!(look(Balancers::One("haproxy-2".into()), entries()).fact, Fact::NotSo);
}

#[test]
fn what_counts_is_what_the_catalogue_had_when_the_request_was_sent() {
    // Sent while it was listed still, to an address that never was, and to nobody.
    let entries = vec![
        (1100, request("haproxy-1", 1050, "10.0.0.1:2")),
        (1200, catalogue(&[])),
        (1900, request("haproxy-1", 1150, "10.0.0.1:2")),
        (1900, request("haproxy-1", 1300, "10.0.0.1:7")),
        (1900, request("haproxy-1", 1300, "-:-")),
    ];
    assert_eq!(look(one(), entries.clone()).fact, Fact::NotSo);
    let later = (1950, request("haproxy-1", 1201, "10.0.0.1:2"));
    assert_eq!(look(one(), [entries, vec![later]].concat()).fact, Fact::So);
    let back = vec![(1200, catalogue(&[1, 2])), (1300, request("haproxy-1", 1250, "10.0.0.1:1"))];
    assert_eq!(look(one(), back).fact, Fact::NotSo, "it is listed again");
}

#[test]
fn a_request_that_haproxy_tried_elsewhere_first_is_no_evidence_of_where_it_went() {
    let haproxy = |retries: &str, port: u16| {
        let line = format!(
            r#"{{"access":{{"at":{},"host":"a","method":"GET","path":"/","status":200,"upstream":"10.0.0.1:{port}","retries":"{retries}"}}}}"#,
            BEGAN + 1.1
        );
        let line = Some(serde_json::from_str(&line).unwrap());
        (1300, Record::Log { service: "haproxy-1".into(), text: String::new(), line })
    };
    assert_eq!(look(one(), vec![haproxy("0", 2), haproxy("2", 2)]).fact, Fact::NotSo);
    let sight = look(one(), vec![haproxy("0", 2), haproxy("+1", 2)]);
    assert_eq!(sight.fact, Fact::Unknown);
    assert!(sight.seen.contains("1 of these were tried elsewhere first"), "{}", sight.seen);
    assert_eq!(look(one(), vec![haproxy("+1", 2), haproxy("+3", 1)]).fact, Fact::So, "the last one tried is gone as well");
}

#[test]
fn a_request_that_is_still_out_may_be_going_astray() {
    let asks = |url: &str, at_ms, due: &[u64]| {
        let due = due.iter().map(|due_ms| 1_700_000_000_000 + due_ms).collect();
        let out = relapse_wire::poll::Out { at_ms: 0, due, timeout_ms: 10_000 };
        (at_ms, Record::Out { user: "everybody".into(), url: url.into(), out })
    };
    let out = |at_ms, due: &[u64]| asks("http://lb/", at_ms, due);
    let fine = (1100, request("haproxy-1", 1050, "10.0.0.1:2"));
    assert_eq!(look(one(), vec![fine.clone(), out(2300, &[1200])]).fact, Fact::Pending);
    assert_eq!(look(one(), vec![fine.clone(), out(2300, &[900, 2000])]).fact, Fact::NotSo, "of another step, and on its way");
    assert_eq!(look(one(), vec![fine.clone(), out(2200, &[1200]), out(2450, &[])]).fact, Fact::NotSo, "it is over");
    // haproxy-2 has a list of its own, and passes nothing on to haproxy-1.
    let other = (1100, request("haproxy-2", 1050, "10.0.0.1:2"));
    assert_eq!(look(one(), vec![fine, other, asks("http://haproxy-2/", 2300, &[1200])]).fact, Fact::NotSo);
}

#[test]
fn without_requests_of_the_steps_own_time_there_is_no_evidence() {
    assert_eq!(look(one(), vec![]).fact, Fact::Unknown);
    let earlier = vec![(1010, request("haproxy-1", 900, "10.0.0.1:1"))];
    assert_eq!(look(one(), earlier).fact, Fact::Unknown);
    let of_one = vec![(1100, request("haproxy-1", 1050, "10.0.0.1:2"))];
    assert_eq!(look(any(), of_one.clone()).fact, Fact::NotSo, "haproxy-2 has logged no request ever");
    assert_eq!(look(Balancers::Any(vec!["dns".into()]), of_one.clone()).fact, Fact::Unknown);
    let silent = vec![(1010, request("haproxy-2", 900, "10.0.0.1:2"))];
    assert_eq!(look(any(), [silent, of_one].concat()).fact, Fact::Unknown, "haproxy-2 has logged none of this time");
    let unread = vec![(2600, request("haproxy-1", 2500, "10.0.0.1:2"))];
    assert_eq!(look(one(), unread).fact, Fact::Unknown, "nobody has read the catalogue meanwhile");
}
