//! Gaps: what was not read. A source is whatever tells of the lab; where it breaks off, lags or is cut, what did not show is not known.
//! A gap never undoes what was seen.

use serde::Serialize;

use super::{Missed, Record, Timeline};

/// Who tells of a lab.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "source", rename_all = "kebab-case")]
pub enum Source {
    /// The engine, of containers. Without it nothing is known of anything.
    Engine,
    /// The log of a service.
    Log {
        /// The service.
        service: String,
    },
    /// A service's list of a tier.
    List {
        /// The tier.
        tier: String,
        /// Whose list.
        service: String,
    },
    /// What is told of a user's visits.
    Visits {
        /// The user.
        user: String,
    },
    /// What is told of what a user does in the background: asks, sends, holds.
    Background {
        /// The user.
        user: String,
    },
    /// What is asked while a Then is watched.
    Probe {
        /// What about, in words.
        about: String,
    },
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Engine => f.write_str("the engine"),
            Self::Log { service } => write!(f, "the log of {service}"),
            Self::List { tier, service } => write!(f, "the {tier} list of {service}"),
            Self::Visits { user } => write!(f, "the visits of {user}"),
            Self::Background { user } => write!(f, "the requests of {user}"),
            Self::Probe { about } => f.write_str(about),
        }
    }
}

/// A time in which something that a source would have told may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Whose.
    pub source: Source,
    /// Since when, in milliseconds since the lab's beginning.
    pub since_ms: u64,
    /// Whether it goes on to the end; else it ends with its record.
    pub lasting: bool,
    /// What happened.
    pub why: Missed,
}

impl Timeline {
    /// What one of these sources (without any named: of all) may have told between two moments and was not read.
    #[must_use]
    pub fn gap(&self, sources: Option<&[Source]>, from_ms: u64, to_ms: u64) -> Option<&Gap> {
        self.gaps.iter().find_map(|&index| {
            let entry = self.entries.get(index)?;
            let Record::Gap(gap) = &entry.what else { return None };
            let concerned = gap.source == Source::Engine || sources.is_none_or(|sources| sources.contains(&gap.source));
            let overlaps = gap.since_ms <= to_ms && (gap.lasting || entry.at_ms >= from_ms);
            (concerned && overlaps).then_some(gap)
        })
    }
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "of {} not all was read: {}", self.source, self.why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(service: &str) -> Source {
        Source::Log { service: service.into() }
    }

    #[test]
    fn a_gap_concerns_who_rests_on_its_source_in_its_time() {
        let mut timeline = Timeline::default();
        let gap = |source, since_ms, lasting| {
            Record::Gap(Gap { source, since_ms, lasting, why: Missed::LogBrokeOff { why: "reset".into() } })
        };
        timeline.push(30, gap(log("app"), 20, false));
        timeline.push(60, gap(log("proxy"), 50, true));
        let missing =
            |timeline: &Timeline, sources: Option<&[Source]>, from_ms, to_ms| timeline.gap(sources, from_ms, to_ms).is_some();
        for (sources, from_ms, to_ms, expected, why) in [
            (Some(vec![log("app")]), 0, 25, true, "within"),
            (Some(vec![log("app")]), 30, 40, true, "at its end"),
            (None, 0, 25, true, "who rests on all"),
            (Some(vec![log("app")]), 31, 90, false, "after it"),
            (Some(vec![log("app")]), 0, 19, false, "before it"),
            (Some(vec![log("proxy")]), 70, 90, true, "one that lasts has no end"),
            (Some(vec![log("other")]), 0, 90, false, "another's"),
            (Some(Vec::new()), 0, 90, false, "nobody's"),
        ] {
            assert_eq!(missing(&timeline, sources.as_deref(), from_ms, to_ms), expected, "{why}");
        }
        timeline.push(95, gap(Source::Engine, 95, true));
        assert!(missing(&timeline, Some(&[]), 0, 99), "without the engine nothing is known");
    }
}
