//! `the last {action} of {target} should be {outcome}`: what came of an attempt, by the log of the service that made it, or by the harness's own record.

use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Source, Timeline};
use relapse_wire::log::Line;

/// The outcome of the last action of that name on that target.
#[derive(Debug, Clone)]
pub struct LastAction {
    /// For example `deploy`.
    pub name: String,
    /// What it is done to, for example `example.to-hutohu.trap.show`.
    pub target: String,
    /// For example `success`.
    pub outcome: String,
}

impl Expectation for LastAction {
    fn kind(&self) -> Kind {
        Kind::Count
    }

    fn sources(&self, timeline: &Timeline) -> Option<Vec<Source>> {
        // Whoever tells of such actions may have told of a later one.
        let mut logs: Vec<Source> = Vec::new();
        for entry in timeline.entries() {
            match &entry.what {
                Record::Log { service, line: Some(Line::Action(action)), .. } if action.name == self.name => {
                    let log = Source::Log { service: service.clone() };
                    if !logs.contains(&log) {
                        logs.push(log);
                    }
                }
                // Our own record has no gaps.
                Record::Attempt { name, .. } if *name == self.name => return Some(Vec::new()),
                _ => {}
            }
        }
        (!logs.is_empty()).then_some(logs)
    }

    fn concerns(&self, what: &Record) -> bool {
        match what {
            Record::Attempt { name, .. } => *name == self.name,
            Record::Log { line: Some(Line::Action(action)), .. } => action.name == self.name,
            _ => false,
        }
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let mut others = Vec::new();
        let mut last = None;
        for entry in timeline.entries() {
            let (target, outcome, detail) = match &entry.what {
                Record::Attempt { name, target, outcome, detail } if *name == self.name => (target, outcome, detail),
                Record::Log { line: Some(Line::Action(action)), .. } if action.name == self.name => {
                    (&action.target, &action.outcome, &action.detail)
                }
                _ => continue,
            };
            if *target == self.target {
                last = Some((outcome, detail));
            } else {
                others.push(format!("{target}: {outcome} ({})", detail.trim()));
            }
        }
        match last {
            Some((outcome, detail)) => Observation::of(
                *outcome == self.outcome,
                format!("the last {} of {}: {outcome} ({})", self.name, self.target, detail.trim()),
            )
            .by_absence(true),
            // What never was has no outcome, neither the one nor the other.
            None if others.is_empty() => Observation::unknown(NoAction::Nowhere { action: self.name.clone() }),
            None => {
                let (action, target) = (self.name.clone(), self.target.clone());
                Observation::unknown(NoAction::OfOthers { action, target, others: others.join(", ") })
            }
        }
    }
}

crate::reasons! {
    /// Why an action has no outcome.
    pub(super) enum NoAction {
        /// Nobody has logged such an action, and no step of the scenario made one.
        Nowhere { action: String = "deploy" } is "no-action",
            says "no {action} in any service's log",
            next "name whoever does a {action} in the topology (`x-relapse: {{ speaks: [SERVICE] }}`) and let it log actions; if it does, give it a longer deadline";
        /// There are such actions, of other targets.
        OfOthers { action: String = "deploy", target: String = "shop", others: String = "blog: success (in 3 s)" } is "no-action-of-target",
            says "no {action} of {target}, but of {others}",
            next "name one of those, if one of them is meant; else give the {action} of {target} a longer deadline";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;

    #[test]
    fn the_last_one_counts_and_what_never_was_has_no_outcome() {
        let mut timeline = Timeline::default();
        let run = |target: &str, outcome: &str| Record::Attempt {
            name: "run".into(),
            target: target.into(),
            outcome: outcome.into(),
            detail: String::new(),
        };
        let look = |timeline: &Timeline| {
            LastAction { name: "run".into(), target: "app".into(), outcome: "success".into() }.look(timeline).fact
        };
        assert_eq!(look(&timeline), Fact::Unknown);
        timeline.push(1, run("app-1", "success"));
        assert_eq!(look(&timeline), Fact::Unknown, "another one's");
        timeline.push(2, run("app", "success"));
        assert_eq!(look(&timeline), Fact::So);
        timeline.push(3, run("app", "failure"));
        assert_eq!(look(&timeline), Fact::NotSo);
    }
}
