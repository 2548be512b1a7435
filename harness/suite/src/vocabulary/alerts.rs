//! Alerts: of what somebody was told.

use cucumber::then;
use relapse_model::expect::alert::{Alerted, State};
use relapse_model::outcome::Obstacle;

use super::parameters::{Deadline, Should};
use super::world::World;

#[then(expr = "the alert {string} {should} fire {deadline}")]
async fn fires(world: &mut World, alert: String, should: Should, deadline: Deadline) {
    is(world, &alert, should, State::Firing, deadline).await;
}

#[then(expr = "the alert {string} {should} be resolved {deadline}")]
async fn is_resolved(world: &mut World, alert: String, should: Should, deadline: Deadline) {
    is(world, &alert, should, State::Resolved, deadline).await;
}

async fn is(world: &mut World, alert: &str, should: Should, state: State, deadline: Deadline) {
    match alert.parse() {
        Ok(alert) => world.expect(should.0, deadline.0, Alerted { alert, state }).await,
        Err(why) => world.trouble(&Obstacle::NotUnderstood { why }),
    }
}
