//! What a scenario's steps are in an outage: what users do and what was done to the system, and what a gate ends with.

use gherkin::StepType;
use relapse_model::topology::Topology;

use super::Script;
use super::check::{Checker, Said};
use crate::vocabulary::role::Role;

impl Said {
    /// What the step is in an outage; `None` for one that says nothing about itself.
    pub(super) fn role(&self) -> Option<Role> {
        let role = self.role_of_phrase()?;
        // Whoever pushes sees what comes of it.
        let push = role == Role::Mechanism && self.word("action") == Some("push");
        // That nobody was told is nothing that anybody got.
        let silence = role == Role::Told && self.is_negative();
        Some(if push {
            Role::Users
        } else if silence {
            Role::Mechanism
        } else {
            role
        })
    }
}

/// The role of each of a script's steps, in their order.
fn roles(checker: &Checker<'_>, script: &Script, topology: &Topology) -> Vec<Option<Role>> {
    script.steps.iter().map(|step| checker.read(script, step, topology).ok().and_then(|said| said.role())).collect()
}

/// The script without what was done to the system: users do the same, and nothing happens to them. `None` where users are all there is.
pub(crate) fn demand_alone(checker: &Checker<'_>, script: &Script, topology: &Topology) -> Option<Script> {
    let roles = roles(checker, script, topology);
    let is_trigger = |(step, role): &(&gherkin::Step, &Option<Role>)| step.ty == StepType::When && **role != Some(Role::Demand);
    let without = script.steps.iter().zip(&roles).filter(|pair| !is_trigger(pair)).map(|(step, _)| step.clone());
    let alone = Script { steps: without.collect(), ..script.clone() };
    (alone.steps.len() < script.steps.len()).then_some(alone)
}

/// What a script's last Then is; `None` without one, or where it says nothing about itself.
pub(crate) fn end(checker: &Checker<'_>, script: &Script, topology: &Topology) -> Option<Role> {
    let last = script.steps.iter().rposition(|step| step.ty == StepType::Then)?;
    roles(checker, script, topology).get(last).copied().flatten()
}
