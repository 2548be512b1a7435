//! Who was in each list, and when: kept up with every reading, so that a look at a list costs as much as it has servers, however long a
//! lab has run.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use super::Timeline;
use relapse_wire::members::Reading;

/// The lists of all tiers: tier to service to its list.
pub(super) type Lists = HashMap<String, HashMap<String, Membership>>;

/// One list, as all its readings up to now tell it.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    heard_ms: u64,
    said: Said,
    listed: BTreeMap<SocketAddr, String>,
    /// When each address that was ever listed came and went, in turns, beginning with its coming.
    turns: HashMap<SocketAddr, Vec<u64>>,
}

/// What the newest reading that says something says.
#[derive(Debug, Clone, Default)]
enum Said {
    #[default]
    Nothing,
    Servers,
    Failed(String),
}

/// An address in a list, at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It was not listed up to then.
    Never,
    /// It is listed, since then.
    Since(u64),
    /// It was, and is not, since then.
    GoneSince(u64),
}

impl Timeline {
    /// The list of a tier that a service has; `None` when it was never read.
    #[must_use]
    pub fn membership(&self, tier: &str, service: &str) -> Option<&Membership> {
        self.lists.get(tier)?.get(service)
    }
}

impl Membership {
    pub(super) fn read(&mut self, at_ms: u64, reading: &Reading) {
        self.heard_ms = at_ms;
        let servers = match reading {
            Reading::Unchanged => return,
            Reading::Failed(why) => {
                self.said = Said::Failed(why.clone());
                return;
            }
            Reading::Servers(servers) => servers,
        };
        self.said = Said::Servers;
        let now = servers.iter().filter(|server| server.listed).map(|server| (server.address, server.state.clone()));
        let before = std::mem::replace(&mut self.listed, now.collect());
        let came = self.listed.keys().filter(|address| !before.contains_key(address));
        for address in before.keys().filter(|address| !self.listed.contains_key(address)).chain(came) {
            self.turns.entry(*address).or_default().push(at_ms);
        }
    }

    /// When something was last heard of it: that it is as before counts as well.
    #[must_use]
    pub fn heard_ms(&self) -> u64 {
        self.heard_ms
    }

    /// Its servers, by address, with their state.
    ///
    /// # Errors
    /// In words, why it could not be read; empty where nothing but `Unchanged` was ever said.
    pub fn listed(&self) -> Result<&BTreeMap<SocketAddr, String>, &str> {
        match &self.said {
            Said::Servers => Ok(&self.listed),
            Said::Failed(why) => Err(why),
            Said::Nothing => Err(""),
        }
    }

    /// Whether it listed an address at that moment, by the readings until then.
    #[must_use]
    pub fn presence(&self, address: SocketAddr, at_ms: u64) -> Presence {
        let turns = self.turns.get(&address).map_or(&[][..], Vec::as_slice);
        let number = turns.partition_point(|turn| *turn <= at_ms);
        match number.checked_sub(1).and_then(|last| turns.get(last)) {
            None => Presence::Never,
            Some(&since) if number % 2 == 1 => Presence::Since(since),
            Some(&since) => Presence::GoneSince(since),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Record;
    use relapse_wire::members::Server;

    fn address(port: u16) -> SocketAddr {
        ([10, 0, 0, 1], port).into()
    }

    fn servers(ports: &[u16]) -> Reading {
        Reading::Servers(ports.iter().map(|port| Server { address: address(*port), listed: true, state: "up".into() }).collect())
    }

    #[test]
    fn an_address_comes_and_goes_and_a_reading_that_failed_says_nothing_of_it() {
        let mut timeline = Timeline::default();
        let readings = [
            (10, servers(&[1, 2])),
            (20, servers(&[2])),
            (30, Reading::Failed("refused".into())),
            (40, servers(&[2, 1])),
            (50, Reading::Unchanged),
        ];
        for (at_ms, reading) in readings {
            timeline.push(at_ms, Record::Members { tier: "webapp".into(), service: "consul".into(), reading });
        }
        let list = timeline.membership("webapp", "consul").unwrap();
        let presences = [9, 10, 19, 20, 39, 40, 60].map(|at_ms| list.presence(address(1), at_ms));
        use Presence::{GoneSince, Never, Since};
        assert_eq!(presences, [Never, Since(10), Since(10), GoneSince(20), GoneSince(20), Since(40), Since(40)]);
        assert_eq!(list.presence(address(2), 60), Since(10));
        assert_eq!((list.presence(address(3), 60), list.heard_ms()), (Never, 50));
        assert!(timeline.membership("webapp", "haproxy").is_none());
    }
}
