//! `relapse lint`: each finding with the author's line and a caret. No engine is asked for anything.

use std::fs;
use std::path::Path;

use crate::common::{Project, Said, root, run};
use serde_json::Value;

relapse_testing::tests! {
    each_finding_is_told_at_the_authors_line_with_a_caret,
    tiers_flags_and_services_are_looked_up_in_the_steps_of_tiers,
    an_incident_has_one_why,
    a_topology_that_does_not_read_is_told_at_its_line,
    what_a_topology_must_not_reach_is_told_at_its_line,
    what_has_no_end_is_refused_or_read_once,
    our_own_features_are_clean_and_unused_steps_are_told_when_asked,
    findings_as_json,
    a_japanese_rule_and_a_media_type_are_read,
    the_official_good_files_parse_and_the_bad_ones_are_named,
    #[ignore = "a benchmark"] a_thousand_scenarios,
}

/// A topology that makes no containers of its own, so that every service is known.
const SHOP: &str = "x-relapse:
  speaks: [proxy, shop]
  factors:
    cache: { about: whether the proxy caches, levels: [cold, warm] }
services:
  proxy: { image: relapse-agent, command: [idle] }
  shop: { image: relapse-agent, command: [idle], environment: { CACHE: \"${CACHE:-cold}\" } }
  watcher: { image: relapse-agent, command: [idle], profiles: [watched] }
";

fn shop(feature: &str) -> Project {
    let project = Project::copy();
    project.write("fixtures/shop/compose.yaml", SHOP);
    project.write("features/x.feature", feature);
    project
}

fn lint(project: &Project, arguments: &[&str]) -> Said {
    run(project.relapse().arg("lint").args(arguments).env("DOCKER_HOST", "unix:///nowhere/docker.sock"))
}

/// What is wrong, as a feature, and what is said of it after the summary.
const GOLDEN: &[(&str, &str)] = &[
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab\n    When shop is kiled\n    Then shop should be exited within 1s\n",
        "error: unknown step: When shop is kiled
 --> features/x.feature:4:10
  |
4 |     When shop is kiled
  |          ^^^^^^^^^^^^^
  |
  = help: the nearest:
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab\n    Then shpo should be exited within 1s\n",
        "error: the topology `shop` has no service `shpo`; did you mean shop?
 --> features/x.feature:4:10
  |
4 |     Then shpo should be exited within 1s
  |          ^^^^
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab with cahce at warm\n    Then shop should be exited within 1s\n",
        "error: there is no factor `cahce`; did you mean cache?
 --> features/x.feature:3:29
  |
3 |     Given the shop lab with cahce at warm
  |                             ^^^^^
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab with cache at hot\n    Then shop should be exited within 1s\n",
        "error: the factor `cache` has no level `hot`; its levels are cold, warm
 --> features/x.feature:3:38
  |
3 |     Given the shop lab with cache at hot
  |                                      ^^^
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shpo lab\n    Then shop should be exited within 1s\n",
        "error: there is no topology `shpo`: fixtures/shpo/compose.yaml: No such file or directory (os error 2)
 --> features/x.feature:3:15
  |
3 |     Given the shpo lab
  |               ^^^^
  |
  = help: did you mean shop?
",
    ),
    (
        "Feature: f\n  @gate\n  Scenario: s\n    Given the shop lab with cache at warm\n    Then shop should not be exited throughout 1s\n",
        "error: this gate only says what should not be: a lab that does nothing at all would pass it
 --> features/x.feature:3:3
  |
3 |   Scenario: s
  |   ^^^^^^^^^^^
  |
  = help: say also what the user got, such as `{user} should see {string} at {url} {deadline}`
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab\n    When shop is killed\n",
        "error: it expects nothing: a scenario ends with at least one Then
 --> features/x.feature:2:3
  |
2 |   Scenario: s
  |   ^^^^^^^^^^^
",
    ),
    (
        "Feature: f\n  @insufficient\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\n",
        "error: @insufficient speaks of a remedy, and every factor is as on the day
 --> features/x.feature:4:5
  |
4 |     Given the shop lab
  |     ^^^^^^^^^^^^^^^^^^
  |
  = help: name its level: `Given the {lab} lab with {levels}`
",
    ),
    (
        "Feature: f\n  @contorl @watchd\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\n",
        "error: the tag @contorl means nothing; did you mean @control?
 --> features/x.feature:2:3
  |
2 |   @contorl @watchd
  |   ^^^^^^^^
  |
  = next: correct the tag, or give it a name that is less like one of relapse's (`relapse explain tag`)

error: the tag @watchd means nothing; did you mean @watched?
 --> features/x.feature:2:12
  |
2 |   @contorl @watchd
  |            ^^^^^^^
",
    ),
    (
        "Feature: f\n  Scenario Outline: s\n    Given the shop lab\n    Then <service> should be running within 1s\n    Examples:\n      | prat |\n      | shop |\n",
        "error: no column of the examples is called `service`
 --> features/x.feature:4:10
  |
4 |     Then <service> should be running within 1s
  |          ^^^^^^^^^
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab\n    Whenever it rains\n",
        "error: this is not Gherkin: `Whenever it rains` begins with no keyword
 --> features/x.feature:4:5
  |
4 |     Whenever it rains
  |     ^^^^^^^^^^^^^^^^^
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\nFeature: g\n",
        "error: this is not Gherkin: `Feature: g` begins another feature; a file has one
 --> features/x.feature:5:1
",
    ),
    (
        "Feature: f\n  @a @\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\n",
        "error: a tag has a name: nothing follows this @
 --> features/x.feature:2:6
",
    ),
    ("# one\n# two\n", "error: there are only comments here; a feature begins with `Feature:`\n --> features/x.feature:2:1\n"),
    (
        "# language: fr\nFonctionnalité: f\n  Scénario: s\n    Soit x\n    N'importe quoi\n",
        "error: this is not Gherkin: `N'importe quoi` does not fit here, or something is missing behind it
 --> features/x.feature:5:5
",
    ),
    (
        "Feature: f\n  Scenario: s\n    Given the shop lab with cache at warm and cache at cold\n    When \"sh -c 'x\" is run in shop\n    Then shop should log at least 99999999999999999999 lines with \"x\" within 1s\n",
        "error: the factor `cache` is named twice: only one of its levels can be so
 --> features/x.feature:3:29
",
    ),
];

fn each_finding_is_told_at_the_authors_line_with_a_caret() {
    for (feature, golden) in GOLDEN {
        let said = lint(&shop(feature), &["features/x.feature"]);
        said.expect(2, &[golden]);
    }
}

/// A tier of two lists, and a flag.
const TIER: &str = "x-relapse:
  tiers:
    webapp:
      scale: { service: shop, command: [scale, \"{direction}\", \"{count}\"] }
      replace: { service: shop, command: [replace, \"{count}\"] }
      catalogue: shop
      lists:
        shop: { service: shop, command: [members] }
        proxy: { service: proxy, command: [members] }
  flags:
    slow-search: { service: shop, command: [flag, \"{percent}\"] }
";

fn tiers_flags_and_services_are_looked_up_in_the_steps_of_tiers() {
    let lint = |steps: &[&str]| {
        let then = "Then every list of webapp should agree with shop within 1s";
        let steps: String =
            [&["Given the shop lab"], steps, &[then]].concat().iter().map(|step| format!("    {step}\n")).collect();
        let project = shop(&format!("Feature: f\n  Scenario: s\n{steps}"));
        project.write("fixtures/shop/compose.yaml", &SHOP.replace("x-relapse:\n", TIER));
        lint(&project, &["features/x.feature"])
    };
    lint(&[
        "When webapp scales out by 2, newest first",
        "And webapp scales to 3",
        "And webapp replaces 2 zone by zone",
        "And slow-search is at 50%",
        "Then proxy should not route to a terminated instance of webapp throughout 1s",
        "And any load balancer of webapp should not route to a terminated instance throughout 1s",
        "And webapp should have exactly 0 idle instances within 1s",
    ])
    .expect(0, &["0 findings"]);
    let declares = "the topology `shop` has no tier `webap`; its tiers are webapp";
    for step in [
        "When webap scales in by 2",
        "Then every list of webap should agree with shop within 1s",
        "Then proxy should not route to a terminated instance of webap throughout 1s",
        "Then any load balancer of webap should not route to a terminated instance throughout 1s",
        "Then webap should have exactly 0 idle instances within 1s",
    ] {
        lint(&[step]).expect(2, &[declares, " --> features/x.feature:4:"]);
    }
    lint(&["When slow-serach is at 50%"]).expect(2, &["has no flag `slow-serach`; its flags are slow-search"]);
    for step in [
        "Then every list of webapp should agree with shpo within 1s",
        "Then shpo should not route to a terminated instance of webapp throughout 1s",
    ] {
        lint(&[step]).expect(2, &["has no service `shpo`; did you mean shop?"]);
    }
}

fn an_incident_has_one_why() {
    let scenario = |tags: &str| {
        format!("Feature: f\n  {tags}\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\n")
    };
    let project = shop(&scenario("@control"));
    project.write("features/shop/a.feature", &scenario("@incident"));
    lint(&project, &["features/shop"])
        .expect(2, &["features/shop/a.feature:3:3", "no scenario of the incident `shop` is tagged @why"]);
    project.write("features/shop/a.feature", &scenario("@incident @why"));
    lint(&project, &["features/shop"]).expect(0, &["1 feature, 1 scenario, 1 topology: 0 findings"]);
    project.write("features/shop/b.feature", &scenario("@incident @why"));
    // The other one is found although it is not asked for.
    let said = lint(&project, &["features/shop/a.feature"]);
    said.expect(2, &["features/shop/b.feature:3:3", "another scenario tagged @why at features/shop/a.feature:3"]);
}

fn a_topology_that_does_not_read_is_told_at_its_line() {
    let project = shop("Feature: f\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\n");
    project.write("fixtures/shop/compose.yaml", &SHOP.replace("command: [idle], env", "comand: [idle], env"));
    let golden = " --> fixtures/shop/compose.yaml:7:33\n";
    lint(&project, &["fixtures/shop"]).expect(2, &["comand", golden]);
    lint(&project, &["features/x.feature"]).expect(2, &["comand", golden]);
    // A level that breaks it, though it reads as on the day.
    project.write(
        "fixtures/shop/compose.yaml",
        &SHOP
            .replace("levels: [cold, warm]", "levels: [cold, warm], sets: { warm: { N: x } }")
            .replace("CACHE: \"${CACHE:-cold}\" } }", "CACHE: cold }, cpus: \"${N:-1}\" }"),
    );
    lint(&project, &["fixtures/shop"]).expect(2, &["with cache at warm: ", "fixtures/shop/compose.yaml:7:"]);
}

fn what_a_topology_must_not_reach_is_told_at_its_line() {
    let project = shop("Feature: f\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\n");
    fs::create_dir_all(project.path().join("fixtures/shop/conf")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", project.path().join("fixtures/shop/conf/link")).unwrap();
    for (more, said, column) in [
        ("volumes: ['../../../../../../etc/hostname:/x']", "`../../../../../../etc/hostname` leads to /etc/hostname", 36),
        ("volumes: ['./conf/link:/x:ro']", "`./conf/link` leads to /etc/hostname", 36),
        ("env_file: [../../../../../../etc/os-release]", "`../../../../../../etc/os-release` leads to", 36),
        ("build: ../../..", "leads to", 33),
        ("volumes: ['/run/docker.sock:/s']", "root on the engine's machine", 36),
        ("labels: { relapse.run: r-1 }", "the label `relapse.run`", 34),
    ] {
        project.write(
            "fixtures/shop/compose.yaml",
            &SHOP.replace("proxy: { image: relapse-agent,", &format!("proxy: {{ image: proxy, {more},")),
        );
        let line = 1 + project.read("fixtures/shop/compose.yaml").lines().position(|line| line.contains("proxy: {")).unwrap();
        lint(&project, &["fixtures/shop"]).expect(2, &[said, &format!("--> fixtures/shop/compose.yaml:{line}:{column}\n")]);
        lint(&project, &["features/x.feature"]).expect(2, &[said]);
    }
    let socket = SHOP.replace("proxy: { image: relapse-agent,", "proxy: { image: proxy, volumes: ['/run/docker.sock:/s'],");
    project.write("fixtures/shop/compose.yaml", &socket);
    lint(&project, &["--allow-engine-socket", "fixtures/shop"]).expect(0, &["0 findings"]);
}

fn what_has_no_end_is_refused_or_read_once() {
    let text = "Feature: f\n  Scenario: s\n    Given the shop lab\n    Then shop should be running within 1s\n";
    let project = shop(text);
    std::os::unix::fs::symlink(".", project.path().join("features/loop")).unwrap();
    lint(&project, &["features/x.feature", "features/loop/x.feature"]).expect(0, &["0 findings"]);
    let features = fs::read_dir(project.path().join("features")).unwrap();
    for other in features.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir() && !path.is_symlink()) {
        fs::remove_dir_all(other).unwrap();
    }
    lint(&project, &["features"]).expect(0, &["1 feature, 1 scenario"]);
    let rows: String = (0..8_000).map(|row| format!("      | {row} |\n")).collect();
    let outline = text.replace("Scenario: s", "Scenario Outline: s <x>") + "    Examples:\n      | x |\n" + &rows;
    project.write("features/x.feature", &outline);
    let said = lint(&project, &["features/x.feature"]);
    said.expect(0, &["1 feature, 8000 scenarios"]);
    println!("8,000 rows: {:.1} s", said.seconds);
    assert!(said.seconds < 60.0, "{:.1} s", said.seconds);
    nix::unistd::mkfifo(&project.path().join("features/pipe.feature"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    lint(&project, &["features/pipe.feature"]).expect(2, &["features/pipe.feature", "no regular file"]);
    fs::remove_file(project.path().join("features/pipe.feature")).unwrap();
    // A name that would turn the terminal red.
    project.write("features/\u{1b}[31m.feature", "x");
    let said = lint(&project, &["features"]);
    said.expect(2, &["[31m.feature"]);
    assert!(!said.all().contains('\u{1b}'), "{:?}", said.all());
}

fn our_own_features_are_clean_and_unused_steps_are_told_when_asked() {
    let project = Project::copy();
    lint(&project, &[]).expect(0, &["0 findings"]);
    let said = lint(&project, &["features/trap/login_loop.feature", "--unused"]);
    said.expect(0, &["unused step: {service} {should} be throttled {deadline}"]);
    assert!(!said.stdout.contains("unused step: {user} opens {url}\n"), "{}", said.stdout);
}

fn findings_as_json() {
    let project = shop(GOLDEN[0].0);
    lint(&project, &["features/x.feature", "--json", "lint.json"]).expect(2, &[]);
    let document: Value = serde_json::from_str(&project.read("lint.json")).unwrap();
    let finding = &document["findings"][0];
    assert_eq!((&finding["file"], &finding["line"], &finding["column"]), (&"features/x.feature".into(), &4.into(), &10.into()));
    assert_eq!(finding["kind"], "unknown-step");
}

fn a_japanese_rule_and_a_media_type_are_read() {
    let text = "# language: ja\n機能: f\n  ルール: r\n    シナリオ: s\n      前提 the shop lab\n      もし shop is kiled\n        \"\"\"json\n        {}\n        \"\"\"\n      ならば shop should be exited within 1s\n";
    let said = lint(&shop(text), &["features/x.feature"]);
    said.expect(2, &["1 scenario", "1 finding", " --> features/x.feature:6:10\n"]);
    lint(&shop(&text.replace("kiled", "killed")), &["features/x.feature"]).expect(0, &["0 findings"]);
}

fn the_official_good_files_parse_and_the_bad_ones_are_named() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gherkin");
    for (folder, good) in [("good", true), ("bad", false)] {
        let project = Project::copy();
        let mut files = 0;
        for file in fs::read_dir(data.join(folder)).unwrap() {
            let file = file.unwrap();
            let name = format!("features/x/{}", file.file_name().into_string().unwrap());
            project.write(&name, &fs::read_to_string(file.path()).unwrap());
            files += 1;
        }
        lint(&project, &["features/x", "--json", "lint.json"]).expect(2, &[]);
        let document: Value = serde_json::from_str(&project.read("lint.json")).unwrap();
        let syntax: Vec<&Value> =
            document["findings"].as_array().unwrap().iter().filter(|finding| finding["kind"] == "syntax").collect();
        assert_eq!(syntax.len(), if good { 0 } else { files }, "{folder}: {syntax:#?}");
        assert!(syntax.iter().all(|finding| finding["line"].as_u64() >= Some(1) && finding["column"].as_u64() >= Some(1)));
        assert_eq!(document["files"], files);
    }
}

/// `cargo test --release -p relapse --test integration lint -- --ignored --nocapture`
fn a_thousand_scenarios() {
    let project = Project::copy();
    let text = fs::read_to_string(root().join("features/trap/login_loop.feature")).unwrap();
    let (_, scenario) = text.split_once("@incident @why\n").unwrap();
    for file in 0..50 {
        let scenarios = format!("\n  @incident\n{scenario}").repeat(20);
        project.write(&format!("features/trap/many_{file}.feature"), &format!("Feature: f\n{scenarios}"));
    }
    // Beside those in which all is well, without which each of these has a finding.
    let said = lint(&project, &["features/trap"]);
    said.expect(0, &[" 0 findings"]);
    println!("1,000 scenarios: {:.2} s, {}", said.seconds, if cfg!(debug_assertions) { "debug build" } else { "release build" });
    assert!(said.seconds <= if cfg!(debug_assertions) { 20.0 } else { 1.0 });
}
