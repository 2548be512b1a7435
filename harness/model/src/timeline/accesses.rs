//! Access lines: the requests that services have logged.

use super::{Record, Timeline};
use relapse_wire::log::{Access, Line};

impl Timeline {
    /// Whether lines of that service's log can be records: before the first is read, it is not known that there are any.
    pub(crate) fn speaks(&self, service: &str) -> bool {
        self.speaks.contains(service)
    }

    /// Whether that service has written access lines.
    #[must_use]
    pub fn logs_requests(&self, service: &str) -> bool {
        self.writers.contains_key(service)
    }

    /// Whether that service's access lines have request ids, as far as is known: any of them has one.
    pub(super) fn logs_ids(&self, service: &str) -> bool {
        self.writers.get(service).is_some_and(|any_has_id| *any_has_id)
    }

    /// The services that have written access lines.
    pub fn writers(&self) -> impl Iterator<Item = &str> {
        self.writers.keys().map(String::as_str)
    }

    /// The access lines since that moment, newest first: the service that wrote each, and when the request was sent.
    pub fn accesses_since(&self, since_ms: u64) -> impl Iterator<Item = (&str, &Access, u64)> {
        self.entries.iter().rev().take_while(move |entry| entry.at_ms >= since_ms).filter_map(|entry| match &entry.what {
            Record::Log { service, line: Some(Line::Access(access)), .. } => {
                Some((service.as_str(), access, self.sent_ms(access)))
            }
            _ => None,
        })
    }

    /// The access lines with that request id: the service that wrote it, and the line.
    pub fn accesses<'a>(&'a self, id: &str) -> impl Iterator<Item = (&'a str, &'a Access)> {
        self.accesses.get(id).into_iter().flatten().filter_map(|&index| match &self.entries.get(index)?.what {
            Record::Log { service, line: Some(Line::Access(access)), .. } => Some((service.as_str(), access)),
            _ => None,
        })
    }

    /// The access lines about that host and path that have no request id, as [`Self::accesses`].
    pub(super) fn anonymous<'a>(&'a self, place: &str) -> impl Iterator<Item = (&'a str, &'a Access)> {
        self.anonymous.get(place).into_iter().flatten().filter_map(|&index| match &self.entries.get(index)?.what {
            Record::Log { service, line: Some(Line::Access(access)), .. } => Some((service.as_str(), access)),
            _ => None,
        })
    }
}
