//! `{user} should be answered {status} by {service} at {host}`: in the latest visit, by the container that owns the address that answered.
//! `{user} should get no answer from {host}`: a request of it has been out for a second, or ended without one.

use std::collections::BTreeSet;

use super::{Expectation, Kind, Observation};
use crate::place::same_host;
use crate::timeline::{NO_ANSWER_MS, Source, Timeline};
use relapse_wire::visit::Asked;

/// A request of the latest visit to that host was answered with that status by that service.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Who visits.
    pub user: String,
    /// The status.
    pub status: u16,
    /// Who should have answered.
    pub service: String,
    /// The host that was asked for.
    pub host: String,
}

/// A request of the latest visit to that host got no answer.
#[derive(Debug, Clone)]
pub struct Unanswered {
    /// Who visits.
    pub user: String,
    /// The host that was asked for.
    pub host: String,
}

impl Expectation for Answered {
    fn kind(&self) -> Kind {
        Kind::Visit
    }

    fn sources(&self, timeline: &Timeline) -> Option<Vec<Source>> {
        // Of whoever was reached, the first line of all may be to come.
        let hops = timeline.hops(&self.user).filter(|(_, hop)| same_host(&hop.host, &self.host));
        let reached = hops.filter_map(|(at_ms, hop)| timeline.owner(hop.peer?.ip(), at_ms));
        let who: BTreeSet<&str> = timeline.writers().chain(reached.filter(|service| timeline.speaks(service))).collect();
        let logs = who.into_iter().map(|service| Source::Log { service: service.to_owned() });
        Some(logs.chain([Source::Visits { user: self.user.clone() }]).collect())
    }

    fn since_ms(&self, timeline: &Timeline) -> u64 {
        timeline.visit_began_ms(&self.user)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let mut candidates: Vec<(String, usize)> = Vec::new();
        let (mut so, mut open, mut unread) = (false, false, false);
        for (at_ms, hop) in timeline.hops(&self.user).filter(|(_, hop)| same_host(&hop.host, &self.host)) {
            let candidate = match hop.status {
                Some(status) => {
                    let answerer = timeline.answered_by(at_ms, hop);
                    let settled = timeline.is_settled(at_ms, hop);
                    let is_known = settled && !answerer.unread;
                    so |= is_known && status == self.status && answerer.service.as_deref() == Some(self.service.as_str());
                    open |= !settled && status == self.status;
                    unread |= answerer.unread && status == self.status;
                    let whom = if settled || answerer.unread {
                        ""
                    } else {
                        ", or whatever is behind it: no access log has the request yet"
                    };
                    let cut = hop.cut.as_ref().map(|cut| format!(" ({cut})")).unwrap_or_default();
                    format!("{status} by {}{whom}{cut}", answerer.name())
                }
                None => format!("no answer: {}", hop.error.as_deref().unwrap_or("unknown")),
            };
            match candidates.iter_mut().find(|(text, _)| *text == candidate) {
                Some((_, count)) => *count += 1,
                None => candidates.push((candidate, 1)),
            }
        }
        let waits = timeline
            .waits(&self.user)
            .filter(|(_, asked)| same_host(&asked.host, &self.host))
            .map(|(ms, asked)| format!("no answer from {} yet, for {}", asked.url, crate::text::seconds(ms)));
        let waits: Vec<String> = waits.collect();
        if candidates.is_empty() && waits.is_empty() {
            return Observation::unknown(nothing_came(timeline, &self.user, &self.host));
        }
        let list = candidates.iter().map(|(text, count)| format!("{text} ({count}×)"));
        let list: Vec<String> = list.chain(waits).collect();
        let seen = format!("{} was answered at {}: {}", self.user, self.host, list.join(", "));
        // A visit that has ended can bring nothing new; a line of an access log can still be on its way, so it is not `Never`.
        match so {
            false if unread => Observation::unknown(NoAnswer::LogNotRead { seen }),
            false if open => Observation::pending(NoAnswer::NotLoggedYet { seen }),
            _ => Observation::of(so, seen),
        }
    }
}

impl Expectation for Unanswered {
    fn kind(&self) -> Kind {
        Kind::Visit
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Visits { user: self.user.clone() }])
    }

    fn since_ms(&self, timeline: &Timeline) -> u64 {
        timeline.visit_began_ms(&self.user)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let hops = timeline.hops(&self.user).filter(|(_, hop)| same_host(&hop.host, &self.host));
        let mut answers = 0;
        let mut failed = None;
        for (_, hop) in hops {
            match (hop.status, &hop.error) {
                (Some(_), _) => answers += 1,
                (None, error) => failed = Some(error.as_deref().unwrap_or("unknown")),
            }
        }
        let waiting = timeline.waits(&self.user).find(|(_, asked)| same_host(&asked.host, &self.host));
        let (user, host) = (&self.user, &self.host);
        match (failed, waiting) {
            (Some(why), _) => Observation::of(true, format!("{user} got no answer from {host}: {why}")),
            (None, Some((ms, asked))) => {
                let seen = format!("{user} has no answer from {} yet, for {}", asked.url, crate::text::seconds(ms));
                if ms < NO_ANSWER_MS { Observation::pending(NoAnswer::NotYet { seen }) } else { Observation::of(true, seen) }
            }
            (None, None) if answers > 0 => Observation::of(false, format!("{user} got {answers} answers from {host}")),
            (None, None) => Observation::unknown(nothing_came(timeline, user, host)),
        }
    }
}

/// Why a user has neither an answer from a host nor waits for one.
fn nothing_came(timeline: &Timeline, user: &str, host: &str) -> NoAnswer {
    let name = user.to_owned();
    match timeline.unanswered(user).find(|(_, asked)| same_host(&asked.host, host)) {
        Some((_, Asked { url, .. })) => NoAnswer::EndedBefore { user: name, url: url.clone() },
        None => NoAnswer::NothingSent { user: name, host: host.to_owned() },
    }
}

crate::reasons! {
    /// Why it is not known whether a user was answered.
    pub(super) enum NoAnswer {
        /// The user's latest visit was closed while a request was out: what would have come is not known.
        EndedBefore { user: String = "alice", url: String = "http://app/" } is "visit-ended-early",
            says "the visit of {user} ended before {url} was answered",
            next "judge {user}'s answer before the step that opens something else, or before {user} leaves";
        /// The latest visit of that user never asked that host for anything.
        NothingSent { user: String = "alice", host: String = "app" } is "no-request",
            says "{user} sent no request to {host}",
            next "let {user} open a page at {host} first (`When {user} opens http://{host}/`); only the latest visit counts";
        /// Somebody answered with that status, and whoever is behind a proxy has not logged the request yet: it is not known who it was.
        NotLoggedYet { seen: String = "alice was answered at app: 502 by nginx, or whatever is behind it: no access log has the request yet (1×)" }
            is "answer-not-logged",
            says "{seen}",
            next "give it more time (a longer deadline, or `--patience 2`): a log's lines come later than the answer";
        /// Somebody answered with that status, and some of its log was not read: whether it passed the request on is not known.
        LogNotRead { seen: String = "alice was answered at app: 200 by lb, or whoever is behind it (1×)" } is "answerer-log-not-read",
            says "{seen}",
            next "see what is said of this log, and mend that; whoever answered is known by its own line about the request";
        /// The request is out, and not yet for long enough to say that no answer comes.
        NotYet { seen: String = "alice has no answer from http://app/ yet, for 0.4 s" } is "answer-not-yet",
            says "{seen}",
            next "let the deadline be longer than 1s, or scale it with `--patience 2`";
    }
}

#[cfg(test)]
mod tests;
