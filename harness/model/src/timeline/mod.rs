//! The timeline: the ordered record of everything that was done and seen. Faults and probes write it, expectations read it.
//!
//! `entry` is one record, `answer` tells who answered a request, `membership` who was in a list, `gap` what was not read, `failing` what
//! users meet that is a failure, `moment` what counts from when.

mod answer;
mod crash;
mod entry;
mod failing;
mod gap;
mod membership;
mod moment;

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

pub use answer::Answerer;
pub use entry::{Client, Entry, State, StepKind, Usage, What};
pub use gap::{Gap, Source};
pub use membership::{Membership, Presence};
pub use moment::{FEWEST_REQUESTS, NO_ANSWER_MS, RECENT_MS};

use relapse_wire::log::{Access, Line};
use relapse_wire::visit::{Asked, End, Hop};

/// Everything that was done and seen in one lab, in order.
#[derive(Debug, Default, Clone)]
pub struct Timeline {
    /// Unix time of the lab's beginning, in seconds.
    began_at: f64,
    entries: Vec<Entry>,
    /// When it was last looked at: that nothing is written any more shows only by the time.
    looked_ms: u64,
    /// Request id to the access lines about it: (part, index of the entry).
    accesses: HashMap<String, Vec<usize>>,
    /// Host and path to the access lines about them that have no request id.
    anonymous: HashMap<String, Vec<usize>>,
    /// The entries about containers: few among many.
    containers: Vec<usize>,
    /// The parts that have written access lines.
    writers: BTreeSet<String>,
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
    /// An empty one of a lab that began then, in seconds of Unix time. What parts date by their clocks, which are this machine's, is found
    /// on it by that.
    #[must_use]
    pub fn beginning(unix_seconds: f64) -> Self {
        Self { began_at: unix_seconds, ..Self::default() }
    }

    /// Writes a record. `at_ms` is the time since the lab's beginning.
    pub fn push(&mut self, at_ms: u64, what: What) {
        if let What::Log { line: Some(Line::Access(access)), .. } = &what {
            let lines = match access.id.is_empty() {
                false => self.accesses.entry(access.id.clone()),
                true => self.anonymous.entry(answer::place(&access.host, &access.path)),
            };
            lines.or_default().push(self.entries.len());
        }
        if let What::Log { part, line: Some(Line::Access(_)), .. } = &what
            && !self.writers.contains(part)
        {
            self.writers.insert(part.clone());
        }
        match &what {
            What::Container { .. } => self.containers.push(self.entries.len()),
            What::Gap(_) => self.gaps.push(self.entries.len()),
            What::Step { .. } => self.step_begins(at_ms),
            _ => {}
        }
        if let What::Members { tier, part, reading } = &what {
            self.lists.entry(tier.clone()).or_default().entry(part.clone()).or_default().read(at_ms, reading);
        }
        self.entries.push(Entry { at_ms, what });
    }

    /// The records about containers, oldest first.
    fn containers(&self) -> impl DoubleEndedIterator<Item = (u64, &str, &State)> {
        self.containers.iter().filter_map(|&index| match self.entries.get(index)? {
            Entry { at_ms, what: What::Container { part, state } } => Some((*at_ms, part.as_str(), state)),
            _ => None,
        })
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

    /// Whether that part has written access lines.
    #[must_use]
    pub fn logs_requests(&self, part: &str) -> bool {
        self.writers.contains(part)
    }

    /// The parts that have written access lines.
    pub fn writers(&self) -> impl Iterator<Item = &str> {
        self.writers.iter().map(String::as_str)
    }

    /// The access lines since that moment, newest first: the part that wrote each, and when the request was sent.
    pub fn accesses_since(&self, since_ms: u64) -> impl Iterator<Item = (&str, &Access, u64)> {
        self.entries.iter().rev().take_while(move |entry| entry.at_ms >= since_ms).filter_map(|entry| match &entry.what {
            What::Log { part, line: Some(Line::Access(access)), .. } => Some((part.as_str(), access, self.sent_ms(access))),
            _ => None,
        })
    }

    /// Whether that part's container runs, as far as is known.
    #[must_use]
    pub fn runs(&self, part: &str) -> bool {
        matches!(self.state(part), Some(State::Running { .. }))
    }

    /// Whether a service can say something: it runs, or has ended well, and then said all that it had to say.
    ///
    /// # Errors
    /// In words, why it cannot.
    pub fn can_speak(&self, service: &str) -> Result<(), String> {
        match self.state(service) {
            Some(State::Running { .. } | State::Exited { code: 0 }) => Ok(()),
            Some(State::Exited { code }) => Err(format!("{service} is exited, with code {code}")),
            Some(state) => Err(format!("{service} is {}", state.word())),
            None => Err(format!("there is no container of {service}; there are {}", self.parts().join(", "))),
        }
    }

    /// The access lines with that request id: the part that wrote it, and the line.
    pub fn accesses<'a>(&'a self, id: &str) -> impl Iterator<Item = (&'a str, &'a Access)> {
        self.accesses.get(id).into_iter().flatten().filter_map(|&index| match &self.entries.get(index)?.what {
            What::Log { part, line: Some(Line::Access(access)), .. } => Some((part.as_str(), access)),
            _ => None,
        })
    }

