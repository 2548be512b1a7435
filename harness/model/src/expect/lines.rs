//! `{service} should log {comparison} lines with {text}`: for what a service only says in words, such as the end of a reload. `new lines` are
//! those since the last When began.

use super::logged::Comparison;
use super::tally::Tally;
use super::{Expectation, Kind, Observation, of_the_living};
use crate::timeline::{Record, Source, Timeline};

/// Lines of a service's log that have a text.
#[derive(Debug, Clone)]
pub struct Lines {
    service: String,
    comparison: Comparison,
    text: String,
    since: Since,
    tally: Tally,
    /// All lines of the service, whatever they have.
    all: Tally,
}

/// From when on lines count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The lab's beginning.
    Ever,
    /// The last When's beginning.
    TheLastWhen,
}

impl Lines {
    /// So many lines with that text in the service's log, since then.
    #[must_use]
    pub fn new(service: String, comparison: Comparison, text: String, since: Since) -> Self {
        Self { service, comparison, text, since, tally: Tally::default(), all: Tally::default() }
    }

    fn has(&self, what: &Record) -> bool {
        matches!(what, Record::Log { service, text, .. } if *service == self.service && text.contains(&self.text))
    }

    /// From when on, and from which entry on.
    fn from(&self, timeline: &Timeline) -> (u64, usize) {
        match self.since {
            Since::Ever => (0, 0),
            Since::TheLastWhen => timeline.when_began(),
        }
    }
}

impl Expectation for Lines {
    fn kind(&self) -> Kind {
        Kind::Count
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Log { service: self.service.clone() }])
    }

    fn since_ms(&self, timeline: &Timeline) -> u64 {
        self.from(timeline).0
    }

    fn concerns(&self, what: &Record) -> bool {
        self.has(what)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let from = self.from(timeline).1;
        let own = |what: &Record| matches!(what, Record::Log { service, .. } if *service == self.service);
        let count = self.tally.count(timeline, from, |what| self.has(what));
        let total = self.all.count(timeline, from, own);
        let last = timeline.entries().iter().rev().find_map(|entry| match &entry.what {
            what @ Record::Log { text, .. } if own(what) => Some(text.as_str()),
            _ => None,
        });
        let new = if self.since == Since::TheLastWhen { "new " } else { "" };
        let earlier = self.tally.earlier();
        let seen = format!("{count} of {total} {new}lines of {}'s log have `{}`{earlier}", self.service, self.text);
        let seen =
            last.map_or_else(|| format!("{seen}; it has none at all"), |last| format!("{seen}; the last line is `{last}`"));
        of_the_living(timeline, &self.service, self.comparison.sight(count, seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use crate::timeline::{State, StepKind};

    fn lab() -> Timeline {
        let mut timeline = Timeline::default();
        let state = State::Running { addresses: Vec::new() };
        timeline.push(0, Record::Container { service: "app".into(), state });
        timeline
    }

    fn say(timeline: &mut Timeline, at_ms: u64, text: &str) {
        timeline.push(at_ms, Record::Log { service: "app".into(), text: text.into(), line: None });
    }

    fn lines(comparison: &str, since: Since) -> Lines {
        Lines::new("app".into(), comparison.parse().unwrap(), "refused".into(), since)
    }

    #[test]
    fn the_noise_of_the_start_is_nothing_new() {
        let mut timeline = lab();
        say(&mut timeline, 1, "refused");
        timeline.push(5, Record::Step { text: "When db is killed".into(), line: 1, kind: StepKind::When });
        timeline.push(9, Record::Step { text: "Then".into(), line: 2, kind: StepKind::Then });
        let noise = lines("at least 1", Since::Ever).look(&timeline);
        assert_eq!(noise.fact, Fact::So);
        assert!(
            noise.seen.contains("1 of 1 lines of app's log have `refused` (1 of them before the last When)"),
            "{}",
            noise.seen
        );
        let new = lines("at least 1", Since::TheLastWhen);
        assert_eq!(new.look(&timeline).fact, Fact::NotSo);
        say(&mut timeline, 10, "refused again");
        assert_eq!(new.look(&timeline).fact, Fact::So);
    }

    #[test]
    fn what_nobody_could_have_said_is_no_evidence_and_what_was_said_is() {
        let never = lines("exactly 0", Since::Ever).look(&Timeline::default());
        assert_eq!(never.fact, Fact::Unknown, "{}", never.seen);
        let mut dead = lab();
        say(&mut dead, 1, "refused");
        dead.push(2, Record::Container { service: "app".into(), state: State::Exited { code: 137 } });
        assert_eq!(lines("at most 1", Since::Ever).look(&dead).fact, Fact::Unknown);
        assert_eq!(lines("at least 2", Since::Ever).look(&dead).fact, Fact::Unknown);
        assert_eq!(lines("at least 1", Since::Ever).look(&dead).fact, Fact::So);
        assert_eq!(lines("at most 0", Since::Ever).look(&dead).fact, Fact::Never);
        let mut done = lab();
        done.push(2, Record::Container { service: "app".into(), state: State::Exited { code: 0 } });
        assert_eq!(lines("exactly 0", Since::Ever).look(&done).fact, Fact::So, "it has said all that it had to say");
    }

    #[test]
    fn a_hundred_thousand_lines_are_counted_as_they_come() {
        let mut timeline = lab();
        let counted = lines("exactly 50000", Since::Ever);
        let began = std::time::Instant::now();
        for number in 0..50_000 {
            say(&mut timeline, number, "refused");
            assert_eq!(counted.look(&timeline).fact == Fact::So, number == 49_999);
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    }
}
