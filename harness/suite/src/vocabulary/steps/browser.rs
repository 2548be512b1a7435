//! The same as with the visitor, in a real browser; and that the two agree.

use relapse_model::expect::agree::Agree;
use relapse_model::timeline::Client;

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Deadline, Host, Session, Should, Url, User};

step! {
    /// The same in a real browser, by a call that a page of that host makes. It is for scenarios tagged `@browser`.
    State: "{user} is {session} at {host} in the browser",
    example: "to-hutohu is logged-in at q.trap.jp in the browser",
    async fn is_at_in_the_browser(world: &mut World, user: User, session: Session, host: Host) {
        world.session(Client::Browser, &user.0, session, &host.0).await;
    }
}

step! {
    /// The same in a real Chromium. It is for scenarios tagged `@browser`.
    Demand: "{user} opens {url} in the browser",
    example: "to-hutohu opens http://example.org/ in the browser",
    async fn opens_in_the_browser(world: &mut World, user: User, url: Url) {
        world.act(async |lab| lab.open(Client::Browser, &user.0, &url.0).await).await;
    }
}

step! {
    /// The user's latest visits with each are the same: every step of the way, and what its page called, in any order.
    Mechanism: "{user}'s browser {should} agree with the visitor on hops, cookies and calls {deadline}",
    example: "to-hutohu's browser should agree with the visitor on hops, cookies and calls within 10s",
    rests_on: [Visits, Browser],
    async fn agrees(world: &mut World, user: User, should: Should, deadline: Deadline) {
        world.expect(should.0, deadline.0, Agree { user: user.0 }).await;
    }
}
