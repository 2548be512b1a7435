//! `{service} should be {state}`: running, exited, paused, removed, or in a crash loop.

use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Silent, Source, State, Timeline};

/// A state that no container has by itself: it ends, is started again, and ends.
pub const CRASH_LOOP: &str = "in a crash loop";

/// The state of a service's container.
#[derive(Debug, Clone)]
pub struct ServiceState {
    /// The service.
    pub service: String,
    /// A word of [`State::word`], or [`CRASH_LOOP`].
    pub state: String,
}

impl Expectation for ServiceState {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        // The engine's events, which everything rests on.
        Some(Vec::new())
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Container { service, .. } if *service == self.service)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        // One that ends again and again is neither running nor ended.
        if let Some(times) = timeline.crash_loop(&self.service) {
            let last = timeline.last_words(&self.service).map(|text| format!("; its last words: `{text}`")).unwrap_or_default();
            let seen = format!("{} is {CRASH_LOOP}: it ended by itself {times} times in a row{last}", self.service);
            return Observation::of(self.state == CRASH_LOOP, seen);
        }
        match timeline.state(&self.service) {
            Some(state) => {
                let detail = match state {
                    State::Exited { code } => format!("{} is exited, with code {code}", self.service),
                    // One that has another service's network has no address of its own.
                    State::Running { addresses } if !addresses.is_empty() => {
                        let list: Vec<String> =
                            addresses.iter().map(|(network, address)| format!("{address} in {network}")).collect();
                        format!("{} is running, at {}", self.service, list.join(" and "))
                    }
                    other => format!("{} is {}", self.service, other.word()),
                };
                Observation::of(state.word() == self.state, detail)
            }
            None => {
                Observation::unknown(Silent::Absent { service: self.service.clone(), others: timeline.services().join(", ") })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::expect::Fact;
    use crate::timeline::StepKind;

    fn is(timeline: &Timeline, state: &str) -> Fact {
        ServiceState { service: "app".into(), state: state.into() }.look(timeline).fact
    }

    #[test]
    fn what_ends_by_itself_again_and_again_is_neither_running_nor_exited() {
        let mut timeline = Timeline::default();
        let mut at = |at_ms, state| timeline.push(at_ms, Record::Container { service: "app".into(), state });
        for at_ms in [0, 200] {
            at(at_ms, State::Running { addresses: Vec::new() });
            at(at_ms + 100, State::Exited { code: 1 });
        }
        at(400, State::Running { addresses: Vec::new() });
        assert_eq!((is(&timeline, "running"), is(&timeline, "exited")), (Fact::NotSo, Fact::NotSo));
        assert_eq!(is(&timeline, CRASH_LOOP), Fact::So);
        timeline.look_at(20_000);
        assert_eq!(is(&timeline, "running"), Fact::So, "it has run for long");
    }

    #[test]
    fn what_a_step_ends_again_and_again_is_in_no_crash_loop() {
        let mut timeline = Timeline::default();
        for at_ms in [0, 200, 400] {
            timeline.push(at_ms, Record::Step { text: "When app is restarted".into(), line: 1, kind: StepKind::When });
            timeline.push(at_ms + 1, Record::Container { service: "app".into(), state: State::Exited { code: 137 } });
            timeline
                .push(at_ms + 2, Record::Container { service: "app".into(), state: State::Running { addresses: Vec::new() } });
        }
        assert_eq!(is(&timeline, "running"), Fact::So);
    }

    #[test]
    fn what_never_was_is_in_no_state() {
        for state in ["running", "exited", "removed"] {
            assert_eq!(is(&Timeline::default(), state), Fact::Unknown);
        }
    }

    #[test]
    fn a_part_is_told_with_its_addresses_if_it_has_any() {
        let seen = |addresses: Vec<(String, IpAddr)>| {
            let mut timeline = Timeline::default();
            let state = State::Running { addresses };
            timeline.push(1, Record::Container { service: "watch-1".into(), state });
            ServiceState { service: "watch-1".into(), state: "exited".into() }.look(&timeline).seen
        };
        assert_eq!(seen(Vec::new()), "watch-1 is running");
        assert_eq!(seen(vec![("site".into(), [10, 0, 0, 9].into())]), "watch-1 is running, at 10.0.0.9 in site");
    }
}
