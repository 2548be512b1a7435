//! What `why`, `prove` and `matrix` say of small labs whose whole table is known: two factors with three levels, of every shape. Each sentence
//! is compared with those that may be said. `cargo test -p relapse --test integration shapes -- --ignored` adds the shapes that take minutes.

use crate::common::{Project, Said, run, with_images};
use serde_json::Value;

relapse_testing::tests! {
    #[engine] it_also_happens_with_neither_and_a_gate_a_pair_and_another_outage_are_told,
    #[engine] an_incident_that_happens_with_demand_alone_is_told_by_why_and_by_prove,
    #[engine] a_gate_is_red_by_its_last_then_or_not_proved,
    #[alone] #[ignore = "takes minutes: what happens half of the time"] what_happens_half_of_the_time_is_told_so_everywhere,
    #[alone] #[ignore = "takes minutes: seven tables"] every_shape_is_told_as_it_is,
}

/// The topology: nginx with a configuration for each cell.
const COMPOSE: &str = r#"x-relapse:
  visitor: { service: visitor }
  speaks: [app]
  factors:
    a: { about: "", levels: [a0, a1, a2] }
    b: { about: "", levels: [b0, b1, b2] }
services:
  app:
    image: relapse-nginx:1.22
    build: { context: ../../docker/nginx, args: { SUITE: bookworm, RELEASE: "1.22" } }
    command: [nginx, -g, daemon off;]
    volumes: ["./${A:-a0}-${B:-b0}.conf:/etc/nginx/nginx.conf:ro"]
    labels: { relapse.ready-log: start worker process }
  visitor: { image: relapse-agent, command: [idle] }
"#;

const INCIDENT: &str = r#"Feature: f

  @incident @why
  Scenario: the app breaks
    Given the shape lab
    When alice opens http://app/
    Then alice should be answered 200 by app at app within 2s
    When "touch /tmp/struck" is run in app
    And alice opens http://app/
    Then alice should see "broken" at http://app/ within 1s
    And alice should be answered 500 by app at app within 1s
"#;

/// What comes of the blow at a cell: it happens, it does not, it does with a link missing, another outage comes, it happens half of the
/// times, or nginx does not start.
fn conf(kind: char) -> String {
    let struck = match kind {
        'H' => "if (-f /tmp/struck) { return 500 'broken'; }",
        'N' => "",
        'L' => "if (-f /tmp/struck) { return 500 'in another way'; }",
        'O' => "if (-f /tmp/struck) { return 504 'too late'; }",
        'S' => "set $what $half; if (!-f /tmp/struck) { set $what ''; } if ($what) { return 500 'broken'; }",
        'A' => "return 500 'broken';",
        'R' => "nonsense;",
        other => panic!("{other}"),
    };
    format!(
        "events {{}}\nerror_log /dev/stderr notice;\nhttp {{\n  access_log /dev/stdout;\n  split_clients $request_id $half {{ 50% yes; * ''; }}\n  \
         server {{ listen 80; default_type text/plain; location / {{ {struck} return 200 'fine'; }} }}\n}}\n"
    )
}

/// A project of that table, by rows of `a`, with more scenarios.
fn shape(table: &str, more: &str) -> Project {
    let project = Project::copy();
    let cells: Vec<char> = table.chars().filter(|kind| !kind.is_whitespace()).collect();
    assert_eq!(cells.len(), 9);
    for (index, kind) in cells.iter().enumerate() {
        project.write(&format!("fixtures/shape/a{}-b{}.conf", index / 3, index % 3), &conf(*kind));
    }
    project.write("fixtures/shape/compose.yaml", COMPOSE);
    project.write("features/shape/incident.feature", INCIDENT);
    if !more.is_empty() {
        project.write("features/shape/more.feature", &format!("Feature: more\n{more}"));
    }
    project
}

/// A scenario at some levels that ends with what alice sees.
fn scenario(tag: &str, levels: &str, link: &str, end: &str) -> String {
    format!(
        "\n  {tag}\n  Scenario: {tag} {levels}\n    Given the shape lab with {levels}\n    When \"touch /tmp/struck\" is run in app\n    \
         And alice opens http://app/\n    Then {link}\n    And alice should see \"{end}\" at http://app/ within 1s\n"
    )
}

