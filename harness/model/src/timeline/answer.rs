//! Who answered a request: the container that owns the address that answered, not what a header says.
//! Where that container only passed the request on, its own line tells to which address, and so on to the end.
//!
//! Requests are found in access logs by their id. A browser sends none, and some services write none: for these, by method, host, path and
//! status, and of several such lines of a service the one nearest in time. Two people who ask for the same at the same moment could be taken
//! for each other.

use std::net::{IpAddr, SocketAddr};

use super::{LINE_MS, Source, Timeline};
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
    /// Some of that service's log was not read. The line that says whether it passed the request on may have been in it.
    pub unread: bool,
}

impl Answerer {
    /// For people.
    #[must_use]
    pub fn name(&self) -> String {
        match (&self.service, self.address) {
            (Some(service), _) if self.unread => format!("{service}, or whoever is behind it"),
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
            return Answerer { service: None, address: None, unread: false };
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
        let unread = !has_written && service.as_deref().is_some_and(|service| self.is_unread_about(at_ms, hop, service));
        Answerer { unread, service, address: Some(address) }
    }

    /// Whether some of the log of a service that speaks was not read, when it would have written a line about `hop`.
    fn is_unread_about(&self, at_ms: u64, hop: &Hop, service: &str) -> bool {
        let log = Source::Log { service: service.to_owned() };
        // What a visitor tells can be read later than the log.
        let sent_ms = self.at_unix_ms(hop.at_ms).min(at_ms);
        self.speaks(service) && self.gap(Some(&[log]), sent_ms, at_ms + LINE_MS).is_some()
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
mod tests;
