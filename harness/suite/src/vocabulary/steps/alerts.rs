//! Alerts: of what somebody was told.

use relapse_model::expect::alert::{Alerted, Selector, State};

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Deadline, Should};

step! {
    /// Somebody was told that it fires, and not since that it is resolved, by the log of whoever is told. It is named, or chosen by labels as
    /// well: `'TargetDown{job="sync"}'`. Where for more than 5 s nobody was told of any alert that fires there is no verdict, so a dead-man's
    /// switch has to be told again and again.
    Told: "the alert {string} {should} fire {deadline}",
    example: "the alert \"SlotsFrozen\" should not fire throughout 10s",
    rests_on: [Alerts],
    async fn fires(world: &mut World, alert: String, should: Should, deadline: Deadline) {
        let alert = alert.parse().map(|alert: Selector| Alerted { alert, state: State::Firing });
        world.expect_if(should.0, deadline.0, alert).await;
    }
}

step! {
    /// It fired, and somebody was told that it no longer does, with whatever labels it had. Silence is no verdict here either.
    Told: "the alert {string} {should} be resolved {deadline}",
    example: "the alert \"SlotsFrozen\" should be resolved within 10s",
    rests_on: [Alerts],
    async fn is_resolved(world: &mut World, alert: String, should: Should, deadline: Deadline) {
        let alert = alert.parse().map(|alert: Selector| Alerted { alert, state: State::Resolved });
        world.expect_if(should.0, deadline.0, alert).await;
    }
}
