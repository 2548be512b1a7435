//! What each service was in, and when: it ran, it was down.

use std::collections::BTreeMap;

use relapse_model::timeline::{Entry, Record, State};

use super::bound::seconds;

/// Something that lasted.
#[derive(Debug, PartialEq)]
pub(super) struct Span {
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
    pub(super) phase: Phase,
    pub(super) title: String,
}

/// What a service is in meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It exists, and has not run.
    Created,
    /// It runs.
    Running,
    /// Its work is done: it ended well, and no step had asked for it.
    Ended,
    /// It is down: frozen, or ended by a step or with an error, until it runs again or is gone.
    Down,
}

/// Which phase each service was in, and when.
pub(super) fn phases(entries: &[Entry], end_ms: u64) -> BTreeMap<&str, Vec<Span>> {
    let mut open: BTreeMap<&str, (u64, Phase, String)> = BTreeMap::new();
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let close = |service: &str, (from_ms, phase, word): (u64, Phase, String), to_ms: u64| Span {
        from_ms,
        to_ms,
        phase,
        title: format!("{service}: {word} from {} to {}", seconds(from_ms), seconds(to_ms)),
    };
    let mut step = "";
    for Entry { at_ms, what } in entries {
        if let Record::Step { text, .. } = what {
            step = text;
        }
        let Record::Container { service, state } = what else { continue };
        let asked_for = step.split_whitespace().any(|word| word == service);
        let next = match state {
            State::Created => Some((Phase::Created, "created".to_owned())),
            State::Running { .. } => Some((Phase::Running, "running".to_owned())),
            State::Paused => Some((Phase::Down, "paused".to_owned())),
            State::Exited { code: 0 } if !asked_for => Some((Phase::Ended, "ended well".to_owned())),
            State::Exited { code } => Some((Phase::Down, format!("exited with code {code}"))),
            State::Removed => None,
        };
        // A service that runs with one container more, or less, still runs.
        if open.get(service.as_str()).is_some_and(|(_, phase, _)| next.as_ref().is_some_and(|(other, _)| other == phase)) {
            continue;
        }
        if let Some(before) = open.remove(service.as_str()) {
            spans.entry(service).or_default().push(close(service, before, *at_ms));
        }
        if let Some((phase, word)) = next {
            open.insert(service, (*at_ms, phase, word));
        }
    }
    for (service, before) in open {
        spans.entry(service).or_default().push(close(service, before, end_ms));
    }
    spans
}

#[cfg(test)]
mod tests {
    use relapse_model::timeline::{StepKind, Timeline};

    use super::*;

    #[test]
    fn a_part_is_down_from_its_end_until_it_runs_again() {
        let mut timeline = Timeline::default();
        let mut at = |ms, state| timeline.push(ms, Record::Container { service: "nginx".into(), state });
        let running = || State::Running { addresses: Vec::new() };
        at(0, State::Created);
        at(10, running());
        at(15, running());
        at(20, State::Exited { code: 137 });
        at(30, running());
        at(40, State::Exited { code: 0 });
        at(50, running());
        at(60, State::Removed);
        timeline.push(70, Record::Step { text: "When dns is stopped".into(), line: 1, kind: StepKind::When });
        timeline.push(71, Record::Container { service: "dns".into(), state: State::Exited { code: 0 } });
        let spans = phases(timeline.entries(), 100);
        let seen: Vec<(u64, u64, Phase)> =
            spans.get("nginx").into_iter().flatten().map(|span| (span.from_ms, span.to_ms, span.phase)).collect();
        let expected = [
            (0, 10, Phase::Created),
            (10, 20, Phase::Running),
            (20, 30, Phase::Down),
            (30, 40, Phase::Running),
            (40, 50, Phase::Ended),
            (50, 60, Phase::Running),
        ];
        assert_eq!(seen, expected);
        assert_eq!(
            spans.get("nginx").and_then(|spans| spans.get(2)).map(|span| span.title.as_str()),
            Some("nginx: exited with code 137 from 0.020 s to 0.030 s")
        );
    }
}
