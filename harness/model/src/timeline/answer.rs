//! Who answered a request: the container that owns the address that answered, not what a header says.
//! Where that container only passed the request on, its own line tells to which address, and so on to the end.
//!
//! Requests are found in access logs by their id. A browser sends none, and some services write none: for these, by method, host, path and
//! status, and of several such lines of a service the one nearest in time. Two people who ask for the same at the same moment could be taken
//! for each other.

use std::net::{IpAddr, SocketAddr};

use super::{Gap, LINE_MS, Source, Timeline};
use crate::place::Place;
use relapse_wire::log::Access;
use relapse_wire::visit::Hop;

/// A service's line and a hop are about the same request only when they are no further apart: both clocks are this machine's.
const MAX_SECONDS_APART: f64 = 2.0;

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerer {
    /// The service; `None` when nobody of this lab owned the address.
    pub service: Option<String>,
    /// The address that answered last in the chain.
    pub address: Option<IpAddr>,
    /// What of that service's log was not read. The line that says whether it passed the request on may have been in it.
    pub unread: Option<Gap>,
}

impl Answerer {
    /// For people.
    #[must_use]
    pub fn name(&self) -> String {
        match (&self.service, self.address) {
            (Some(service), _) if self.unread.is_some() => format!("{service}, or whoever is behind it"),
            (Some(service), _) => service.clone(),
            (None, Some(address)) => format!("{address} (nobody of this lab)"),
            (None, None) => "nobody".into(),
        }
    }
}

/// A chain of proxies is followed for so many of them: two that name each other must not be followed for ever.
const MAX_CHAIN: usize = 8;

impl Timeline {
    /// Who answered `hop`, which was recorded at `at_ms`: the owner of the address, and, as long as that one's own line says that it passed
    /// the request on, whoever it was passed on to. The order in which lines were read plays no part.
    #[must_use]
    pub fn answered_by(&self, at_ms: u64, hop: &Hop) -> Answerer {
        let Some(peer) = hop.peer.filter(|_| hop.status.is_some()) else {
            return Answerer { service: None, address: None, unread: None };
        };
        let lines = self.lines_about(hop);
        let mut address = peer.ip();
        let mut service = self.owner(address, at_ms).map(ToOwned::to_owned);
        let mut passed: Vec<&str> = Vec::new();
        for _ in 0..MAX_CHAIN {
            let own = lines.iter().find(|(writer, _)| service.as_deref() == Some(writer));
            match own {
                Some((writer, access)) => {
                    passed.push(writer);
                    match last_upstream(&access.upstream).filter(|next| self.has_answered(access, *next, at_ms, &lines)) {
                        Some(next) => {
                            address = next;
                            service = self.owner(next, at_ms).map(ToOwned::to_owned);
                        }
                        None if is_socket(&access.upstream) => match self.beyond(&lines, &passed, at_ms) {
                            Some(writer) => service = Some(writer.to_owned()),
                            None => break,
                        },
                        None => break,
                    }
                }
                // It passes bytes on and writes nothing, as a relay does: whoever is behind it has written.
                None if passed.is_empty() => match self.beyond(&lines, &passed, at_ms) {
                    Some(writer) => {
                        passed.extend(service.is_none().then_some(""));
                        service = Some(writer.to_owned());
                    }
                    None => break,
                },
                None => break,
            }
        }
        let has_written = lines.iter().any(|(writer, _)| service.as_deref() == Some(writer));
        let unread = service.as_deref().filter(|_| !has_written).and_then(|service| self.unread_about(at_ms, hop, service));
        Answerer { unread: unread.cloned(), service, address: Some(address) }
    }

    /// What was not read of the log of a service that speaks, when it would have written a line about `hop`.
    fn unread_about(&self, at_ms: u64, hop: &Hop, service: &str) -> Option<&Gap> {
        let log = Source::Log { service: service.to_owned() };
        // What a visitor tells can be read later than the log.
        let sent_ms = self.at_unix_ms(hop.at_ms).min(at_ms);
        self.gap(Some(&[log]), sent_ms, at_ms + LINE_MS).filter(|_| self.speaks(service))
    }

    /// Whether whoever was asked at that address answered. Where a gateway's own failure and one that came from behind it look alike, only
    /// the line of the one behind it tells.
    fn has_answered(&self, access: &Access, address: IpAddr, at_ms: u64, lines: &[(&str, &Access)]) -> bool {
        let own_failure = matches!(access.status, 502..=504) && access.tried.is_none();
        !own_failure || lines.iter().any(|(writer, _)| self.owner(address, at_ms) == Some(*writer))
    }

