//! Given: what is so before anything happens.

use cucumber::given;
use relapse_model::timeline::Client;

use super::parameters::{Host, LabName, LevelList, Part, Session, User};
use super::world::World;

#[given(expr = "the {lab} lab")]
async fn lab(world: &mut World, _name: LabName) {
    world.raise().await;
}

// Which levels is read before the scenario starts: see `lab_phrase`.
#[given(expr = "the {lab} lab with {levels}")]
async fn lab_with_levels(world: &mut World, _name: LabName, _levels: LevelList) {
    world.raise().await;
}

// Which services may be in one is read before the scenario starts: see `crash_phrase`.
#[given(expr = "{part} is in a crash loop")]
async fn is_in_a_crash_loop(world: &mut World, part: Part) {
    let result = match world.lab() {
        Some(lab) => Some(lab.is_in_a_crash_loop(&part.0).await),
        None => None,
    };
    world.acted(result);
}

#[given(expr = "{user} is {session} at {host}")]
async fn is_at(world: &mut World, user: User, session: Session, host: Host) {
    let result = match world.lab() {
        Some(lab) if session == Session::LoggedIn => Some(lab.log_in(Client::Visitor, &user.0, &host.0).await),
        Some(lab) => Some(lab.forget(Client::Visitor, &user.0).await),
        None => None,
    };
    world.acted(result);
}
