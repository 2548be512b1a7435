//! The same as with the visitor, in a real browser; and that the two agree.

use cucumber::{given, then, when};
use relapse_model::expect::agree::Agree;
use relapse_model::timeline::Client;

use super::parameters::{Deadline, Host, Session, Should, Url, User};
use super::world::World;

#[given(expr = "{user} is {session} at {host} in the browser")]
async fn is_at_in_the_browser(world: &mut World, user: User, session: Session, host: Host) {
    let result = match world.lab() {
        Some(lab) if session == Session::LoggedIn => Some(lab.log_in(Client::Browser, &user.0, &host.0).await),
        Some(lab) => Some(lab.forget(Client::Browser, &user.0).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{user} opens {url} in the browser")]
async fn opens_in_the_browser(world: &mut World, user: User, url: Url) {
    let result = match world.lab() {
        Some(lab) => Some(lab.open(Client::Browser, &user.0, &url.0).await),
        None => None,
    };
    world.acted(result);
}

#[then(expr = "{user}'s browser {should} agree with the visitor on hops, cookies and calls {deadline}")]
async fn agrees(world: &mut World, user: User, should: Should, deadline: Deadline) {
    world.expect(should.0, deadline.0, Agree { user: user.0 }).await;
}
