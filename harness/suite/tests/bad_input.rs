//! Wrong use, and machines that are not fit: each with its exit code, the author's place, and what to do about it. What is wrong with
//! files and arguments is told before the engine is asked for anything: these tests name one that does not exist.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod common;

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use common::{COMPOSE, Project, has_engine, labelled, run, small, with_images};

const NOWHERE: &str = "unix:///nowhere/docker.sock";
const INCIDENT: &str = "features/trap/login_loop.feature";
/// Whoever has no permission.
const NOBODY: u32 = 65534;

#[test]
fn without_an_engine_it_says_where_it_looked() {
    let said = run(Project::copy().relapse().args(["run", INCIDENT]).env("DOCKER_HOST", NOWHERE));
    said.expect(4, &[NOWHERE, "Start Docker", "DOCKER_HOST"]);
}

#[test]
fn without_permission_it_says_which_and_how_to_get_it() {
    let project = Project::copy();
    std::fs::set_permissions(project.path(), Permissions::from_mode(0o755)).unwrap();
    let socket = project.path().join("docker.sock");
    let _listener = UnixListener::bind(&socket).unwrap();
    std::fs::set_permissions(&socket, Permissions::from_mode(0o000)).unwrap();
    let mut command = project.relapse();
    command.args(["run", INCIDENT]).env("DOCKER_HOST", format!("unix://{}", socket.display()));
    // Nothing is forbidden to root.
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if command.spawn().and_then(|mut child| child.wait()).is_err() {
            println!("no permission: skipped: {} cannot be run by another user", env!("CARGO_BIN_EXE_relapse"));
            return;
        }
    }
    run(&mut command).expect(4, &["permission denied", &socket.display().to_string(), "group"]);
}

/// A feature that is wrong: what it is, its text, and what is said of it.
struct Wrong {
    about: &'static str,
    text: &'static str,
    said: &'static [&'static str],
}

const WRONG: &[Wrong] = &[
    Wrong {
        about: "an unknown step",
        text: "Feature: f\n\n  Scenario: s\n    Given the trap lab\n    When to-hutohu walks to http://example.org/\n    \
               Then to-hutohu is in a redirect loop within 5s\n",
        said: &[
            "features/wrong.feature:5:10",
            "unknown step: When to-hutohu walks to http://example.org/",
            "{user} opens {url}",
            "features/wrong.feature:6:10",
            "unknown step: Then",
            "{user} {should} be in a redirect loop {deadline}",
        ],
    },
    Wrong {
        about: "an unknown level",
        text: "Feature: f\n\n  Scenario: s\n    Given the trap lab with app_port at 81\n    \
               Then traq should be running within 1s\n",
        said: &["features/wrong.feature:4:", "app_port", "`81`", "8080, 3000"],
    },
    Wrong {
        about: "an unknown factor",
        text: "Feature: f\n\n  Scenario: s\n    Given the trap lab with app_prot at 3000\n    \
               Then traq should be running within 1s\n",
        said: &["features/wrong.feature:4:", "`app_prot`", "did you mean app_port"],
    },
    Wrong {
        about: "a variable that is no factor",
        text: "Feature: f\n\n  Scenario: s\n    Given the trap lab\n    When to-hutohu opens http://example.org:${APP_PROT}/\n    \
               Then traq should be running within 1s\n",
        said: &["features/wrong.feature:5:", "${APP_PROT}", "APP_PORT"],
    },
    Wrong {
        about: "an unknown lab",
        text: "Feature: f\n\n  Scenario: s\n    Given the trapp lab\n    Then traq should be running within 1s\n",
        said: &["features/wrong.feature:4:", "`trapp`", "did you mean trap?"],
    },
    Wrong {
        about: "no lab",
        text: "Feature: f\n\n  Scenario: s\n    When to-hutohu leaves\n    Then traq should be running within 1s\n",
        said: &["features/wrong.feature:3:", "Given the {lab} lab"],
    },
    Wrong {
        about: "nothing expected",
        text: "Feature: f\n\n  Scenario: s\n    Given the trap lab\n    When traq is killed\n",
        said: &["features/wrong.feature:3:", "at least one Then"],
    },
    Wrong { about: "an empty file", text: "", said: &["features/wrong.feature:1:1", "empty", "`Feature:`"] },
    Wrong {
        about: "an empty feature",
        text: "Feature: f\n",
        said: &["features/wrong.feature:1:1", "no scenario", "`Scenario:`"],
    },
    Wrong {
        about: "a syntax error",
        text: "Feature: f\n\n  Scenario: s\n    Given the trap lab\n    Whenever it rains\n",
        said: &["features/wrong.feature:5:5", "5 |     Whenever it rains\n  |     ^", "Given, When, Then"],
    },
];

