//! In somebody else's repository: the command as it is installed, alone in its folder; somebody's own configuration in place of a level;
//! and the library, in a crate with steps of its own.
//!
//! The crate is compiled by `cargo`, in this workspace's target folder.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{self, Project, Said, attribute, blocks, in_containers, labelled, root, run, with_images};
use tempfile::TempDir;

relapse_testing::tests! {
    #[engine] the_installed_command_needs_nothing_of_ours,
    #[engine] anyones_own_file_is_a_level_and_a_scenario_played_step_by_step_leaves_its_lab,
    #[engine] #[ignore = "takes minutes: compiles a crate in another workspace"] the_library_runs_features_with_steps_of_its_users_own,
}

fn empty(name: &str) -> TempDir {
    tempfile::Builder::new().prefix(&format!("relapse-{name}-")).tempdir().unwrap()
}

/// What stands in a folder, by name, without what git keeps.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != ".git");
    names.sort();
    names
}

/// The lab that `relapse up` says it has left.
fn lab_up(said: &Said) -> String {
    let lab = said.stdout.lines().find_map(|line| line.strip_prefix("lab ")?.split_once(" is up"));
    lab.unwrap_or_else(|| panic!("no lab is up:\n{}", said.all())).0.to_owned()
}

/// The files of the tutorial: a small incident and its gate.
fn write_tutorial(folder: &Path) {
    let page = fs::read_to_string(root().join("features/TUTORIAL.md")).unwrap();
    for (info, text) in blocks(&page) {
        if let Some(file) = attribute(&info, "file") {
            fs::write(folder.join(file), text).unwrap();
        }
    }
}

/// The installed command: found by its name, in a folder in which there is nothing else.
struct Installed {
    path: OsString,
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        with_images();
        let folder = empty("installed");
        fs::copy(in_containers("relapse-agent"), folder.path().join("relapse-agent")).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_relapse"), folder.path().join("relapse")).unwrap();
        let own = std::env::var_os("PATH").unwrap();
        let path = std::env::join_paths([folder.path().to_owned()].into_iter().chain(std::env::split_paths(&own))).unwrap();
        Self { path, folder }
    }

    fn run(&self, repository: &Path, line: &str) -> Said {
        println!("$ relapse {line}");
        let mut command = Command::new("relapse");
        command.args(line.split(' ')).current_dir(repository).env("PATH", &self.path).env("NO_COLOR", "1");
        // Nothing of the environment in which this test was started, such as cargo's.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO") || name.to_string_lossy().starts_with("RELAPSE") {
                command.env_remove(name);
            }
        }
        // An installed relapse carries it; this one, a debug build, is told where it is.
        command.env("RELAPSE_AGENT_BINARY", self.folder.path().join("relapse-agent"));
        run(command.stdin(Stdio::null()))
    }
}

fn the_installed_command_needs_nothing_of_ours() {
    let (relapse, repository) = (Installed::new(), empty("repository"));
    let repository = repository.path();
    run(Command::new("git").args(["init", "--quiet"]).current_dir(repository)).expect(0, &[]);
    relapse.run(repository, "new shop --yes").expect(0, &["wrote features/shop/shop.feature"]);
    relapse.run(repository, "lint").expect(0, &["0 findings"]);
    relapse.run(repository, "run").expect(1, &["0 held, 1 violated, 0 inconclusive"]);
    write_tutorial(repository);

    let up = relapse.run(repository, "up shop --set resolution=at-request");
    up.expect(0, &["docker exec -it", "`relapse down` removes it"]);
    let lab = lab_up(&up);
    let label = format!("relapse.run={lab}");
    let raised = labelled(&label);
    assert!(raised.iter().filter(|thing| thing.starts_with("container ")).count() >= 4, "{raised:?}");
    relapse.run(repository, &format!("down {lab}")).expect(0, &[&format!("lab {lab} is down")]);
    assert_eq!(labelled(&label), Vec::<String>::new(), "what `up` raised is not there any more");
    relapse.run(repository, &format!("down {lab}")).expect(2, &["raised no lab"]);

    assert_eq!(names(repository), ["docker", "features", "fixtures"], "only what was asked for");
}

const OWN_CONFIGURATION: &str = "events {}
http { server { listen 80; default_type text/plain; location / { return 200 'from a file of my own'; } } }
";

const OWN_FEATURE: &str = r#"Feature: Somebody's nginx
  @control
  Scenario: It answers
    Given the recreated lab
    When alice opens http://proxy/
    Then alice should see "from a file of my own" at http://proxy/ within 5s
    And alice should see "the app is here" at http://proxy/ within 1s
