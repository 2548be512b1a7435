use super::{is_socket, last_upstream};
use crate::timeline::{Gap, LINE_MS, Missed, Record, Source, State, Timeline};
use relapse_wire::visit::Hop;

#[test]
fn what_a_relay_passed_on_is_not_settled_before_the_line_of_whoever_answered() {
    let mut timeline = Timeline::beginning(0.0, ["host".to_owned()].into());
    let line = |id: &str| {
        let text = format!(r#"{{"access":{{"at":1.0,"id":"{id}","host":"a.example","method":"GET","path":"/","status":302}}}}"#);
        serde_json::from_str(&text).ok()
    };
    let log = |service: &str, id: &str| Record::Log { service: service.into(), text: String::new(), line: line(id) };
    let addresses = [("net".to_owned(), "10.0.0.1".parse().unwrap())].into();
    timeline.push(1, Record::Container { service: "host".into(), state: State::Running { addresses } });
    let hop: Hop = serde_json::from_str(
        r#"{"at_ms":1,"seconds":0.1,"cause":"typed","method":"GET","url":"http://a.example/","host":"a.example","request_id":"x",
            "resolved":[],"peer":"10.0.0.1:80","status":302,"sent":[],"withheld":[],"set":[]}"#,
    )
    .unwrap();
    let mut mute = Timeline::default();
    mute.push(1, timeline.entries()[0].what.clone());
    assert!(mute.is_settled(2, &hop), "a service that does not speak is not waited for");
    assert!(!timeline.is_settled(2, &hop), "its first line of all may be on its way");
    timeline.push(2, log("host", "another request"));
    assert!(!timeline.is_settled(3, &hop));
    let mut late = timeline.clone();
    late.has_read_until(3 + LINE_MS - 1);
    assert!(!late.is_settled(3, &hop), "a server logs a request once its answer is out");
    late.has_read_until(3 + LINE_MS);
    assert!(late.is_settled(3, &hop), "everything was read, and nobody behind it wrote a line");
    assert_eq!(late.answered_by(3, &hop).service.as_deref(), Some("host"));
    timeline.push(3, log("nginx", "x"));
    assert!(timeline.is_settled(4, &hop));
    assert_eq!(timeline.answered_by(4, &hop).service.as_deref(), Some("nginx"));
}

/// A lab with lb at 10.0.0.1 and app at 10.0.0.2 behind it, of which each has written these access lines.
fn lab(lines: &[(&str, serde_json::Value)]) -> Timeline {
    let mut timeline = Timeline::beginning(0.0, ["lb".to_owned()].into());
    for (service, address) in [("lb", "10.0.0.1"), ("app", "10.0.0.2")] {
        let addresses = [("net".to_owned(), address.parse().unwrap())].into();
        timeline.push(1, Record::Container { service: service.into(), state: State::Running { addresses } });
    }
    for (service, access) in lines {
        let line = Some(serde_json::from_value(serde_json::json!({ "access": access })).unwrap());
        timeline.push(2, Record::Log { service: (*service).into(), text: String::new(), line });
    }
    timeline
}

/// Who answered a request to lb, with the id `x`, that was answered at 1.1 s.
fn answerer(status: u16, path: &str, lines: &[(&str, serde_json::Value)]) -> String {
    lab(lines).answered_by(3, &hop(path, status)).name()
}

fn hop(path: &str, status: u16) -> Hop {
    let hop = serde_json::json!({"at_ms": 1000, "seconds": 0.1, "cause": "typed", "method": "GET", "url": format!("http://a{path}"),
        "host": "a", "request_id": "x", "resolved": [], "peer": "10.0.0.1:80", "status": status, "sent": [], "withheld": [], "set": []});
    serde_json::from_value(hop).unwrap()
}

