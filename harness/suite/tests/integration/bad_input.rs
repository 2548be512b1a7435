//! Wrong use, and machines that are not fit: each with its exit code, the author's place, and what to do about it. What is wrong with
//! files and arguments is told before the engine is asked for anything: these tests name one that does not exist.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use relapse_testing::Completion;

use crate::common::{self, COMPOSE, Project, run, small};

relapse_testing::tests! {
    without_an_engine_it_says_where_it_looked,
    without_permission_it_says_which_and_how_to_get_it,
    a_wrong_feature_is_told_with_its_place_and_a_hint,
    wrong_arguments_are_told_before_anything_is_run,
    factors_that_are_too_many_or_said_twice_are_told,
    an_unknown_key_of_a_topology_is_told_with_its_line_and_column,
    a_topology_that_is_no_yaml_is_told_with_its_place,
}

const NOWHERE: &str = "unix:///nowhere/docker.sock";
const INCIDENT: &str = "features/trap/login_loop.feature";
/// Whoever has no permission.
const NOBODY: u32 = 65534;

fn without_an_engine_it_says_where_it_looked() {
    let said = run(Project::copy().relapse().args(["run", INCIDENT]).env("DOCKER_HOST", NOWHERE));
    said.expect(4, &[NOWHERE, "Start Docker", "DOCKER_HOST"]);
}

fn without_permission_it_says_which_and_how_to_get_it() -> Completion {
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
            return Completion::ignored_with(format!("{} cannot be run by another user", env!("CARGO_BIN_EXE_relapse")));
        }
    }
    run(&mut command).expect(4, &["permission denied", &socket.display().to_string(), "group"]);
    Completion::Completed
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
        text: "Feature: f\n\n  Scenario: s\n    Given the trap lab\n    When to-hutohu open http://example.org/\n    \
               Then to-hutohu is in a redirect loop within 5s\n",
        said: &[
            "features/wrong.feature:5:10",
            "unknown step: When to-hutohu open http://example.org/",
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

fn a_wrong_feature_is_told_with_its_place_and_a_hint() {
    let project = Project::copy();
    for wrong in WRONG {
        println!("{}", wrong.about);
        project.write("features/wrong.feature", wrong.text);
        let said = run(project.relapse().args(["run", "features/wrong.feature"]).env("DOCKER_HOST", NOWHERE));
        said.expect(2, wrong.said);
    }
}

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

fn factors_that_are_too_many_or_said_twice_are_told() {
    let project = Project::copy();
    let factors: Vec<String> =
        (0..9).map(|n| format!("    f{n}: {{ about: a, levels: [a, b, c, d, e, f, g, h, i, j, k, l] }}\n")).collect();
    let wide = format!("x-relapse:\n  factors:\n{}services: {{ app: {{ image: x }} }}\n", factors.concat());
    project.write("fixtures/wide/compose.yaml", &wide);
    project.write(
        "features/w.feature",
        "Feature: f\n  Scenario: s\n    Given the wide lab\n    Then app should be running within 1s\n",
    );
    let run_with = |arguments: &[&str]| {
        let mut command = project.relapse();
        run(command.args(arguments).env("DOCKER_HOST", NOWHERE))
    };
    let axes: Vec<String> = (0..9).map(|n| format!("--factor=f{n}")).collect();
    let matrix: Vec<&str> = ["matrix", "features/w.feature"].into_iter().chain(axes.iter().map(String::as_str)).collect();
    run_with(&matrix).expect(2, &["more than 4096 combinations", "f0 12 × f1 12"]);
    run_with(&["run", "features/w.feature", "--set", "f0=a", "--set", "f0=b"]).expect(2, &["--set f0", "twice", "a and b"]);
    run_with(&["matrix", "features/w.feature", "--factor", "f0=a,b,a"]).expect(2, &["`a` is there twice"]);
    let deep = format!("--tags={}@a{}", "(".repeat(20_000), ")".repeat(20_000));
    run_with(&["run", &deep]).expect(2, &["more than 200 words and parentheses"]);
    let nested = wide.replace("image: x", &format!("image: \"{}x{}\"", "${A:-".repeat(20_000), "}".repeat(20_000)));
    project.write("fixtures/wide/compose.yaml", &nested);
    run_with(&["lint", "fixtures/wide"]).expect(2, &["more than 32 variables", "fixtures/wide/compose.yaml:12:"]);
    std::fs::create_dir(project.path().join("empty")).unwrap();
    run(common::relapse().args(["lint", "--root"]).arg(project.path().join("empty")))
        .expect(2, &["/empty: there is no folder `features/` in it"]);
}

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

fn a_topology_that_is_no_yaml_is_told_with_its_place() {
    let project = small("o", "@control", "o");
    project.write("fixtures/small/compose.yaml", "services:\n  speaker:\n    image: [relapse-runtime\n");
    let said = run(project.relapse().args(["run", "features/small.feature"]).env("DOCKER_HOST", NOWHERE));
    said.expect(2, &["fixtures/small/compose.yaml:", "image: [relapse-runtime", "^"]);
}
