//! The lab that a scenario runs on.

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{LabName, LevelList};

step! {
    /// A topology of `fixtures/` is raised, with every factor as on the day.
    State: "the {lab} lab",
    example: "the trap lab",
    async fn lab(world: &mut World, _name: LabName) {
        world.raise().await;
    }
}

// Which levels is read before the scenario starts: see `lab_phrase`.
step! {
    /// It is raised with some factors at other levels, joined by `and`.
    State: "the {lab} lab with {levels}",
    example: "the trap lab with app_port at 3000",
    async fn lab_with_levels(world: &mut World, _name: LabName, _levels: LevelList) {
        world.raise().await;
    }
}
