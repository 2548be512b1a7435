//! Visits: what a user's browser, or our visitor, was asked for, and what came of it.

use super::{Client, Record, Timeline};
use relapse_wire::visit::{Asked, End, Hop};

impl Timeline {
    /// The number of that user's latest visit.
    #[must_use]
    pub fn latest_visit(&self, user: &str) -> Option<u32> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            Record::Opened { user: who, visit, .. } if who == user => Some(*visit),
            _ => None,
        })
    }

    /// The hops of that user's latest visit, oldest first, with the time at which each was recorded.
    pub fn hops<'a>(&'a self, user: &'a str) -> impl Iterator<Item = (u64, &'a Hop)> {
        let latest = self.latest_visit(user);
        self.entries.iter().filter_map(move |entry| match &entry.what {
            Record::Hop { user: who, visit, hop } if who == user && Some(*visit) == latest => Some((entry.at_ms, hop.as_ref())),
            _ => None,
        })
    }

    /// When that user's latest visit began; 0 without any.
    #[must_use]
    pub fn visit_began_ms(&self, user: &str) -> u64 {
        let opened =
            self.entries.iter().rev().find(|entry| matches!(&entry.what, Record::Opened { user: who, .. } if who == user));
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
            Record::Asked { user: who, visit, asked } if who == user && Some(*visit) == latest => {
                (!over.contains(&asked.request_id.as_str())).then_some((now_ms.saturating_sub(entry.at_ms), asked.as_ref()))
            }
            _ => None,
        })
    }

    /// The latest visit of that user with that client, and the hops of it, oldest first.
    #[must_use]
    pub fn visit_with(&self, user: &str, client: Client) -> Option<(u32, Vec<&Hop>)> {
        let number = self.entries.iter().rev().find_map(|entry| match &entry.what {
            Record::Opened { user: who, visit, with, .. } if who == user && *with == client => Some(*visit),
            _ => None,
        })?;
        let hops = self.entries.iter().filter_map(|entry| match &entry.what {
            Record::Hop { user: who, visit, hop } if who == user && *visit == number => Some(hop.as_ref()),
            _ => None,
        });
        Some((number, hops.collect()))
    }

    /// How that visit of that user ended, if it did.
    #[must_use]
    pub fn end_of(&self, user: &str, number: u32) -> Option<&End> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            Record::VisitEnded { user: who, visit, end } if who == user && *visit == number => Some(end),
            _ => None,
        })
    }

    /// The hops of everybody's visits, with whose they are.
    pub fn all_hops(&self) -> impl Iterator<Item = (&str, &Hop)> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            Record::Hop { user, hop, .. } => Some((user.as_str(), hop.as_ref())),
            _ => None,
        })
    }

    /// How that user's latest visit ended, if it did.
    #[must_use]
    pub fn visit_end(&self, user: &str) -> Option<&End> {
        self.end_of(user, self.latest_visit(user)?)
    }
}
