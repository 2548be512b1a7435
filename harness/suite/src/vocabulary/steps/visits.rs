//! Visits: somebody opens a page, and what came of it.

use relapse_model::expect::answered::{Answered, Unanswered};
use relapse_model::expect::cookie::CookieSent;
use relapse_model::expect::redirect_loop::RedirectLoop;
use relapse_model::expect::seen::Seen;
use relapse_model::timeline::Client;

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Cookie, Deadline, Host, Service, Session, Should, Url, User};

step! {
    /// A user is logged in as the topology says how, or the user's cookies are forgotten.
    State: "{user} is {session} at {host}",
    example: "to-hutohu is logged-in at q.trap.jp",
    async fn is_at(world: &mut World, user: User, session: Session, host: Host) {
        world.session(Client::Visitor, &user.0, session, &host.0).await;
    }
}

step! {
    /// Opens a tab, and goes on once the page stands still, or after 2 s. The user's page before it is waited for, until it stands still or
    /// 10 s are over, and closed.
    Demand: "{user} opens {url}",
    example: "to-hutohu opens http://example.org/",
    async fn opens(world: &mut World, user: User, url: Url) {
        world.act(async |lab| lab.open(Client::Visitor, &user.0, &url.0).await).await;
    }
}

step! {
    /// Opens a tab, and goes on at once. The page before it is closed at once.
    Demand: "{user} opens {url} in passing",
    example: "to-hutohu opens http://example.org/ in passing",
    async fn opens_in_passing(world: &mut World, user: User, url: Url) {
        world.act(async |lab| lab.open_in_passing(Client::Visitor, &user.0, &url.0).await).await;
    }
}

step! {
    /// A link, or a form's button, by its text on the page on which the latest visit came to rest.
    Demand: "{user} follows {string}",
    example: "to-hutohu follows \"Open Application\"",
    async fn follows(world: &mut World, user: User, text: String) {
        world.act(async |lab| lab.follow(&user.0, &text).await).await;
    }
}

step! {
    /// Closes the user's tab, and ends what the user asks for again and again.
    Demand: "{user} leaves",
    example: "to-hutohu leaves",
    async fn leaves(world: &mut World, user: User) {
        world.act(async |lab| lab.leave(&user.0).await).await;
    }
}

step! {
    /// The page on which the latest visit came to rest shows the text.
    Users: "{user} {should} see {string} at {url} {deadline}",
    example: "to-hutohu should see \"Showcase\" at https://showcase.trapti.tech/ within 10s",
    rests_on: [Visits],
    async fn sees(world: &mut World, user: User, should: Should, text: String, url: Url, deadline: Deadline) {
        world.expect_if(should.0, deadline.0, Seen::new(user.0, text, &url.0)).await;
    }
}

step! {
    /// In the latest visit, a request to the host was answered so, by the container that owns the address that answered.
    Users: "{user} {should} be answered {int} by {service} at {host} {deadline}",
    example: "to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s",
    rests_on: [Visits, PassedOn],
    async fn is_answered(world: &mut World, user: User, should: Should, status: u16, service: Service, host: Host, deadline: Deadline) {
        let expectation = Answered { user: user.0, status, service: service.0, host: host.0 };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// In the latest visit, a request to the host has been out for a second, or ended without an answer.
    Users: "{user} {should} get no answer from {host} {deadline}",
    example: "alice should get no answer from shop.test within 5s",
    rests_on: [Visits],
    async fn gets_no_answer(world: &mut World, user: User, should: Should, host: Host, deadline: Deadline) {
        world.expect(should.0, deadline.0, Unanswered { user: user.0, host: host.0 }).await;
    }
}

step! {
    /// More than 25 repeats of one state in the latest visit, or a chain of redirects that the browser ended.
    Users: "{user} {should} be in a redirect loop {deadline}",
    example: "to-hutohu should be in a redirect loop within 30s",
    rests_on: [Visits],
    async fn is_in_a_redirect_loop(world: &mut World, user: User, should: Should, deadline: Deadline) {
        world.expect(should.0, deadline.0, RedirectLoop { user: user.0, after: None }).await;
    }
}

step! {
    /// So many repeats of one state: a loop that no browser ends.
    Users: "{user} {should} still be in a redirect loop after {int} turns {deadline}",
    example: "to-hutohu should still be in a redirect loop after 26 turns within 30s",
    rests_on: [Visits],
    async fn is_still_in_a_redirect_loop(world: &mut World, user: User, should: Should, turns: usize, deadline: Deadline) {
        world.expect(should.0, deadline.0, RedirectLoop { user: user.0, after: Some(turns) }).await;
    }
}

step! {
    /// Over all requests to the host, by all users. Without one in the jar there is no verdict.
    Mechanism: "{cookie} {should} be sent to {host} {deadline}",
    example: "traP_token should not be sent to example.to-hutohu.trap.show throughout 1s",
    rests_on: [Visits, Traffic],
    async fn is_sent(world: &mut World, cookie: Cookie, should: Should, host: Host, deadline: Deadline) {
        world.expect(should.0, deadline.0, CookieSent { cookie: cookie.0, host: host.0 }).await;
    }
}