#[test]
fn a_wrong_feature_is_told_with_its_place_and_a_hint() {
    let project = Project::copy();
    for wrong in WRONG {
        println!("{}", wrong.about);
        project.write("features/wrong.feature", wrong.text);
        let said = run(project.relapse().args(["run", "features/wrong.feature"]).env("DOCKER_HOST", NOWHERE));
        said.expect(2, wrong.said);
    }
}

#[test]
fn wrong_arguments_are_told_before_anything_is_run() {
    let project = Project::copy();
    for (arguments, words) in [
        (["--set", "app_port=81"].as_slice(), ["--set", "app_port", "`81`", "8080, 3000"].as_slice()),
        (&["--set", "app_prot=3000"], &["--set", "`app_prot`", "did you mean app_port"]),
        (&["--set", "app_port"], &["app_port", "factor=level"]),
        (&["--tags", "@nobody"], &["no scenario selected", "`@nobody`", "@incident"]),
        (&["--tags", "@a and"], &["--tags `@a and`", "for example"]),
        (&["--json", "no/such/folder/run.json"], &["--json no/such/folder/run.json", "no folder no/such/folder"]),
        (&["--json", "features"], &["--json features", "folder"]),
        (&["features/no.feature"], &["features/no.feature", "no such file"]),
        (&["features/trap/login_loop.feature:1"], &["login_loop.feature:1: no scenario there", "The owner of a dead bot"]),
        (&["--patience", "0"], &["--patience", "from 0.1 to 100"]),
    ] {
        let mut command = project.relapse();
        let said = run(command.arg("run").args(arguments).env("DOCKER_HOST", NOWHERE));
        said.expect(2, words);
    }
    // One mistake on the command line is told once, however many scenarios there are.
    let mut command = project.relapse();
    let said = run(command.args(["run", "features/trap", "--set", "app_prot=3000"]).env("DOCKER_HOST", NOWHERE));
    assert_eq!(said.stderr.matches("app_prot").count(), 1, "{}", said.stderr);
}

#[test]
fn an_unknown_key_of_a_topology_is_told_with_its_line_and_column() {
    let project = Project::copy();
    project.in_service("dns", |lines| {
        let line = lines.iter_mut().find(|line| line.starts_with("    command:")).unwrap();
        *line = line.replace("command:", "comand:");
    });
    let line = 1 + project.read(COMPOSE).lines().position(|line| line.starts_with("    comand:")).unwrap();
    let said = run(project.relapse().args(["run", INCIDENT]).env("DOCKER_HOST", NOWHERE));
    said.expect(2, &[&format!("{COMPOSE}:{line}:5"), "comand", "command"]);
}

#[test]
fn a_part_that_never_becomes_ready_is_told_with_its_status_and_its_log() {
    if !has_engine("never ready") {
        return;
    }
    with_images();
    let project = small("this is never said", "@control", "goodbye");
    let said = run(project.relapse().args(["run", "features/small.feature"]).env("RELAPSE_PATIENCE", "0.1"));
    said.expect(
        3,
        &[
            "features/small.feature:5: ",
            "speaker (relapse-runtime) did not become ready",
            "it runs",
            "`this is never said`",
            "after 3 s",
            "the end of its log",
            "goodbye",
        ],
    );
    assert!(!said.all().contains('\x1b'), "a part's log reaches the terminal as it is:\n{:?}", said.all());
    assert_eq!(labelled(&format!("relapse.pid={}", said.pid)), Vec::<String>::new());
}

