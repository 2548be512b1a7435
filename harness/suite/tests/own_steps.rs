//! Steps of a crate's own: what they say about themselves is known to the command of that crate, `lint` and `steps`, without an engine.
//!
//! This target is such a crate: run with `OWN_COMMAND` set, it is the command.

#![cfg(test)]

// Of the other test program, which uses all of it.
#[path = "integration/common/mod.rs"]
#[allow(dead_code, unused_imports)]
mod common;

use std::process::{Command, ExitCode, Stdio};

use common::{Project, Said, run};
use relapse::World;
use relapse::lab::act::Change;
use relapse::parameters::{Part, Service};

relapse_testing::tests! {
    a_word_that_names_nothing_is_told_at_its_place,
    a_step_that_is_right_or_says_nothing_about_itself_is_clean,
    steps_are_told_with_ours_and_near_misses_name_them,
}

#[derive(Debug, cucumber::Parameter)]
#[param(name = "database", regex = "[a-z0-9-]+")]
struct Database(String);

impl std::str::FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("sql") { Ok(Self(text.to_owned())) } else { Err(format!("`{text}` is no database")) }
    }
}

relapse::parameter!(Database names Service);

relapse::step! {
    /// It is killed, and started again.
    Trigger: "{service} is power-cycled",
    example: "shop is power-cycled",
    async fn power_cycled(world: &mut World, service: Service) {
        for change in [Change::Killed, Change::Started] {
            world.act(async |lab| lab.change(&service.0, change).await).await;
        }
    }
}

relapse::step! {
    /// Its tables are locked.
    Trigger: "{database} is locked",
    example: "sql is locked",
    async fn locked(world: &mut World, database: Database) {
        world.act(async |lab| lab.run("lock", &database.0).await).await;
    }
}

relapse::step! {
    /// Somebody pulls the plug.
    Trigger: "{part} is unplugged",
    example: "shop is unplugged",
    async fn unplugged(world: &mut World, part: Part) {
        world.act(async |lab| lab.change(&part.0, Change::Killed).await).await;
    }
}

/// As steps were written before they said anything about themselves.
#[cucumber::when(expr = "{part} is dropped")]
async fn dropped(world: &mut World, part: Part) {
    let Some(lab) = world.lab() else { return };
    let result = lab.change(&part.0, Change::Killed).await;
    world.acted(Some(result));
}

fn command(project: &Project, arguments: &[&str]) -> Said {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).current_dir(project.path()).env("OWN_COMMAND", "1").env("NO_COLOR", "1");
    run(command.env("DOCKER_HOST", "unix:///nowhere/docker.sock").stdin(Stdio::null()))
}

const SHOP: &str = "services:
  shop: { image: relapse-agent, command: [idle] }
  sql: { image: relapse-agent, command: [idle] }
";

fn shop(step: &str) -> Project {
    let project = Project::copy();
    project.write("fixtures/shop/compose.yaml", SHOP);
    let feature = format!(
        "Feature: f\n  Scenario: s\n    Given the shop lab\n    When {step}\n    Then shop should be running within 1s\n"
    );
    project.write("features/x.feature", &feature);
    project
}

fn a_word_that_names_nothing_is_told_at_its_place() {
    for (step, found) in [
        (
            "shpo is power-cycled",
            "error: the topology `shop` has no service `shpo`; did you mean shop?
 --> features/x.feature:4:10
  |
4 |     When shpo is power-cycled
  |          ^^^^",
        ),
        ("sqll is locked", "4 |     When sqll is locked\n  |          ^^^^"),
        ("shop is locked", "`shop` is no database"),
        ("shpo is unplugged", "has no service `shpo`; did you mean shop?"),
    ] {
        command(&shop(step), &["lint", "features/x.feature"]).expect(2, &["1 finding", found]);
        // So is it before anything is run.
        command(&shop(step), &["run", "features/x.feature"]).expect(2, &["this cannot be run", found]);
    }
}

fn a_step_that_is_right_or_says_nothing_about_itself_is_clean() {
    for step in ["shop is power-cycled", "sql is locked", "shop is unplugged", "shop is dropped", "nobody is dropped"] {
        command(&shop(step), &["lint", "features/x.feature"]).expect(0, &["0 findings"]);
    }
}

fn steps_are_told_with_ours_and_near_misses_name_them() {
    let project = shop("shop is powercycled");
    command(&project, &["lint", "features/x.feature"]).expect(2, &["the nearest:\n", "{service} is power-cycled"]);
    command(&project, &["steps"])
        .expect(0, &["When {service} is power-cycled\n    It is killed, and started again.", "When {user} leaves"]);
    command(&project, &["steps", "--markdown"]).expect(0, &["### Steps of own_steps\n", "| `{database} is locked` | trigger |"]);
    let said = command(&project, &["steps", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let find = |list: &str, key: &str, value: &str| {
        document[list].as_array().unwrap().iter().find(|of| of[key] == value).cloned().unwrap_or_default()
    };
    assert_eq!(find("steps", "expression", "{database} is locked")["concept"], "Steps of own_steps");
    assert_eq!(find("steps", "expression", "{user} leaves")["concept"], "Visits");
    assert_eq!(
        find("steps", "expression", "{service} {should} be throttled {deadline}")["rests_on"],
        serde_json::json!(["usage"])
    );
    assert_eq!(find("parameters", "name", "database")["names"], "service");
    assert_eq!(find("parameters", "name", "part"), serde_json::Value::Null);
    assert!(find("evidence", "name", "requests")["example"].as_str().unwrap().contains("log_format"));
}

fn main() -> ExitCode {
    if std::env::var_os("OWN_COMMAND").is_some() {
        return relapse::command::main();
    }
    relapse_testing::run(vec![tests()])
}