const LINK: &str = "app should be running within 1s";

/// What `why` says of a project, and its document.
fn why(project: &Project, more: &[&str]) -> (Said, Value) {
    let file = project.path().join("why.json");
    let mut command = project.relapse();
    let said = run(command.args(["why", "features/shape", "--jobs", "4", "--json"]).arg(&file).args(more));
    let document = std::fs::read_to_string(&file).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    (said, document)
}

/// Compares all that was said with all that may be said, but for how many runs it took.
fn says(table: &str, more: &str, arguments: &[&str], code: i32, sentences: &[&str]) {
    let project = shape(table, more);
    let (said, document) = why(&project, arguments);
    said.expect(code, &["as on the day it happens"]);
    let all: Vec<&str> = document["said"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let told: Vec<&str> =
        all.iter().copied().filter(|text| !text.starts_with("Measured in ") && !text.starts_with("Of combinations")).collect();
    assert_eq!(told, sentences, "{table}\n{}", said.all());
}

const ALONE: &str = "With demand alone, without its triggers, it does not happen.";
const BOTH: &str = "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: `a`, `b`.";
const SUFFICE: &str =
    "With `a` at `a0`, `b` at `b0` as on the day it happens; with any one of these at its first other level as well it does not.";

/// "With X alone it does not happen", by what alice then saw.
fn not(levels: &str) -> String {
    format!(
        "With {levels} alone it does not happen; instead: alice was answered at app: 200 by app (1×) (as on the day: alice was answered at app: 500 \
         by app (1×))."
    )
}

fn it_also_happens_with_neither_and_a_gate_a_pair_and_another_outage_are_told() {
    with_images();
    let gates = [
        scenario("@gate", "a at a2", LINK, "fine"),
        scenario("@gate", "b at b1", LINK, "too late"),
        scenario("@insufficient", "a at a1", LINK, "fine"),
    ];
    // It happens if both are as on the day or neither is; at a2 it never does.
    says(
        "H O H  N H N  N N N",
        &gates.concat(),
        &[],
        1,
        &[
            "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: none of them.",
            "It also happens with every varied factor at its first other level: `a` at `a1` and `b` at `b1`.",
            &not("`a` at `a1`"),
            &format!(
                "`a` at `a2` alone would have prevented it: at exactly that, this gate held: features/shape/more.feature:{}.",
                4
            ),
            "With `b` at `b1` alone it does not happen; what comes instead is another outage: alice is answered 504 at http://app/.",
            "`a` at `a1` keeps it from happening while `b` is at `b0`, and not while `b` is at `b1`.",
            "`b` at `b1` keeps it from happening while `a` is at `a0`, and not while `a` is at `a1`.",
            "It happens all the same with `b` at `b2`. Whether they made it worse is not judged here.",
            ALONE,
            "The project contradicts itself: features/shape/more.feature:20 is @insufficient at `a` at `a1` and held, and there the incident does not \
             happen.",
        ],
    );
}

fn an_incident_that_happens_with_demand_alone_is_told_by_why_and_by_prove() {
    with_images();
    let project = shape("A N N  N N N  N N N", &scenario("@gate", "a at a1", LINK, "fine"));
    project.replace(
        "features/shape/incident.feature",
        "answered 200 by app at app within 2s",
        "answered 500 by app at app within 2s",
    );
    let (said, _) = why(&project, &[]);
    said.expect(
        1,
        &["It happens with demand alone, 1 of 1 times: the trigger is not needed", "When \"touch /tmp/struck\" is run in app"],
    );
    run(project.relapse().args(["prove", "features/shape"])).expect(
        1,
        &["1 of 1 gates are red by their last Then", "It happens with demand alone, 1 of 1 times", "incident.feature:4"],
    );
}

fn a_gate_is_red_by_its_last_then_or_not_proved() {
    with_images();
    let gates = [
        // A remedy that does nothing, of which the first Then asks whether it is there.
        scenario("@gate", "a at a1", "app should log at least 1 lines with \"remedy\" within 1s", "broken"),
        scenario("@gate", "a at a2", LINK, "fine"),
        scenario("@gate", "b at b1", LINK, "broken"),
    ];
    let project = shape("H H N  H N N  N N N", &gates.concat());
    let document = project.path().join("prove.json");
    let said = run(project.relapse().args(["prove", "features/shape", "--json"]).arg(&document));
    said.expect(
        1,
        &[
            "RED BY A LINK ONLY, which is not proved",
            "violated: app should log at least 1 lines with \"remedy\"",
            "red 1 of 1, by what users get: alice should see \"fine\"",
            "NOT RED: it holds with every factor as on the day",
            "1 of 3 gates are red by their last Then",
            "With demand alone, without its triggers, it does not happen.",
        ],
    );
    let document: Value = serde_json::from_str(&std::fs::read_to_string(document).unwrap()).unwrap();
    let gates = document["gates"].as_array().unwrap();
    let told = |key: &str| gates.iter().map(|gate| gate[key].clone()).collect::<Vec<Value>>();
    assert_eq!(told("red"), [false, true, false]);
    assert_eq!(told("red_by_link"), [true, false, false]);
    assert_eq!(document["demand_alone"][0]["happened"], false);
    // By `run`, a remedy that does nothing is violated.
    let project = shape("H H H  H H H  H H H", &scenario("@gate", "a at a1", LINK, "fine"));
    run(project.relapse().args(["run", "features/shape", "--tags", "@gate"]))
        .expect(1, &["the gate does not keep it from happening"]);
    let project = shape("H H H  N H H  H H H", &scenario("@gate", "a at a1", "app should be exited within 1s", "fine"));
    run(project.relapse().args(["run", "features/shape", "--tags", "@gate"]))
        .expect(1, &["the gate keeps it from happening, with a link missing"]);
}

fn what_happens_half_of_the_time_is_told_so_everywhere() {
    with_images();
    let project = shape("H S N  N N N  N N N", "");
    let (said, document) = why(&project, &["--repeat", "6"]);
    let row = document["factors"].as_array().unwrap().iter().find(|row| row["level"] == "b1").unwrap();
    let (occurred, of) = (row["occurred"].as_u64().unwrap(), row["of"].as_u64().unwrap());
    assert_eq!(of, 6);
    let sentence = format!("With `b` at `b1` it happens {occurred} of 6 times.");
    let told: Vec<&str> = document["said"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    // One in thirty-two is all or nothing: then that is what was measured.
    let mixed = (1..6).contains(&occurred);
    assert_eq!(told.contains(&sentence.as_str()), mixed, "{told:#?}");
    assert_eq!(told.iter().any(|text| text.contains(&format!("it happened {occurred} of 6 times"))), mixed, "{told:#?}");
    assert_eq!(said.code, Some(if mixed { 3 } else { 0 }), "{}", said.all());
    let matrix = project.path().join("matrix.json");
    let mut command = project.relapse();
    command
        .args(["matrix", "features/shape/incident.feature", "--factor", "b", "--repeat", "6", "--jobs", "4", "--json"])
        .arg(&matrix);
    let said = run(&mut command);
    let document: Value = serde_json::from_str(&std::fs::read_to_string(matrix).unwrap()).unwrap();
    let held = document["cells"][1]["held"].as_u64().unwrap();
    said.expect(if (1..6).contains(&held) { 3 } else { 0 }, &[&format!("held {held} of 6")]);
    // As on the day, with a gate that is red now and then.
    let project = shape("S N N  N N N  N N N", &scenario("@gate", "a at a1", LINK, "fine"));
    let document = project.path().join("prove.json");
    let said = run(project.relapse().args(["prove", "features/shape", "--repeat", "6", "--json"]).arg(&document));
    let document: Value = serde_json::from_str(&std::fs::read_to_string(document).unwrap()).unwrap();
    let reds = document["gates"][0]["reds"].as_u64().unwrap();
    match reds {
        0 => said.expect(1, &["NOT RED: it holds"]),
        6 => said.expect(0, &["red 6 of 6"]),
        some => said.expect(1, &[&format!("RED {some} OF 6 TIMES, which is not proved")]),
    };
}

fn every_shape_is_told_as_it_is() {
    with_images();
    let all = |kinds: &[&str]| kinds.iter().map(|levels| not(levels)).collect::<Vec<_>>();
    let singles = all(&["`a` at `a1`", "`a` at `a2`", "`b` at `b1`", "`b` at `b2`"]);
    let [a1, a2, b1, b2] = [0, 1, 2, 3].map(|at| singles[at].as_str());
    // Both are needed.
    says("H N N  N N N  N N N", "", &[], 0, &[BOTH, SUFFICE, a1, a2, b1, b2, ALONE]);
    // Either is enough.
    says(
        "H H H  H N N  H N N",
        "",
        &[],
        0,
        &[
            "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: `a`; or `b`.",
            "With `a` at `a0` as on the day and every other varied factor at its first other level it happens; with any one of these at its first \
             other level as well it does not.",
            "With `b` at `b0` as on the day and every other varied factor at its first other level it happens; with any one of these at its first \
             other level as well it does not.",
            "With `a` at `a1` and `b` at `b1` together it does not happen; with any one of these alone it does.",
            "It happens all the same with `a` at `a1`; `a` at `a2`; `b` at `b1`; `b` at `b2`. Whether they made it worse is not judged here.",
            ALONE,
        ],
    );
    // `b` keeps it from happening only while `a` is as on the day.
    says(
        "H N N  H H H  N N N",
        "",
        &[],
        0,
        &[
            "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: none of them.",
            "It also happens with every varied factor at its first other level: `a` at `a1` and `b` at `b1`.",
            a2,
            b1,
            b2,
            "`b` at `b1` keeps it from happening while `a` is at `a0`, and not while `a` is at `a1`.",
            "It happens all the same with `a` at `a1`. Whether they made it worse is not judged here.",
            ALONE,
        ],
    );
    // A third level that acts unlike the second, and a link that is missing.
    says(
        "H L N  H H N  N N N",
        "",
        &[],
        0,
        &[
            "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: none of them.",
            "It also happens with every varied factor at its first other level: `a` at `a1` and `b` at `b1`.",
            a2,
            b2,
            "With `b` at `b1` it happens otherwise: not so is \"alice should see \"broken\" at http://app/ within 1s\"; instead: alice sees 500 at http://app/: in another \
             way.",
            "It happens all the same with `a` at `a1`. Whether they made it worse is not judged here.",
            ALONE,
        ],
    );
    // Only a pair of later levels is a remedy, and a gate names it.
    says(
        "H H H  H H H  H H N",
        &scenario("@gate", "a at a2 and b at b2", LINK, "fine"),
        &[],
        0,
        &[
            "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: none of them.",
            "It also happens with every varied factor at its first other level: `a` at `a1` and `b` at `b1`.",
            "`a` at `a2` and `b` at `b2` together would have prevented it: at exactly that, this gate held: features/shape/more.feature:4.",
            "With `a` at `a2` and `b` at `b2` together it does not happen; with any one of these alone it does.",
            "It happens all the same with `a` at `a1`; `a` at `a2`; `b` at `b1`; `b` at `b2`. Whether they made it worse is not judged here.",
            ALONE,
        ],
    );
    // Only what was varied is spoken of.
    says(
        "H H H  N N N  N N N",
        "",
        &["--factor", "b"],
        0,
        &[
            "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: none of them.",
            "It also happens with every varied factor at its first other level: `b` at `b1`.",
            "It happens all the same with `b` at `b1`; `b` at `b2`. Whether they made it worse is not judged here.",
            ALONE,
        ],
    );
    // A level that cannot rise.
    let project = shape("H N N  R N N  N N N", "");
    let (said, document) = why(&project, &[]);
    said.expect(
        3,
        &["The smallest sets of factors are not known: `a` at `a1` is not applicable", "Nothing can be said of `a` at `a1`"],
    );
    assert_eq!(document["factors"][0]["not_applicable"], true);
    let mut command = project.relapse();
    command.args(["matrix", "features/shape/incident.feature", "--factor", "a", "--bisect"]);
    run(&mut command).expect(0, &["it changes between a a0 (held) and a a2 (violated); a a1 could not be judged"]);
}
