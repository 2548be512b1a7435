//! Logs: requests that a service wrote down, and what it only says in words.

use relapse_model::expect::a_turn::ATurn;
use relapse_model::expect::lines::{Lines, Since};
use relapse_model::expect::logged::Logged;

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Comparison, Deadline, Pattern, Service, Should, User};

step! {
    /// Counted in the service's own access log, by host, or by host and the beginning of the path, by whole segments.
    Mechanism: "{service} {should} log {comparison} requests for {pattern} {deadline}",
    example: "traq should log at least 13 requests for q.trap.jp/api/1.0/ within 5s",
    rests_on: [Requests],
    async fn logs(world: &mut World, service: Service, should: Should, comparison: Comparison, pattern: Pattern, deadline: Deadline) {
        let expectation = Logged::new(service.0, comparison.0, &pattern.0);
        world.expect_if(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// What one user asks for at a time, to the nearest whole number, by the service's own access log.
    Mechanism: "{user} {should} ask {service} for {int} of {pattern} for each of {pattern} {deadline}",
    example: "to-hutohu should ask traq for 13 of q.trap.jp/api/1.0/ for each of q.trap.jp/login within 10s",
    rests_on: [Requests],
    #[expect(clippy::too_many_arguments, reason = "one a word of the phrase")]
    async fn asks_a_turn(
        world: &mut World,
        user: User,
        should: Should,
        service: Service,
        number: usize,
        counted: Pattern,
        each: Pattern,
        deadline: Deadline,
    ) {
        let expectation = ATurn::new(user.0, service.0, number, &counted.0, &each.0);
        world.expect_if(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// For what a service only says in words, such as the end of a reload.
    Mechanism: "{service} {should} log {comparison} lines with {string} {deadline}",
    example: "nginx should log at least 1 lines with \"gracefully shutting down\" within 5s",
    rests_on: [Log],
    async fn logs_lines(world: &mut World, service: Service, should: Should, comparison: Comparison, text: String, deadline: Deadline) {
        world.expect(should.0, deadline.0, Lines::new(service.0, comparison.0, text, Since::Ever)).await;
    }
}

step! {
    /// The same, of those since the last When began.
    Mechanism: "{service} {should} log {comparison} new lines with {string} {deadline}",
    example: "nginx should log at least 1 new lines with \"connect() failed\" within 5s",
    rests_on: [Log],
    async fn logs_new_lines(world: &mut World, service: Service, should: Should, comparison: Comparison, text: String, deadline: Deadline) {
        world.expect(should.0, deadline.0, Lines::new(service.0, comparison.0, text, Since::TheLastWhen)).await;
    }
}
