use super::*;
use crate::expect::Fact;
use crate::timeline::{Client, Gap, Missed, Record, State};
use relapse_wire::visit::Hop;

fn opened() -> Timeline {
    let mut timeline = Timeline::default();
    timeline.push(0, Record::Opened { user: "alice".into(), url: "http://app/".into(), visit: 0, with: Client::Visitor });
    timeline
}

fn asked(timeline: &mut Timeline, at_ms: u64, id: &str) {
    let (method, url, host, request_id) = ("GET".into(), "http://app/".into(), "app".into(), id.into());
    let asked = Box::new(Asked { at_ms, method, url, host, request_id });
    timeline.push(at_ms, Record::Asked { user: "alice".into(), visit: 0, asked });
}

fn hop(timeline: &mut Timeline, at_ms: u64, id: &str, status: Option<u16>) {
    let hop: Hop = serde_json::from_value(serde_json::json!({
        "at_ms": 1, "seconds": 0.1, "cause": "typed", "method": "GET", "url": "http://app/", "host": "app", "request_id": id,
        "resolved": [], "peer": "10.0.0.9:80", "status": status, "sent": [], "withheld": [], "set": []
    }))
    .unwrap();
    timeline.push(at_ms, Record::Hop { user: "alice".into(), visit: 0, hop: Box::new(hop) });
}

fn unanswered(timeline: &mut Timeline, now_ms: u64) -> Observation {
    timeline.look_at(now_ms);
    Unanswered { user: "alice".into(), host: "APP".into() }.look(timeline)
}

#[test]
fn whose_log_could_not_be_read_may_have_passed_it_on() {
    let mut timeline = Timeline::beginning(0.0, ["lb".to_owned()].into());
    timeline.push(0, Record::Opened { user: "alice".into(), url: "http://app/".into(), visit: 0, with: Client::Visitor });
    let addresses = [("net".to_owned(), "10.0.0.9".parse().unwrap())].into();
    timeline.push(1, Record::Container { service: "lb".into(), state: State::Running { addresses } });
    hop(&mut timeline, 100, "a", Some(200));
    let answered = |status, timeline: &Timeline| {
        Answered { user: "alice".into(), status, service: "lb".into(), host: "app".into() }.look(timeline)
    };
    assert_eq!(answered(200, &timeline).fact, Fact::Pending, "its line may be on its way");
    let logs = Answered { user: "alice".into(), status: 200, service: "lb".into(), host: "app".into() }.sources(&timeline);
    assert!(logs.unwrap().contains(&Source::Log { service: "lb".into() }), "so it is read to its end");
    let mut read = timeline.clone();
    read.has_read_until(2_000);
    assert_eq!(answered(200, &read).fact, Fact::So, "it has written none");
    let why = Missed::LineGarbled { error: "no JSON".into(), line: "{".into() };
    timeline.push(120, Record::Gap(Gap { source: Source::Log { service: "lb".into() }, since_ms: 90, lasting: false, why }));
    let sight = answered(200, &timeline);
    assert_eq!(
        (sight.fact, sight.seen.contains("200 by lb, or whoever is behind it (1×)")),
        (Fact::Unknown, true),
        "{}",
        sight.seen
    );
    assert_eq!(answered(502, &timeline).fact, Fact::NotSo, "whoever it was, it was no 502");
}

#[test]
fn a_request_that_waits_was_sent_and_has_no_answer() {
    let mut timeline = opened();
    assert_eq!(unanswered(&mut timeline, 10).fact, Fact::Unknown);
    asked(&mut timeline, 100, "a");
    assert_eq!(unanswered(&mut timeline, 500).fact, Fact::Pending);
    let sight = unanswered(&mut timeline, 5_100);
    assert_eq!((sight.fact, sight.seen.as_str()), (Fact::So, "alice has no answer from http://app/ yet, for 5.0 s"));
    let answered = Answered { user: "alice".into(), status: 504, service: "app".into(), host: "app".into() };
    let sight = answered.look(&timeline);
    assert_eq!(sight.fact, Fact::NotSo);
    assert!(sight.seen.ends_with("no answer from http://app/ yet, for 5.0 s"), "{}", sight.seen);
    hop(&mut timeline, 5_200, "a", Some(200));
    assert_eq!(unanswered(&mut timeline, 5_300).fact, Fact::NotSo);
    hop(&mut timeline, 5_400, "b", None);
    assert_eq!(unanswered(&mut timeline, 5_500).fact, Fact::So);
}

#[test]
fn a_visit_that_ended_in_the_midst_of_a_request_is_not_one_without() {
    let (mut timeline, host) = (opened(), "app".to_owned());
    let look = |timeline: &Timeline| Unanswered { user: "alice".into(), host: host.clone() }.look(timeline);
    assert_eq!(look(&timeline).seen, "alice sent no request to app");
    asked(&mut timeline, 10, "1");
    let end = relapse_wire::visit::End::Cut { limit: "the tab was closed".into() };
    timeline.push(20, Record::VisitEnded { user: "alice".into(), visit: 0, end });
    let sight = look(&timeline);
    assert_eq!((sight.fact, sight.seen.as_str()), (Fact::Unknown, "the visit of alice ended before http://app/ was answered"));
}
