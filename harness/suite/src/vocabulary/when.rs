//! When: an attempt. What came of it is an observation; only if the harness itself could not act is it trouble.

use cucumber::gherkin::Step;
use cucumber::when;
use relapse_model::timeline::Client;

use super::parameters::{App, ChangeWord, FileName, Part, Url, User};
use super::world::World;

#[when(expr = "{user} pushes {file} as {app}")]
async fn pushes(world: &mut World, user: User, folder: FileName, app: App) {
    push(world, &user.0, &folder.0, &app.0, &[]).await;
}

#[when(expr = "{user} pushes {file} as {app} with {file}")]
async fn pushes_with(world: &mut World, user: User, folder: FileName, app: App, file: FileName, step: &Step) {
    let content = step.docstring.as_deref().unwrap_or_default();
    let content = format!("{}\n", content.trim_matches('\n'));
    push(world, &user.0, &folder.0, &app.0, &[(file.0, content)]).await;
}

async fn push(world: &mut World, user: &str, folder: &str, app: &str, extra: &[(String, String)]) {
    let Some(path) = world.setting.as_ref().map(|setting| setting.folder.join("apps").join(folder)) else { return };
    let result = match world.lab() {
        Some(lab) => Some(lab.push(user, app, &path, extra).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{user} opens {url}")]
async fn opens(world: &mut World, user: User, url: Url) {
    let result = match world.lab() {
        Some(lab) => Some(lab.open(Client::Visitor, &user.0, &url.0).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{user} opens {url} in passing")]
async fn opens_in_passing(world: &mut World, user: User, url: Url) {
    let result = match world.lab() {
        Some(lab) => Some(lab.open_in_passing(Client::Visitor, &user.0, &url.0).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{user} follows {string}")]
async fn follows(world: &mut World, user: User, text: String) {
    let result = match world.lab() {
        Some(lab) => Some(lab.follow(&user.0, &text).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{user} leaves")]
async fn leaves(world: &mut World, user: User) {
    let result = match world.lab() {
        Some(lab) => Some(lab.leave(&user.0).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{string} is run in {part}")]
async fn is_run(world: &mut World, command: String, part: Part) {
    let result = match world.lab() {
        Some(lab) => Some(lab.run(&command, &part.0).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{part} is {change}")]
async fn changes(world: &mut World, part: Part, change: ChangeWord) {
    let result = match world.lab() {
        Some(lab) => Some(lab.change(&part.0, change.0).await),
        None => None,
    };
    world.acted(result);
}
