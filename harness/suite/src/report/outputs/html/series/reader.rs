//! Readings of one list to what it had, and when that was not known. A list is known as long as an expectation would take it as evidence.

use std::net::SocketAddr;
use std::rc::Rc;

use relapse_wire::members::{MAX_SILENT_MS, Reading, Server};

use super::{Stretch, add};

/// Sorted, without repeats.
pub(super) type Addresses = Rc<Vec<SocketAddr>>;

/// One list, while its readings are gone through.
#[derive(Default)]
pub(super) struct Reader {
    heard_ms: u64,
    /// What was read last; `None` where that failed.
    last: Option<Addresses>,
    open: Open,
    since_ms: u64,
    pub(super) known: Vec<Stretch<Addresses>>,
    pub(super) unknown: Vec<Stretch<String>>,
}

/// What is so since some moment.
#[derive(Default)]
enum Open {
    /// It was never read.
    #[default]
    Nothing,
    Known(Addresses),
    Unknown(String),
}

impl Reader {
    pub(super) fn read(&mut self, at_ms: u64, reading: &Reading, runs: bool) {
        self.silence(at_ms);
        self.heard_ms = at_ms;
        match reading {
            Reading::Servers(servers) => self.last = Some(addresses(servers)),
            Reading::Unchanged => {}
            Reading::Failed(why) => {
                self.last = None;
                self.unknown(at_ms, why.clone());
            }
        }
        if let Some(last) = self.last.clone().filter(|_| runs) {
            self.turn(at_ms, Open::Known(last));
        }
    }

    /// From then on it is not known.
    pub(super) fn unknown(&mut self, at_ms: u64, why: String) {
        self.turn(at_ms, Open::Unknown(why));
    }

    /// There are no more readings.
    pub(super) fn end(&mut self, end_ms: u64) {
        self.silence(end_ms);
        self.turn(end_ms, Open::Nothing);
    }

    /// Ends what was known when nobody has looked for too long.
    fn silence(&mut self, now_ms: u64) {
        let silent_ms = self.heard_ms + MAX_SILENT_MS;
        if matches!(self.open, Open::Known(_)) && silent_ms < now_ms {
            self.unknown(silent_ms, "nobody has looked".into());
        }
    }

    fn turn(&mut self, at_ms: u64, next: Open) {
        match (&self.open, &next) {
            // The first reason is kept: what comes after follows from it.
            (Open::Unknown(_), Open::Unknown(_)) => return,
            (Open::Known(before), Open::Known(now)) if before == now => return,
            _ => {}
        }
        match std::mem::replace(&mut self.open, next) {
            Open::Nothing => {}
            Open::Known(addresses) => add(&mut self.known, self.since_ms, at_ms, addresses),
            Open::Unknown(why) => add(&mut self.unknown, self.since_ms, at_ms, why),
        }
        self.since_ms = at_ms;
    }
}

fn addresses(servers: &[Server]) -> Addresses {
    let mut addresses: Vec<SocketAddr> = servers.iter().filter(|server| server.listed).map(|server| server.address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    Rc::new(addresses)
}