    /// Of those that wrote a line and were not gone through yet: the one that none of the others passed the request on to.
    fn beyond<'a>(&self, lines: &[(&'a str, &Access)], passed: &[&str], at_ms: u64) -> Option<&'a str> {
        let left = || lines.iter().filter(|(writer, _)| !passed.contains(writer));
        let behind = |service: &str| {
            left().any(|(writer, access)| {
                *writer != service && last_upstream(&access.upstream).is_some_and(|next| self.owner(next, at_ms) == Some(service))
            })
        };
        let mut first: Vec<&str> = left().map(|(writer, _)| *writer).filter(|writer| !behind(writer)).collect();
        first.sort_unstable();
        first.first().copied()
    }

    /// Whether it is known who answered `hop`. The line of whoever answered can be on its way, until everything was read that was logged
    /// up to then and shortly after; where there is none then, the owner of the address has answered and written nothing.
    #[must_use]
    pub fn is_settled(&self, at_ms: u64, hop: &Hop) -> bool {
        let Some(owner) = hop.peer.and_then(|peer| self.owner(peer.ip(), at_ms)) else { return true };
        !self.lines_about(hop).is_empty() || !self.speaks(owner) || self.read_ms >= at_ms + LINE_MS
    }
}

impl Timeline {
    /// The access lines about a request, oldest first.
    fn lines_about(&self, hop: &Hop) -> Vec<(&str, &Access)> {
        let has_id = !hop.request_id.is_empty();
        let by_id = self.accesses(&hop.request_id).filter(|_| has_id);
        by_id.chain(self.nearest(hop).filter(|(service, _)| !has_id || !self.logs_ids(service))).collect()
    }

    /// Of each service that has written such, the line without a request id that fits best.
    fn nearest(&self, hop: &Hop) -> impl Iterator<Item = (&str, &Access)> {
        let path = path_of(&hop.url);
        let place = path.map(|path| place(&hop.host, path)).unwrap_or_default();
        #[expect(clippy::cast_precision_loss)]
        let answered = hop.at_ms as f64 / 1000.0 + hop.seconds;
        let mut nearest: Vec<(&str, &Access, f64)> = Vec::new();
        for (service, access) in self.anonymous(&place) {
            let apart = (access.at - answered).abs();
            if access.method != hop.method || Some(access.status) != hop.status || apart > MAX_SECONDS_APART {
                continue;
            }
            match nearest.iter_mut().find(|(other, ..)| *other == service) {
                Some(other) if apart < other.2 => *other = (service, access, apart),
                Some(_) => {}
                None => nearest.push((service, access, apart)),
            }
        }
        nearest.into_iter().map(|(service, access, _)| (service, access))
    }
}

/// Host and path as one key; a host's port is left out, since not every service logs it.
pub(super) fn place(host: &str, path: &str) -> String {
    Place::request(host, path).map_or_else(|| format!("{host}{path}"), |place| place.key())
}

/// Path and query of a URL, as a request has them.
fn path_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split('#').next().unwrap_or_default();
    Some(rest.find('/').map_or("/", |at| &rest[at..]))
}

/// The address that answered last in nginx's `$upstream_addr`: `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`.
fn last_upstream(text: &str) -> Option<IpAddr> {
    let last = text.rsplit([',', ' ']).find(|piece| !piece.is_empty() && *piece != ":")?;
    last.parse::<SocketAddr>().map(|address| address.ip()).or_else(|_| last.parse()).ok()
}

/// A Unix socket has no address that a service owns: the line of whoever answered through it tells.
fn is_socket(upstream: &str) -> bool {
    upstream.rsplit([',', ' ']).next().is_some_and(|last| last.starts_with("unix:"))
}

#[cfg(test)]
mod tests {
    use super::{is_socket, last_upstream};
    use crate::timeline::{Gap, LINE_MS, Missed, Record, Source, State, Timeline};
    use relapse_wire::visit::Hop;

    #[test]
    fn what_a_relay_passed_on_is_not_settled_before_the_line_of_whoever_answered() {
        let mut timeline = Timeline::beginning(0.0, ["host".to_owned()].into());
        let line = |id: &str| {
            let text =
                format!(r#"{{"access":{{"at":1.0,"id":"{id}","host":"a.example","method":"GET","path":"/","status":302}}}}"#);
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
}
