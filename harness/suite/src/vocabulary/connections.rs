//! Connections that stay, and the processes that stay for them.

use cucumber::{then, when};
use relapse_model::expect::holds::Holds;
use relapse_model::expect::processes::{self, Processes};

use super::parameters::{Comparison, Deadline, Part, Should, Url, User};
use super::world::World;

#[when(expr = "{user} holds {int} WebSockets to {url}")]
async fn holds(world: &mut World, user: User, count: u32, url: Url) {
    let result = match world.lab() {
        Some(lab) => Some(lab.hold(&user.0, count, &url.0).await),
        None => None,
    };
    world.acted(result);
}

#[then(expr = "{user} {should} hold {comparison} WebSockets {deadline}")]
async fn should_hold(world: &mut World, user: User, should: Should, comparison: Comparison, deadline: Deadline) {
    world.expect(should.0, deadline.0, Holds { user: user.0, comparison: comparison.0 }).await;
}

#[then(expr = "{part} {should} run {comparison} processes {deadline}")]
async fn runs(world: &mut World, part: Part, should: Should, comparison: Comparison, deadline: Deadline) {
    let expectation = Processes { part: part.0.clone(), comparison: comparison.0 };
    let asked = (part.0.as_str(), processes::source(&part.0));
    world.expect_probing(should.0, deadline.0, expectation, asked, async |lab| lab.processes(&part.0).await).await;
}
