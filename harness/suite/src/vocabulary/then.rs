//! Then: an expectation, judged and recorded, never stopping the scenario.

use cucumber::then;
use relapse_lab::Lab;
use relapse_model::expect;
use relapse_model::expect::lines::{Lines, Since};

use super::parameters::{
    Action, Comparison, Condition, Cookie, Deadline, Host, Outcome, Owners, Part, Pattern, Should, Target, Url, User,
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

#[then(expr = "{host} {should} resolve to {owners} from {part} {deadline}")]
async fn resolves(world: &mut World, name: Host, should: Should, to: Owners, from: Part, deadline: Deadline) {
    let source = expect::resolves::source(&name.0, &from.0);
    let expectation = expect::resolves::Resolves { name: name.0.clone(), to: to.0, from: from.0.clone(), should: should.0 };
    let probe = async |lab: &Lab| lab.resolve(&name.0, &from.0).await;
    world.expect_probing(should.0, deadline.0, expectation, (&from.0, source), probe).await;
}

#[then(expr = "{user} {should} be answered {int} by {part} at {host} {deadline}")]
async fn is_answered(world: &mut World, user: User, should: Should, status: u16, part: Part, host: Host, deadline: Deadline) {
    let expectation = expect::answered::Answered { user: user.0, status, part: part.0, host: host.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{user} {should} get no answer from {host} {deadline}")]
async fn gets_no_answer(world: &mut World, user: User, should: Should, host: Host, deadline: Deadline) {
    world.expect(should.0, deadline.0, expect::answered::Unanswered { user: user.0, host: host.0 }).await;
}

#[then(expr = "{cookie} {should} be sent to {host} {deadline}")]
async fn is_sent(world: &mut World, cookie: Cookie, should: Should, host: Host, deadline: Deadline) {
    world.expect(should.0, deadline.0, expect::cookie::CookieSent { cookie: cookie.0, host: host.0 }).await;
}

#[then(expr = "{user} {should} be in a redirect loop {deadline}")]
async fn is_in_a_redirect_loop(world: &mut World, user: User, should: Should, deadline: Deadline) {
    world.expect(should.0, deadline.0, expect::redirect_loop::RedirectLoop { user: user.0, after: None }).await;
}

#[then(expr = "{user} {should} still be in a redirect loop after {int} turns {deadline}")]
async fn is_still_in_a_redirect_loop(world: &mut World, user: User, should: Should, turns: usize, deadline: Deadline) {
    let expectation = expect::redirect_loop::RedirectLoop { user: user.0, after: Some(turns) };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{user} {should} see {string} at {url} {deadline}")]
async fn sees(world: &mut World, user: User, should: Should, text: String, url: Url, deadline: Deadline) {
    world.expect_if(should.0, deadline.0, expect::seen::Seen::new(user.0, text, &url.0)).await;
}

#[then(expr = "{part} {should} log {comparison} requests for {pattern} {deadline}")]
async fn logs(world: &mut World, part: Part, should: Should, comparison: Comparison, pattern: Pattern, deadline: Deadline) {
    let expectation = expect::logged::Logged::new(part.0, comparison.0, &pattern.0);
    world.expect_if(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} log {comparison} lines with {string} {deadline}")]
async fn logs_lines(world: &mut World, part: Part, should: Should, comparison: Comparison, text: String, deadline: Deadline) {
    world.expect(should.0, deadline.0, Lines::new(part.0, comparison.0, text, Since::Ever)).await;
}

#[then(expr = "{part} {should} log {comparison} new lines with {string} {deadline}")]
async fn logs_new_lines(world: &mut World, part: Part, should: Should, comparison: Comparison, text: String, deadline: Deadline) {
    world.expect(should.0, deadline.0, Lines::new(part.0, comparison.0, text, Since::TheLastWhen)).await;
}
