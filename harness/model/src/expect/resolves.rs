//! `{name} should resolve to {owners} from {service}`: sampled by asking the service's own resolver.

use super::not_asked::NotAsked;
use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Source, Timeline};

/// Whose addresses a name should have: `lb-1`, `lb-1 and lb-2`, `lb-1 only`, `nothing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owners {
    /// Each of these; nobody means no address at all.
    pub services: Vec<String>,
    /// And nobody else.
    pub only: bool,
}

impl std::str::FromStr for Owners {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (services, only) = text.strip_suffix(" only").map_or((text, false), |services| (services, true));
        if services == "nothing" {
            return Ok(Self { services: Vec::new(), only });
        }
        Ok(Self { services: services.split(" and ").map(ToOwned::to_owned).collect(), only })
    }
}

/// What a name means to a service.
#[derive(Debug, Clone)]
pub struct Resolves {
    /// The name.
    pub name: String,
    /// Whose addresses.
    pub to: Owners,
    /// The service that asks.
    pub from: String,
    /// Whether it should: that it should not is that none of them is among the answers.
    pub should: bool,
}

/// What a question of that kind is told about.
#[must_use]
pub fn source(name: &str, from: &str) -> Source {
    Source::Probe { about: format!("what {name} means to {from}") }
}

impl Expectation for Resolves {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![source(&self.name, &self.from)])
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Resolved { service, resolution } if *service == self.from && resolution.name == self.name)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let last = timeline.of_this_step().find_map(|entry| match &entry.what {
            Record::Resolved { service, resolution } if *service == self.from && resolution.name == self.name => {
                Some((entry.at_ms, resolution))
            }
            _ => None,
        });
        let Some((at_ms, resolution)) = last else {
            return Observation::unknown(NotAsked::Name { service: self.from.clone(), name: self.name.clone() });
        };
        let owners: Vec<Option<&str>> = resolution.addresses.iter().map(|address| timeline.owner(*address, at_ms)).collect();
        let named = resolution.addresses.iter().zip(&owners);
        let named: Vec<String> =
            named.map(|(address, owner)| format!("{address} ({})", owner.unwrap_or("nobody of this lab"))).collect();
        let seen = match named.is_empty() {
            true => format!(
                "from {}, {} does not resolve: {}",
                self.from,
                self.name,
                resolution.error.as_deref().unwrap_or("no address")
            ),
            false => format!("from {}, {} resolves to {}", self.from, self.name, named.join(", ")),
        };
        let among = |service: &String| owners.contains(&Some(service.as_str()));
        let own = |owner: &Option<&str>| owner.is_some_and(|owner| self.to.services.iter().any(|service| service == owner));
        let so = match (&*self.to.services, self.should) {
            ([], _) => owners.is_empty(),
            // With `only`, the same sentence is denied; without, that any of them is among the answers.
            (services, false) if !self.to.only => services.iter().any(among),
            (services, _) => services.iter().all(among) && (!self.to.only || owners.iter().all(own)),
        };
        Observation::of(so, seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use crate::timeline::{State, StepKind};
    use relapse_wire::resolve::Resolution;

    fn answer(last: &[u8]) -> Record {
        let addresses = last.iter().map(|last| [10, 0, 0, *last].into()).collect();
        Record::Resolved { service: "app".into(), resolution: Resolution { name: "lb".into(), addresses, error: None } }
    }

    fn lab() -> Timeline {
        let mut timeline = Timeline::default();
        for (service, last) in [("lb-1", 1), ("lb-2", 2), ("lb-10", 10)] {
            let addresses = vec![("net".into(), [10, 0, 0, last].into())];
            timeline.push(0, Record::Container { service: service.into(), state: State::Running { addresses } });
        }
        timeline
    }

    fn look(should: bool, to: &str, answers: &[Record]) -> Fact {
        let mut timeline = lab();
        for what in answers {
            timeline.push(5, what.clone());
        }
        Resolves { name: "lb".into(), to: to.parse().unwrap(), from: "app".into(), should }.look(&timeline).fact
    }

    #[test]
    fn should_is_among_them_and_should_not_is_none_of_them() {
        let both = [answer(&[1, 2])];
        for (should, to, fact) in [
            (true, "lb-1", Fact::So),
            (false, "lb-1", Fact::So),
            (true, "lb-1 and lb-2", Fact::So),
            (true, "lb-1 only", Fact::NotSo),
            (true, "lb-1 and lb-2 only", Fact::So),
            (true, "lb-1 and lb-10", Fact::NotSo),
            (false, "lb-1 and lb-10", Fact::So),
            (false, "lb-10", Fact::NotSo),
            (true, "nothing", Fact::NotSo),
        ] {
            assert_eq!(look(should, to, &both), fact, "{should} {to}");
        }
        assert_eq!(look(true, "nothing", &[answer(&[])]), Fact::So);
        assert_eq!(look(false, "lb-1", &[answer(&[])]), Fact::NotSo);
        assert_eq!(look(true, "lb-1 only", &[answer(&[1])]), Fact::So);
    }

    #[test]
    fn an_answer_from_before_this_step_is_no_evidence() {
        let step = Record::Step { text: "Then".into(), line: 1, kind: StepKind::Then };
        assert_eq!(look(true, "lb-1", &[answer(&[1]), step.clone()]), Fact::Unknown);
        assert_eq!(look(true, "lb-1", &[answer(&[1]), step, answer(&[2])]), Fact::NotSo);
        assert_eq!(look(true, "lb-1", &[]), Fact::Unknown);
    }
}
