//! `the last {action} of {target} should be {outcome}`: what came of an attempt, by the log of the part that made it, or by the harness's own record.

use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};
use crate::wire::log::Line;

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
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let mut others = Vec::new();
        let mut last = None;
        for entry in timeline.entries() {
            let (target, outcome, detail) = match &entry.what {
                What::Attempt { name, target, outcome, detail } if *name == self.name => (target, outcome, detail),
                What::Log { line: Some(Line::Action(action)), .. } if action.name == self.name => {
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
            Some((outcome, detail)) => Sight::of(
                *outcome == self.outcome,
                format!("the last {} of {}: {outcome} ({})", self.name, self.target, detail.trim()),
            ),
            // The logs of all parts were read: that nothing was attempted is evidence.
            None if others.is_empty() => Sight::of(false, format!("no {} in any part's log", self.name)),
            None => Sight::of(false, format!("no {} of {}, but of {}", self.name, self.target, others.join(", "))),
        }
    }
}
