//! Pushes and other actions, and what came of them.

use cucumber::gherkin::Step;
use relapse_model::expect::action::LastAction;

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Action, App, Deadline, FileName, Outcome, Should, Target, User};

step! {
    /// Commits a folder of the topology's `apps/`, and pushes it from the workstation.
    Demand: "{user} pushes {file} as {app}",
    example: "to-hutohu pushes page as home",
    async fn pushes(world: &mut World, user: User, folder: FileName, app: App) {
        push(world, &user.0, &folder.0, &app.0, &[]).await;
    }
}

step! {
    /// The same, with one more file: the doc string.
    Demand: "{user} pushes {file} as {app} with {file}",
    example: "to-hutohu pushes bot as example with showcase.yaml",
    async fn pushes_with(world: &mut World, user: User, folder: FileName, app: App, file: FileName, step: &Step) {
        let content = step.docstring.as_deref().unwrap_or_default();
        let content = format!("{}\n", content.trim_matches('\n'));
        push(world, &user.0, &folder.0, &app.0, &[(file.0, content)]).await;
    }
}

async fn push(world: &mut World, user: &str, folder: &str, app: &str, extra: &[(String, String)]) {
    let Some(path) = world.setting.as_ref().map(|setting| setting.folder.join("apps").join(folder)) else { return };
    world.act(async |lab| lab.push(user, app, &path, extra).await).await;
}

step! {
    /// What came of a `push`, a `run`, a `scale`, a `replace` or a `flag`, or of an action in a service's log, such as `deploy`: success,
    /// failure or refused.
    Mechanism: "the last {action} of {target} {should} be {outcome} {deadline}",
    example: "the last deploy of example.to-hutohu.trap.show should be success within 10s",
    rests_on: [Actions],
    async fn last_action(world: &mut World, action: Action, target: Target, should: Should, outcome: Outcome, deadline: Deadline) {
        let expectation = LastAction { name: action.0, target: target.0, outcome: outcome.0 };
        world.expect(should.0, deadline.0, expectation).await;
    }
}