    /// The access lines about that host and path that have no request id, as [`Self::accesses`].
    fn anonymous<'a>(&'a self, place: &str) -> impl Iterator<Item = (&'a str, &'a Access)> {
        self.anonymous.get(place).into_iter().flatten().filter_map(|&index| match &self.entries.get(index)?.what {
            What::Log { part, line: Some(Line::Access(access)), .. } => Some((part.as_str(), access)),
            _ => None,
        })
    }

    /// The number of that user's latest visit.
    #[must_use]
    pub fn latest_visit(&self, user: &str) -> Option<u32> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Opened { user: who, visit, .. } if who == user => Some(*visit),
            _ => None,
        })
    }

    /// The hops of that user's latest visit, oldest first, with the time at which each was recorded.
    pub fn hops<'a>(&'a self, user: &'a str) -> impl Iterator<Item = (u64, &'a Hop)> {
        let latest = self.latest_visit(user);
        self.entries.iter().filter_map(move |entry| match &entry.what {
            What::Hop { user: who, visit, hop } if who == user && Some(*visit) == latest => Some((entry.at_ms, hop.as_ref())),
            _ => None,
        })
    }

    /// When that user's latest visit began; 0 without any.
    #[must_use]
    pub fn visit_began_ms(&self, user: &str) -> u64 {
        let opened = self.entries.iter().rev().find(|entry| matches!(&entry.what, What::Opened { user: who, .. } if who == user));
        opened.map_or(0, |entry| entry.at_ms)
    }

    /// The requests of that user's latest visit that nothing has come of yet: for how long, and which.
    pub fn waits<'a>(&'a self, user: &'a str) -> impl Iterator<Item = (u64, &'a Asked)> {
        let ended = self.visit_end(user).is_some();
        self.unanswered(user).filter(move |_| !ended)
    }

    /// The same, whether the visit has ended or not; how long ago each was asked.
    pub fn unanswered<'a>(&'a self, user: &'a str) -> impl Iterator<Item = (u64, &'a Asked)> {
        let (latest, now_ms) = (self.latest_visit(user), self.now_ms());
        let over: Vec<&str> = self.hops(user).map(|(_, hop)| hop.request_id.as_str()).collect();
        self.entries.iter().filter_map(move |entry| match &entry.what {
            What::Asked { user: who, visit, asked } if who == user && Some(*visit) == latest => {
                (!over.contains(&asked.request_id.as_str())).then_some((now_ms.saturating_sub(entry.at_ms), asked.as_ref()))
            }
            _ => None,
        })
    }

    /// The latest visit of that user with that client, and the hops of it, oldest first.
    #[must_use]
    pub fn visit_with(&self, user: &str, client: Client) -> Option<(u32, Vec<&Hop>)> {
        let number = self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Opened { user: who, visit, with, .. } if who == user && *with == client => Some(*visit),
            _ => None,
        })?;
        let hops = self.entries.iter().filter_map(|entry| match &entry.what {
            What::Hop { user: who, visit, hop } if who == user && *visit == number => Some(hop.as_ref()),
            _ => None,
        });
        Some((number, hops.collect()))
    }

    /// How that visit of that user ended, if it did.
    #[must_use]
    pub fn end_of(&self, user: &str, number: u32) -> Option<&End> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::VisitEnded { user: who, visit, end } if who == user && *visit == number => Some(end),
            _ => None,
        })
    }

    /// The hops of everybody's visits, with whose they are.
    pub fn all_hops(&self) -> impl Iterator<Item = (&str, &Hop)> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            What::Hop { user, hop, .. } => Some((user.as_str(), hop.as_ref())),
            _ => None,
        })
    }

    /// How that user's latest visit ended, if it did.
    #[must_use]
    pub fn visit_end(&self, user: &str) -> Option<&End> {
        self.end_of(user, self.latest_visit(user)?)
    }

    /// The latest known state of a part.
    #[must_use]
    pub fn state(&self, part: &str) -> Option<&State> {
        self.containers().rev().find_map(|(_, who, state)| (who == part).then_some(state))
    }

    /// How often a service was seen to be started, whoever started it.
    #[must_use]
    pub fn starts(&self, service: &str) -> usize {
        let mut before: Option<&State> = None;
        let mut starts = 0;
        for (_, _, state) in self.containers().filter(|(_, part, _)| *part == service) {
            // One that goes on after a pause was not started.
            let runs = matches!(state, State::Running { .. });
            starts += usize::from(runs && !matches!(before, Some(State::Paused | State::Running { .. })));
            before = Some(state);
        }
        starts
    }

    /// Every part that was ever seen, without repeats.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        let mut parts = Vec::new();
        for (_, part, _) in self.containers() {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts
    }

    /// The part that owned an address at that moment (milliseconds since the beginning).
    #[must_use]
    pub fn owner(&self, address: IpAddr, at_ms: u64) -> Option<&str> {
        let mut owner = None;
        for (_, part, state) in self.containers().take_while(|(at, ..)| *at <= at_ms) {
            match state {
                State::Running { addresses } if addresses.iter().any(|(_, own)| *own == address) => owner = Some(part),
                State::Paused => {}
                _ if owner == Some(part) => owner = None,
                _ => {}
            }
        }
        owner
    }
}
