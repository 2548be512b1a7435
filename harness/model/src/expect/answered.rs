//! `{user} should be answered {status} by {part} at {host}`: in the latest visit, by the container that owns the address that answered.

use super::{Expectation, Fact, Kind, Sight};
use crate::timeline::Timeline;

/// A request of the latest visit to that host was answered with that status by that part.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Who visits.
    pub user: String,
    /// The status.
    pub status: u16,
    /// Who should have answered.
    pub part: String,
    /// The host that was asked for.
    pub host: String,
}

impl Expectation for Answered {
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let mut candidates: Vec<(String, usize)> = Vec::new();
        let mut so = false;
        for (at_ms, hop) in timeline.hops(&self.user).filter(|(_, hop)| hop.host == self.host) {
            let candidate = match hop.status {
                Some(status) => {
                    let answerer = timeline.answered_by(at_ms, hop);
                    let settled = timeline.is_settled(at_ms, hop);
                    so |= settled && status == self.status && answerer.part.as_deref() == Some(self.part.as_str());
                    let whom = if settled { "" } else { ", or whatever is behind it: no access log has the request yet" };
                    format!("{status} by {}{whom}", answerer.name())
                }
                None => format!("no answer: {}", hop.error.as_deref().unwrap_or("unknown")),
            };
            match candidates.iter_mut().find(|(text, _)| *text == candidate) {
                Some((_, count)) => *count += 1,
                None => candidates.push((candidate, 1)),
            }
        }
        if candidates.is_empty() {
            return Sight::unknown(format!("{} sent no request to {}", self.user, self.host));
        }
        let list: Vec<String> = candidates.iter().map(|(text, count)| format!("{text} ({count}×)")).collect();
        let seen = format!("{} was answered at {}: {}", self.user, self.host, list.join(", "));
        // A visit that has ended can bring nothing new; a line of an access log can still be on its way, so it is not `Never`.
        Sight { fact: if so { Fact::So } else { Fact::NotSo }, seen }
    }
}
