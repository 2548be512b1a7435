//! Then: an expectation, judged and recorded, never stopping the scenario.

use cucumber::then;
use relapse_model::expect;

use super::parameters::{
    Action, Comparison, Condition, Cookie, Deadline, Host, Outcome, Part, Pattern, Should, Target, Url, User,
};
use super::world::World;

#[then(expr = "the last {action} of {target} {should} be {outcome} {deadline}")]
async fn last_action(world: &mut World, action: Action, target: Target, should: Should, outcome: Outcome, deadline: Deadline) {
    let expectation = expect::action::LastAction { name: action.0, target: target.0, outcome: outcome.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} be {state} {deadline}")]
async fn is_in_state(world: &mut World, part: Part, should: Should, state: Condition, deadline: Deadline) {
    world.expect(should.0, deadline.0, expect::state::PartState { part: part.0, state: state.0 }).await;
}

#[then(expr = "{host} {should} resolve to {part} from {part} {deadline}")]
async fn resolves(world: &mut World, name: Host, should: Should, to: Part, from: Part, deadline: Deadline) {
    let expectation = expect::resolves::Resolves { name: name.0.clone(), to: to.0, from: from.0.clone() };
    world.expect_probing(should.0, deadline.0, expectation, async |lab| lab.resolve(&name.0, &from.0).await).await;
}

#[then(expr = "{user} {should} be answered {int} by {part} at {host} {deadline}")]
async fn is_answered(world: &mut World, user: User, should: Should, status: u16, part: Part, host: Host, deadline: Deadline) {
    let expectation = expect::answered::Answered { user: user.0, status, part: part.0, host: host.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{cookie} {should} be sent to {host} {deadline}")]
async fn is_sent(world: &mut World, cookie: Cookie, should: Should, host: Host, deadline: Deadline) {
    world.expect(should.0, deadline.0, expect::cookie::CookieSent { cookie: cookie.0, host: host.0 }).await;
}

#[then(expr = "{user} {should} be in a redirect loop {deadline}")]
async fn is_in_a_redirect_loop(world: &mut World, user: User, should: Should, deadline: Deadline) {
    world.expect(should.0, deadline.0, expect::redirect_loop::RedirectLoop { user: user.0 }).await;
}

#[then(expr = "{user} {should} see {string} at {url} {deadline}")]
async fn sees(world: &mut World, user: User, should: Should, text: String, url: Url, deadline: Deadline) {
    world.expect(should.0, deadline.0, expect::seen::Seen { user: user.0, text, url: url.0 }).await;
}

#[then(expr = "{part} {should} log {comparison} requests for {pattern} {deadline}")]
async fn logs(world: &mut World, part: Part, should: Should, comparison: Comparison, pattern: Pattern, deadline: Deadline) {
    let expectation = expect::logged::Logged { part: part.0, comparison: comparison.0, pattern: pattern.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} log {comparison} lines with {string} {deadline}")]
async fn logs_lines(world: &mut World, part: Part, should: Should, comparison: Comparison, text: String, deadline: Deadline) {
    let expectation = expect::lines::Lines { part: part.0, comparison: comparison.0, text };
    world.expect(should.0, deadline.0, expectation).await;
}
