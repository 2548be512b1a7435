//! Connections that stay.

use relapse_model::expect::holds::Holds;

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Comparison, Deadline, Should, Url, User};

step! {
    /// Opens so many, and has each echo something twice a second, until the user leaves. One that is lost is not opened again.
    Demand: "{user} holds {int} WebSockets to {url}",
    example: "alice holds 6 WebSockets to ws://lb/socket",
    async fn holds(world: &mut World, user: User, count: u32, url: Url) {
        world.act(async |lab| lab.hold(&user.0, count, &url.0).await).await;
    }
}

step! {
    /// Those that are open and echo.
    Users: "{user} {should} hold {comparison} WebSockets {deadline}",
    example: "alice should hold exactly 6 WebSockets throughout 5s",
    rests_on: [Traffic],
    async fn should_hold(world: &mut World, user: User, should: Should, comparison: Comparison, deadline: Deadline) {
        world.expect(should.0, deadline.0, Holds { user: user.0, comparison: comparison.0 }).await;
    }
}