#[test]
fn a_violated_scenario_shows_what_was_expected_and_seen() {
    if !has_engine("violated") {
        return;
    }
    with_images();
    let project = small("goodbye", "@control", "hello");
    let said = run(project.relapse().args(["run", "features/small.feature"]));
    said.expect(
        1,
        &[
            "features/small.feature:6",
            "expected  speaker should log",
            "seen      0 of 1 lines",
            "relapse run features/small.feature:4",
        ],
    );
    assert_eq!(labelled(&format!("relapse.pid={}", said.pid)), Vec::<String>::new());
}

#[test]
fn a_gate_is_red_or_prove_fails() {
    if !has_engine("prove") {
        return;
    }
    with_images();
    // As on the day the part says hello: the first gate sees the difference, the second one does not look.
    let red = small("o", "@gate", "goodbye");
    run(red.relapse().args(["prove", "features/small.feature"])).expect(0, &["red: violated", "1 of 1 gates are red"]);
    let blind = small("o", "@gate", "o");
    run(blind.relapse().args(["prove", "features/small.feature"])).expect(1, &["NOT RED", "0 of 1 gates are red"]);
}

#[test]
fn the_gates_of_the_first_incident_are_red() {
    if !has_engine("prove") {
        return;
    }
    with_images();
    let project = Project::copy();
    let gate = project.scenario("A port that nothing else listens on leads nowhere");
    let said = run(project.relapse().args(["prove", &gate]));
    said.expect(0, &["red: violated", "1 of 1 gates are red"]);
}

#[test]
fn a_topology_that_is_no_yaml_is_told_with_its_place() {
    let project = small("o", "@control", "o");
    project.write("fixtures/small/compose.yaml", "services:\n  speaker:\n    image: [relapse-runtime\n");
    let said = run(project.relapse().args(["run", "features/small.feature"]).env("DOCKER_HOST", NOWHERE));
    said.expect(2, &["fixtures/small/compose.yaml:", "image: [relapse-runtime", "^"]);
}

#[test]
fn a_part_that_dies_while_it_starts_is_told_with_its_code_and_its_log() {
    if !has_engine("dies") {
        return;
    }
    with_images();
    let project = small("this is never said", "@control", "goodbye");
    project.replace("fixtures/small/compose.yaml", "exec sleep 600", "exit 3");
    let said = run(project.relapse().args(["run", "features/small.feature"]));
    said.expect(
        3,
        &["features/small.feature:5: ", "speaker (relapse-runtime) did not become ready", "it exited with code 3", "goodbye"],
    );
    assert!(said.seconds < 20.0, "a dead part is not waited for: {:.1} s", said.seconds);
    assert_eq!(labelled(&format!("relapse.pid={}", said.pid)), Vec::<String>::new());
}

#[test]
fn two_runs_at_once_where_nothing_can_be_kept_hold_both() {
    if !has_engine("two runs") {
        return;
    }
    with_images();
    let project = small("o", "@control", "goodbye");
    // Root may write anywhere, but no folder can be made where there is a file.
    project.write("target", "no folder");
    let said = std::thread::scope(|scope| {
        let run = || run(project.relapse().args(["run", "features/small.feature"]));
        let both = [scope.spawn(run), scope.spawn(run)];
        both.map(|one| one.join().unwrap())
    });
    for one in said {
        one.expect(0, &["1 held"]);
        assert_eq!(labelled(&format!("relapse.pid={}", one.pid)), Vec::<String>::new());
    }
    assert_eq!(project.read("target"), "no folder");
}
