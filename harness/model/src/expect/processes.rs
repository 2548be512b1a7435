//! `{service} should run {comparison} processes`: by the engine's own list, for servers that leave old processes behind when they reload.

use std::collections::BTreeMap;

use super::logged::Comparison;
use super::named::named;
use super::not_asked::NotAsked;
use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Source, Timeline};

/// Processes of a service's container.
#[derive(Debug, Clone)]
pub struct Processes {
    /// The service.
    pub service: String,
    /// How many.
    pub comparison: Comparison,
}

/// What a question of that kind is told about.
#[must_use]
pub fn source(service: &str) -> Source {
    Source::Probe { about: format!("which processes {service} runs") }
}

impl Expectation for Processes {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![source(&self.service)])
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Processes { service, .. } if *service == self.service)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let last = timeline.of_this_step().find_map(|entry| match &entry.what {
            Record::Processes { service, commands } if *service == self.service => Some(commands),
            _ => None,
        });
        let Some(commands) = last else { return Observation::unknown(NotAsked::Processes { service: self.service.clone() }) };
        let mut same: BTreeMap<&str, usize> = BTreeMap::new();
        for command in commands {
            *same.entry(command.as_str()).or_default() += 1;
        }
        let told = same.into_iter().map(|(command, count)| format!("{count} of `{command}`")).collect::<Vec<_>>();
        let seen = format!("{} runs {}{}", self.service, commands.len(), named(told.into_iter()));
        Observation::of(self.comparison.matches(commands.len()), seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;

    #[test]
    fn the_processes_of_this_step_are_counted_and_told() {
        let mut timeline = Timeline::default();
        let processes = |commands: &[&str]| Record::Processes {
            service: "proxy".into(),
            commands: commands.iter().map(|command| (*command).to_owned()).collect(),
        };
        let expectation = Processes { service: "proxy".into(), comparison: "at least 3".parse().unwrap() };
        timeline.push(5, processes(&["haproxy -W", "haproxy -sf 8", "haproxy -sf 8"]));
        timeline.push(10, Record::Step { text: "Then".into(), line: 1, kind: crate::timeline::StepKind::Then });
        assert_eq!(expectation.look(&timeline).fact, Fact::Unknown);
        timeline.push(20, processes(&["haproxy -W", "haproxy -sf 8"]));
        assert_eq!(expectation.look(&timeline).fact, Fact::NotSo);
        timeline.push(30, processes(&["haproxy -W", "haproxy -sf 8", "haproxy -sf 8"]));
        let sight = expectation.look(&timeline);
        assert_eq!((sight.fact, sight.seen.as_str()), (Fact::So, "proxy runs 3: 1 of `haproxy -W`, 2 of `haproxy -sf 8`"));
    }
}