/// The same, where `lines` are what each wrote of it more than that it was.
fn answered(status: u16, lines: &[(&str, &str)]) -> String {
    let line = |more: &str| {
        let text = format!(r#"{{"at":1.0,"id":"x","host":"a","method":"GET","path":"/","status":{status}{more}}}"#);
        serde_json::from_str(&text).unwrap()
    };
    let lines: Vec<_> = lines.iter().map(|(service, more)| (*service, line(more))).collect();
    answerer(status, "/", &lines)
}

#[test]
fn who_answered_is_the_owner_of_the_address_and_whom_its_own_line_names() {
    let on = r#","upstream":"10.0.0.2:80""#;
    assert_eq!(answered(200, &[("lb", on), ("app", "")]), "app");
    assert_eq!(answered(200, &[("app", ""), ("lb", on)]), "app", "in whatever order they were read");
    assert_eq!(answered(200, &[("lb", on)]), "app", "one that logs nothing");
    assert_eq!(answered(200, &[("lb", ""), ("app", "")]), "lb", "it says that it passed nothing on");
    assert_eq!(answered(200, &[("app", ""), ("lb", "")]), "lb");
    assert_eq!(answered(200, &[]), "lb");
}

#[test]
fn a_gateway_that_writes_no_request_ids_is_followed_by_what_was_asked_and_when() {
    let line = |at: f64, path: &str, status: u16, id: &str| serde_json::json!({"at": at, "id": id, "host": "a", "method": "GET", "path": path, "status": status, "upstream": "10.0.0.2:80"});
    let of = |line| answerer(200, "/x", &[("lb", line)]);
    assert_eq!(of(line(1.1, "/x", 200, "")), "app");
    assert_eq!(of(line(9.0, "/x", 200, "")), "lb", "it is another request");
    assert_eq!(of(line(1.1, "/y", 200, "")), "lb");
    assert_eq!(of(line(1.1, "/x", 404, "")), "lb");
    let check = [("lb", line(1.1, "/x", 200, "")), ("lb", line(1.2, "/z", 200, "other"))];
    assert_eq!(answerer(200, "/x", &check), "lb", "it writes ids, and the first line is a health check's");
}

#[test]
fn who_wrote_nothing_that_was_read_may_have_passed_it_on() {
    let line = |id: &str, path: &str| {
        ("lb", serde_json::json!({"at": 0.0, "id": id, "host": "a", "method": "GET", "path": path, "status": 200}))
    };
    for (lines, speaker, at_ms, expected) in [
        (vec![], "lb", 1_050, "lb, or whoever is behind it"),
        (vec![line("y", "/y")], "lb", 1_050, "lb, or whoever is behind it"),
        (vec![line("y", "/y")], "lb", 9_000, "lb"),
        (vec![line("x", "/")], "lb", 1_050, "lb"),
        (vec![], "app", 1_050, "lb"),
    ] {
        let mut timeline = lab(&lines);
        let why = Missed::LineCut { bytes: 1 };
        let gap = Gap { source: Source::Log { service: speaker.into() }, since_ms: at_ms - 10, lasting: false, why };
        let told = format!("{gap:?} with {lines:?}");
        timeline.push(at_ms, Record::Gap(gap));
        for told_ms in [1_100, 1_900] {
            assert_eq!(timeline.answered_by(told_ms, &hop("/", 200)).name(), expected, "{told}, told at {told_ms} ms");
        }
    }
}

#[test]
fn a_gateway_s_own_failure_is_the_gateway_s() {
    let on = r#","upstream":"10.0.0.2:80""#;
    assert_eq!(answered(504, &[("lb", on)]), "lb", "the one behind it is frozen, and wrote nothing");
    assert_eq!(answered(504, &[("lb", on), ("app", "")]), "app");
    assert_eq!(answered(502, &[("lb", r#","upstream":"10.0.0.2:80","tried":"10.0.0.2:80""#)]), "app", "it says who answered");
    assert_eq!(answered(504, &[("lb", r#","upstream":"","tried":"10.0.0.2:80""#)]), "lb");
    assert_eq!(answered(404, &[("lb", on)]), "app");
}

#[test]
fn the_last_address_of_nginx_is_the_one_that_answered() {
    assert_eq!(last_upstream("10.0.0.1:80, 10.0.0.2:8080").map(|a| a.to_string()).as_deref(), Some("10.0.0.2"));
    assert_eq!(last_upstream("10.0.0.1:80 : 10.0.0.3:80").map(|a| a.to_string()).as_deref(), Some("10.0.0.3"));
    assert_eq!(last_upstream("").or(last_upstream("-")), None);
}

#[test]
fn a_unix_socket_is_no_address_and_leads_on_all_the_same() {
    assert!(is_socket("unix:/console/console.sock") && is_socket("10.0.0.1:80, unix:/a.sock"));
    assert!(!is_socket("") && !is_socket("unix:/a.sock, 10.0.0.1:80"));
    assert_eq!(last_upstream("unix:/console/console.sock"), None);
}
