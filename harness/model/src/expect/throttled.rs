//! `{service} should be throttled`: in at least half of the scheduler's periods of the last seconds the service's processor limit held it up.

use super::not_asked::NotAsked;
use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Source, Timeline, Usage};

/// From the first figure to the last, at most; at least a quarter of it is needed.
const WINDOW_MS: u64 = 2_000;

/// A service's limit is felt.
#[derive(Debug, Clone)]
pub struct Throttled {
    /// The service.
    pub service: String,
}

/// What a question of that kind is told about.
#[must_use]
pub fn source(service: &str) -> Source {
    Source::Probe { about: format!("what {service} uses") }
}

impl Expectation for Throttled {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![source(&self.service)])
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Used { service, .. } if *service == self.service)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        // The engine goes on to tell figures of one that is dead or frozen: it wants no processor.
        if !timeline.runs(&self.service) {
            return match timeline.can_speak(&self.service) {
                Err(why) => Observation::unknown(why),
                Ok(()) => Observation::unknown(NotAsked::Ended { service: self.service.clone() }),
            };
        }
        // Both figures are of this step: what was held up before is of that time.
        let mut figures = timeline.of_this_step().filter_map(|entry| match &entry.what {
            Record::Used { service, usage } if *service == self.service => Some((entry.at_ms, usage)),
            _ => None,
        });
        let Some((until, last)) = figures.next() else {
            return Observation::unknown(NotAsked::Usage { service: self.service.clone() });
        };
        let earlier = figures.take_while(|(at_ms, _)| at_ms + WINDOW_MS >= until).last();
        let Some((since, first)) = earlier.filter(|(at_ms, _)| at_ms + WINDOW_MS / 4 <= until) else {
            return Observation::unknown(NotAsked::UsageTooShort { service: self.service.clone() });
        };
        let Usage { periods, throttled_periods, cpu_seconds, memory_bytes } = last;
        let all = periods.saturating_sub(first.periods);
        let throttled = throttled_periods.saturating_sub(first.throttled_periods);
        #[expect(clippy::cast_precision_loss)]
        let processors = (cpu_seconds - first.cpu_seconds) / ((until - since) as f64 / 1000.0);
        let seen = format!(
            "{}: throttled in {throttled} of {all} periods of {} ms; {processors:.2} processors, {} MiB",
            self.service,
            until - since,
            memory_bytes >> 20
        );
        Observation::of(all > 0 && throttled * 2 >= all, seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use crate::timeline::StepKind;

    #[test]
    fn figures_from_before_this_step_are_no_evidence() {
        let mut timeline = Timeline::default();
        let used = |periods, throttled_periods| Record::Used {
            service: "app".into(),
            usage: Usage { periods, throttled_periods, cpu_seconds: 0.0, memory_bytes: 0 },
        };
        let throttled = Throttled { service: "app".into() };
        let state = crate::timeline::State::Running { addresses: Vec::new() };
        timeline.push(0, Record::Container { service: "app".into(), state });
        timeline.push(0, used(0, 0));
        timeline.push(1_000, used(10, 10));
        assert_eq!(throttled.look(&timeline).fact, Fact::So);
        timeline.push(1_100, Record::Step { text: "Then".into(), line: 1, kind: StepKind::Then });
        timeline.push(1_200, used(11, 11));
        assert_eq!(throttled.look(&timeline).fact, Fact::Unknown);
        timeline.push(2_200, used(21, 11));
        assert_eq!(throttled.look(&timeline).fact, Fact::NotSo);
        timeline.push(2_300, Record::Container { service: "app".into(), state: crate::timeline::State::Exited { code: 137 } });
        assert_eq!(throttled.look(&timeline).fact, Fact::Unknown, "the dead want no processor");
    }
}
