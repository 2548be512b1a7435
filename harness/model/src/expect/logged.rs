//! `{service} should log {comparison} requests for {pattern}`: counted in the service's own access log, not by the caller.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::tally::Tally;
use super::{Expectation, Fact, Kind, Observation, of_the_living};
use crate::place::Place;
use crate::timeline::{Record, Source, Timeline};
use relapse_wire::log::Line;

/// So many hosts are named.
const MAX_NAMED: usize = 8;

/// How many, compared with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `at least N`.
    AtLeast(usize),
    /// `at most N`.
    AtMost(usize),
    /// `exactly N`.
    Exactly(usize),
}

impl Comparison {
    /// Whether `count` is so.
    #[must_use]
    pub fn matches(self, count: usize) -> bool {
        match self {
            Self::AtLeast(number) => count >= number,
            Self::AtMost(number) => count <= number,
            Self::Exactly(number) => count == number,
        }
    }

    /// How a count that only grows stands: once it was passed it is passed for ever; and that it is no more was seen only if all was.
    #[must_use]
    pub fn sight(self, count: usize, seen: String) -> Observation {
        let (fact, by_absence) = match self {
            Self::AtLeast(number) if count >= number => (Fact::So, false),
            Self::AtLeast(_) => (Fact::NotSo, true),
            Self::AtMost(number) | Self::Exactly(number) if count > number => (Fact::Never, false),
            Self::AtMost(_) => (Fact::So, true),
            Self::Exactly(number) => (if count == number { Fact::So } else { Fact::NotSo }, true),
        };
        Observation::new(fact, seen).by_absence(by_absence)
    }
}

impl std::str::FromStr for Comparison {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (words, number) =
            text.rsplit_once(' ').ok_or_else(|| format!("`{text}`: write `at least 3`, `at most 3` or `exactly 3`"))?;
        let number = number.parse().map_err(|_| format!("`{number}` is no number"))?;
        match words {
            "at least" => Ok(Self::AtLeast(number)),
            "at most" => Ok(Self::AtMost(number)),
            "exactly" => Ok(Self::Exactly(number)),
            _ => Err(format!("`{words}`: write `at least`, `at most` or `exactly`")),
        }
    }
}

/// Access lines of a service about a place.
#[derive(Debug, Clone)]
pub struct Logged {
    service: String,
    comparison: Comparison,
    pattern: Place,
    written: String,
    tally: Tally,
    /// The hosts that it was asked for.
    hosts: RefCell<BTreeSet<String>>,
}

impl Logged {
    /// `pattern` is a host, and maybe the beginning of a path, by whole segments.
    ///
    /// # Errors
    /// In words, when the pattern names no host.
    pub fn new(service: String, comparison: Comparison, pattern: &str) -> Result<Self, String> {
        let place = Place::pattern(pattern)?;
        let (tally, hosts) = (Tally::default(), RefCell::default());
        Ok(Self { service, comparison, pattern: place, written: pattern.to_owned(), tally, hosts })
    }

    fn is_own<'a>(&self, what: &'a Record) -> Option<&'a relapse_wire::log::Access> {
        match what {
            Record::Log { service, line: Some(Line::Access(access)), .. } if *service == self.service => Some(access),
            _ => None,
        }
    }
}

impl Expectation for Logged {
    fn kind(&self) -> Kind {
        Kind::Count
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Log { service: self.service.clone() }])
    }

    fn concerns(&self, what: &Record) -> bool {
        self.is_own(what).is_some()
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        if !timeline.logs_requests(&self.service) {
            return Observation::unknown(NoLines::NoRequests { service: self.service.clone() });
        }
        let mut hosts = self.hosts.borrow_mut();
        let count = self.tally.count(timeline, 0, |what| {
            let Some(access) = self.is_own(what) else { return false };
            if hosts.len() <= MAX_NAMED {
                hosts.insert(access.host.clone());
            }
            Place::request(&access.host, &access.path).is_some_and(|request| self.pattern.covers(&request))
        });
        let named: Vec<&str> = hosts.iter().take(MAX_NAMED).map(String::as_str).collect();
        let (service, written, earlier) = (&self.service, &self.written, self.tally.earlier());
        let seen =
            format!("{service} logged {count} requests for {written}{earlier}; hosts it was asked for: {}", named.join(", "));
        of_the_living(timeline, &self.service, self.comparison.sight(count, seen))
    }
}

crate::reasons! {
    /// Why a count of requests says nothing.
    pub(super) enum NoLines {
        /// A service that has logged no request at all may be one that logs none, or none that relapse reads.
        NoRequests { service: String = "app" } is "no-requests-logged",
            says "{service} has logged no request at all, so that it would log one is not known (is it under `x-relapse: speaks:`?)",
            next "name it in the topology (`x-relapse: {{ speaks: [{service}] }}`) and let it log requests in relapse's form (nginx by `log_format`); if it does, send it one first";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(comparison: &str, pattern: &str, requests: &[(&str, &str)]) -> Fact {
        let mut timeline = Timeline::default();
        let state = crate::timeline::State::Running { addresses: Vec::new() };
        timeline.push(0, Record::Container { service: "app".into(), state });
        for (host, path) in requests {
            let line = format!(r#"{{"access":{{"at":1.0,"host":"{host}","method":"GET","path":"{path}","status":200}}}}"#);
            let line = Some(serde_json::from_str(&line).unwrap());
            timeline.push(1, Record::Log { service: "app".into(), text: String::new(), line });
        }
        Logged::new("app".into(), comparison.parse().unwrap(), pattern).unwrap().look(&timeline).fact
    }

    #[test]
    fn a_pattern_is_a_host_and_whole_segments() {
        let requests = [("h-1", "/ok"), ("h-10", "/ok"), ("H-1:80", "/okay"), ("h-1", "/ok/1?x=2")];
        assert_eq!(look("exactly 3", "h-1", &requests), Fact::So);
        assert_eq!(look("exactly 2", "h-1/ok", &requests), Fact::So);
        assert_eq!(look("exactly 1", "h-1/ok", &requests), Fact::Never);
        assert_eq!(look("at least 3", "h-1/ok", &requests), Fact::NotSo);
    }

    #[test]
    fn of_a_service_that_logs_no_request_nothing_is_known() {
        assert_eq!(look("exactly 0", "h", &[]), Fact::Unknown);
        assert_eq!(look("exactly 0", "h", &[("other", "/")]), Fact::So);
        assert!(Logged::new("app".into(), Comparison::Exactly(0), "/ok").is_err());
    }
}
