//! The timeline: the ordered record of everything that was done and seen. Faults and probes write it, expectations read it.
//!
//! `entry` is one record, `describe` what it is for people; `containers`, `accesses` and `visits` find those of one kind. `answer` tells
//! who answered a request, `membership` who was in a list, `gap` what was not read (`missed` why), `silent` who cannot tell, `crash` who
//! ends again and again, `failing` what users meet that is a failure, `moment` what counts from when.

mod accesses;
mod answer;
mod containers;
mod crash;
mod describe;
mod entry;
mod failing;
mod gap;
mod membership;
mod missed;
mod moment;
mod silent;
mod visits;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use answer::Answerer;
pub(crate) use describe::TOO_MANY_REDIRECTS;
pub use describe::{Lane, Tone, visit_end};
pub use entry::{Client, Entry, Record, State, StepKind, Usage};
pub(crate) use failing::failing_user;
pub use gap::{Gap, Source};
pub use membership::{Membership, Presence};
pub use missed::Missed;
pub use moment::{LINE_MS, MIN_REQUESTS, NO_ANSWER_MS, RECENT_MS};
pub use silent::Silent;

use relapse_wire::log::Line;

/// Everything that was done and seen in one lab, in order.
#[derive(Debug, Default, Clone)]
pub struct Timeline {
    /// Unix time of the lab's beginning, in seconds.
    began_at: f64,
    /// The services whose logs can have records.
    speaks: BTreeSet<String>,
    entries: Vec<Entry>,
    /// When it was last looked at: that nothing is written any more shows only by the time.
    looked_ms: u64,
    /// Request id to the access lines about it: (service, index of the entry).
    accesses: HashMap<String, Vec<usize>>,
    /// Host and path to the access lines about them that have no request id.
    anonymous: HashMap<String, Vec<usize>>,
    /// The entries about containers: few among many.
    containers: Vec<usize>,
    /// The services that have written access lines, and whether any of these has a request id.
    writers: BTreeMap<String, bool>,
    /// Who is in which list, and since when.
    lists: membership::Lists,
    /// Until when everything that was logged is on it.
    read_ms: u64,
    /// The entries about what was not read.
    gaps: Vec<usize>,
    /// The newest step: its entry.
    step: Option<usize>,
    /// When the last When was done with, or the lab's beginning.
    acted_ms: u64,
}

impl Timeline {
    /// An empty one of a lab that began then, in seconds of Unix time, and whose topology says that these services speak. What services date
    /// by their clocks, which are this machine's, is found on it by that time.
    #[must_use]
    pub fn beginning(unix_seconds: f64, speaks: BTreeSet<String>) -> Self {
        Self { began_at: unix_seconds, speaks, ..Self::default() }
    }

    /// Writes a record. `at_ms` is the time since the lab's beginning.
    pub fn push(&mut self, at_ms: u64, what: Record) {
        if let Record::Log { service, line: Some(Line::Access(access)), .. } = &what {
            let has_id = !access.id.is_empty();
            let lines = match has_id {
                true => self.accesses.entry(access.id.clone()),
                false => self.anonymous.entry(answer::place(&access.host, &access.path)),
            };
            lines.or_default().push(self.entries.len());
            match self.writers.get_mut(service) {
                Some(any_has_id) => *any_has_id |= has_id,
                None => drop(self.writers.insert(service.clone(), has_id)),
            }
        }
        match &what {
            Record::Container { .. } => self.containers.push(self.entries.len()),
            Record::Gap(_) => self.gaps.push(self.entries.len()),
            Record::Step { .. } => self.step_begins(at_ms),
            _ => {}
        }
        if let Record::Members { tier, service, reading } = &what {
            self.lists.entry(tier.clone()).or_default().entry(service.clone()).or_default().read(at_ms, reading);
        }
        self.entries.push(Entry { at_ms, what });
    }

    /// Every record, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Notes that it is looked at now, in milliseconds since the lab's beginning.
    pub fn look_at(&mut self, now_ms: u64) {
        self.looked_ms = now_ms;
    }

    /// Notes that everything is on it that was logged up to then, in milliseconds since the lab's beginning.
    pub fn has_read_until(&mut self, at_ms: u64) {
        self.read_ms = at_ms;
    }

    /// When it was last looked at or written to.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.at_ms).max(self.looked_ms)
    }
}
