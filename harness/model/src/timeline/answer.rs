//! Who answered a request: the container that owns the address that answered, not what a header says.
//! Where that container only passed the request on, its access log tells to which address, and so on to the end.
//!
//! Requests are found in access logs by their id. A browser sends none: for it, by method, host, path and status, and of several such
//! lines of a part the one nearest in time. Two people who ask for the same at the same moment could be taken for each other.

use std::net::{IpAddr, SocketAddr};

use super::Timeline;
use crate::wire::log::Access;
use crate::wire::visit::Hop;

/// A part's line and a browser's hop are about the same request only when they are no further apart: both clocks are this machine's.
const MOST_SECONDS_APART: f64 = 2.0;

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerer {
    /// The part; `None` when nobody of this lab owned the address.
    pub part: Option<String>,
    /// The address that answered last in the chain.
    pub address: Option<IpAddr>,
}

impl Answerer {
    /// For people.
    #[must_use]
    pub fn name(&self) -> String {
        match (&self.part, self.address) {
            (Some(part), _) => part.clone(),
            (None, Some(address)) => format!("{address} (nobody of this lab)"),
            (None, None) => "nobody".into(),
        }
    }
}

impl Timeline {
    /// Who answered `hop`, which was recorded at `at_ms`. With several lines about one request (a proxy before a part),
    /// the line that names an address further on is followed.
    #[must_use]
    pub fn answered_by(&self, at_ms: u64, hop: &Hop) -> Answerer {
        let Some(peer) = hop.peer.filter(|_| hop.status.is_some()) else {
            return Answerer { part: None, address: None };
        };
        let mut address = peer.ip();
        let mut part = self.owner(address, at_ms).map(ToOwned::to_owned);
        for (writer, access) in self.lines_about(hop) {
            // A line with an address further on is a proxy's; without, its writer answered by itself.
            match last_upstream(&access.upstream) {
                Some(next) => {
                    address = next;
                    part = self.owner(next, at_ms).map(ToOwned::to_owned);
                    break;
                }
                None if is_socket(&access.upstream) => {}
                None => part = Some(writer.to_owned()),
            }
        }
        Answerer { part, address: Some(address) }
    }

    /// Whether it is known who answered `hop`. Where the owner of the address writes access lines and none is about this request, it
    /// has passed the request on, as a relay of bytes does: the line of whoever answered is still on its way.
    #[must_use]
    pub fn is_settled(&self, at_ms: u64, hop: &Hop) -> bool {
        let Some(owner) = hop.peer.and_then(|peer| self.owner(peer.ip(), at_ms)) else { return true };
        !self.lines_about(hop).is_empty() || !self.logs_requests(owner)
    }
}

impl Timeline {
    /// The access lines about a request, oldest first.
    fn lines_about(&self, hop: &Hop) -> Vec<(&str, &Access)> {
        if !hop.request_id.is_empty() {
            return self.accesses(&hop.request_id).collect();
        }
        let Some(path) = path_of(&hop.url) else { return Vec::new() };
        #[expect(clippy::cast_precision_loss)]
        let answered = hop.at_ms as f64 / 1000.0 + hop.seconds;
        let mut nearest: Vec<(&str, &Access, f64)> = Vec::new();
        for (part, access) in self.anonymous(&place(&hop.host, path)) {
            let apart = (access.at - answered).abs();
            if access.method != hop.method || Some(access.status) != hop.status || apart > MOST_SECONDS_APART {
                continue;
            }
            match nearest.iter_mut().find(|(other, ..)| *other == part) {
                Some(other) if apart < other.2 => *other = (part, access, apart),
                Some(_) => {}
                None => nearest.push((part, access, apart)),
            }
        }
        nearest.into_iter().map(|(part, access, _)| (part, access)).collect()
    }
}

/// Host and path as one key; a host's port is left out, since not every part logs it.
pub(super) fn place(host: &str, path: &str) -> String {
    let host = host.split(':').next().unwrap_or_default();
    format!("{}{path}", host.to_ascii_lowercase())
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

/// A Unix socket has no address that a part owns: the line of whoever answered through it tells.
fn is_socket(upstream: &str) -> bool {
    upstream.rsplit([',', ' ']).next().is_some_and(|last| last.starts_with("unix:"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{is_socket, last_upstream};
    use crate::timeline::{State, Timeline, What};
    use crate::wire::visit::Hop;

    #[test]
    fn what_a_relay_passed_on_is_not_settled_before_the_line_of_whoever_answered() {
        let mut timeline = Timeline::default();
        let line = |id: &str| {
            let text =
                format!(r#"{{"access":{{"at":1.0,"id":"{id}","host":"a.example","method":"GET","path":"/","status":302}}}}"#);
            serde_json::from_str(&text).ok()
        };
        let log = |part: &str, id: &str| What::Log { part: part.into(), text: String::new(), line: line(id) };
        let addresses = [("net".to_owned(), "10.0.0.1".parse().unwrap())].into();
        timeline.push(1, What::Container { part: "host".into(), state: State::Running { addresses } });
        let hop: Hop = serde_json::from_str(
            r#"{"at_ms":1,"seconds":0.1,"cause":"typed","method":"GET","url":"http://a.example/","host":"a.example","request_id":"x",
                "resolved":[],"peer":"10.0.0.1:80","status":302,"sent":[],"withheld":[],"set":[]}"#,
        )
        .unwrap();
        assert!(timeline.is_settled(2, &hop), "a part that writes no access lines is not waited for");
        timeline.push(2, log("host", "another request"));
        assert!(!timeline.is_settled(3, &hop));
        timeline.push(3, log("nginx", "x"));
        assert!(timeline.is_settled(4, &hop));
        assert_eq!(timeline.answered_by(4, &hop).part.as_deref(), Some("nginx"));
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