"#;

fn anyones_own_file_is_a_level_and_a_scenario_played_step_by_step_leaves_its_lab() {
    let project = Project::copy();
    project.write("own.feature", OWN_FEATURE);
    project.write("own/nginx.conf", OWN_CONFIGURATION);
    let mut step = project.relapse();
    let said = run(step.args(["up", "--step", "own.feature:3", "--set", "nginx_conf=./own/nginx.conf"]));
    let lab = lab_up(&said);
    run(project.relapse().args(["down", &lab])).expect(0, &[&format!("lab {lab} is down")]);
    said.expect(
        1,
        &["   5 When alice opens http://proxy/", "HELD: alice sees 200", "VIOLATED: alice sees 200", "docker exec -it"],
    );
    assert_eq!(labelled(&format!("relapse.run={lab}")), Vec::<String>::new(), "`down` knows what `up --step` has left");

    let mut missing = project.relapse();
    missing.args(["run", "own.feature", "--set", "nginx_conf=./own/apache.conf"]);
    run(&mut missing).expect(2, &["own/apache.conf", "No such file"]);
    run(project.relapse().args(["up", "--step", "features/recreated"])).expect(2, &["--step takes one scenario"]);
}

const MANIFEST: &str = r#"
[package]
name = "elsewhere"
version = "0.0.0"
edition = "2024"

[dev-dependencies]
relapse = { path = "RELAPSE" }
cucumber = { version = "=0.23.0", default-features = false, features = ["macros"] }

[[test]]
name = "incidents"
harness = false

[workspace]
"#;

/// The profile of relapse's workspace, so that what was compiled there is used again.
fn profile() -> String {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, profiles) = manifest.split_once("[profile.dev]").unwrap();
    let (dev, _) = profiles.split_once("[profile.agent]").unwrap();
    format!("[profile.dev]{dev}")
}

const FEATURE: &str = r#"Feature: With steps of our own

  @control
  Scenario: It is so
    Given the shop lab
    When app is power-cycled
    Then the last line of app should say "start worker process" within 5s
    And app should be running within 5s

  @control
  Scenario: It is not so
    Given the shop lab
    Then the last line of proxy should say "no such words" within 1s
    And app should be running within 5s
"#;

/// The example of the library's own page: what stands there compiles elsewhere, and does what it says.
fn example() -> String {
    let page = fs::read_to_string(root().join("harness/suite/src/lib.rs")).unwrap();
    let text: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("//!")).collect();
    let text: String = text.iter().flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect();
    blocks(&text).into_iter().find(|(info, _)| info == "no_run").expect("an example").1
}

fn the_library_runs_features_with_steps_of_its_users_own() {
    with_images();
    let krate = empty("crate");
    let folder = krate.path();
    let write = |file: &str, text: &str| {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::write(folder.join(file), text).unwrap();
    };
    let manifest = MANIFEST.replace("RELAPSE", root().join("harness/suite").to_str().unwrap());
    write("Cargo.toml", &format!("{manifest}\n{}", profile()));
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    write("tests/incidents.rs", &example());
    run(common::relapse().args(["new", "shop", "--yes", "--root"]).arg(folder)).expect(0, &[]);
    write_tutorial(folder);
    write("features/shop/own.feature", FEATURE);

    let cargo = |filter: &str| {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["test", "--offline", "--test", "incidents", "--", filter]).current_dir(folder).env("NO_COLOR", "1");
        command.env("CARGO_TARGET_DIR", root().join("target")).env_remove("RELAPSE_PATIENCE").stdin(Stdio::null());
        // Where Clippy compiles this test, it has nothing to say of a crate of others; and the agent is not compiled for it anew.
        command.env_remove("RUSTC_WORKSPACE_WRAPPER").env("RELAPSE_AGENT_BINARY", in_containers("relapse-agent"));
        let said = run(&mut command);
        println!("cargo test -- {filter}: {:.1} s", said.seconds);
        said
    };
    cargo("features/shop/own.feature:4")
        .expect(0, &["test result: ok. 1 passed; 0 failed", "1 held, 0 violated, 0 inconclusive"]);
    let red = "expected  the last line of proxy should say \"no such words\" within 1s";
    let counts = ["test result: FAILED. 3 passed; 1 failed", "3 held, 1 violated, 0 inconclusive"];
    cargo("features/shop").expect(1, &[&[red, "seen      the last line is", "exit status: 1"], &counts[..]].concat());
}
