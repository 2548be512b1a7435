//! Alerts: of what somebody was told.

use cucumber::then;
use relapse_model::expect::alert::{Alerted, State};

use super::parameters::{Deadline, Should};
use super::world::World;

#[then(expr = "the alert {string} {should} fire {deadline}")]
async fn fires(world: &mut World, name: String, should: Should, deadline: Deadline) {
    world.expect(should.0, deadline.0, Alerted { name, state: State::Firing }).await;
}

#[then(expr = "the alert {string} {should} be resolved {deadline}")]
async fn is_resolved(world: &mut World, name: String, should: Should, deadline: Deadline) {
    world.expect(should.0, deadline.0, Alerted { name, state: State::Resolved }).await;
}
