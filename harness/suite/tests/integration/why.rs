//! `relapse why` and `relapse matrix` on a copy of the project: a decoy factor is found not to be needed, an interrupted command is
//! taken up, a budget that ends says so, and wrong use is told before anything is started.

use crate::common::{COMPOSE, Project, run, with_images};
use serde_json::Value;

relapse_testing::tests! {
    a_factor_that_no_raised_part_feels_is_left_out,
    no_more_combinations_are_promised_than_there_are,
    #[engine] a_decoy_is_not_needed_and_an_interrupted_command_is_taken_up,
    #[engine] a_matrix_over_releases_tells_what_is_not_applicable_in_the_parts_own_words,
    wrong_use_is_told_before_anything_is_started,
    #[engine] a_base_that_does_not_happen_explains_nothing,
}

const FEATURE: &str = "features/trap/login_loop.feature";

/// A factor that cannot matter: a header that nginx adds to every answer.
fn with_decoy() -> Project {
    let project = Project::copy();
    project.replace(
        COMPOSE,
        "  factors:\n",
        "  factors:\n    extra_header:\n      about: whether nginx names its maker in a header\n      levels: [without, with]\n",
    );
    project.replace(COMPOSE, "- ./nginx/nginx.conf:", "- ./nginx/${EXTRA_HEADER:-without}.conf:");
    let conf = project.read("fixtures/trap/nginx/nginx.conf");
    project.write("fixtures/trap/nginx/without.conf", &conf);
    let head = "http {\n";
    assert!(conf.contains(head));
    project.write("fixtures/trap/nginx/with.conf", &conf.replace(head, "http {\n    add_header X-Made-By relapse always;\n"));
    project
}

fn json(project: &Project) -> Value {
    serde_json::from_str(&project.read("why.json")).unwrap()
}

fn of<'a>(document: &'a Value, factor: &str) -> &'a Value {
    document["factors"].as_array().unwrap().iter().find(|row| row["name"] == factor).unwrap()
}

fn a_factor_that_no_raised_part_feels_is_left_out() {
    let project = Project::of("slack");
    let shown = run(project.relapse().args(["why", "features/slack", "--dry"]));
    // Only services of the profile @alerts feel it, and the day is not tagged so.
    shown.expect(0, &["no service that this scenario raises differs: panic_threshold, alert\n", "discovery at envoy-eds\n"]);
    assert!(!shown.all().contains("alert at "), "{}", shown.all());
    // Nobody feels this one alone. A set of factors has discovery at its next level, where there are Envoys now.
    let levels = "        - sync-program\n";
    project.replace("fixtures/slack/compose.yaml", "        - envoy-eds\n", "");
    project.replace("fixtures/slack/compose.yaml", levels, &format!("{levels}        - envoy-eds\n"));
    let shown = run(project.relapse().args(["why", "features/slack", "--dry"]));
    shown.expect(0, &["differs: alert\n", "panic_threshold at 0\n"]);
}

fn no_more_combinations_are_promised_than_there_are() {
    let dry = |factors: &[&str]| {
        let project = Project::copy();
        let mut command = project.relapse();
        command.args(["why", "features/trap", "--dry"]).args(factors.iter().flat_map(|factor| ["--factor", *factor]));
        run(&mut command).all()
    };
    assert!(!dry(&["app_port"]).contains("at most"), "one factor has none");
    assert!(dry(&["app_port", "spa"]).contains("then at most 1 combination;"), "two have one: neither as on the day");
}

fn a_decoy_is_not_needed_and_an_interrupted_command_is_taken_up() {
    with_images();
    let project = with_decoy();
    let file = project.path().join("why.json");
    let why = |more: &[&str]| {
        let mut command = project.relapse();
        command.args(["why", FEATURE, "--factor", "extra_header", "--factor", "app_port", "--json"]).arg(&file).args(more);
        run(&mut command)
    };
    // A budget for nothing is no incident that does not happen.
    why(&["--budget", "1ms"]).expect(3, &["the budget ended before it was run as on the day"]);
    // The budget is for no more than the first run: the rest of the table is printed as not run.
    why(&["--budget", "4s", "--no-sets"]).expect(3, &["it happens: all as on the day", "not run", "the table is not whole"]);
    let partial = json(&project);
    assert_eq!(partial["runs"], 1, "{partial}");
    assert_eq!(of(&partial, "app_port")["prevents"], false, "what was not run prevents nothing");

    why(&[]).expect(
        0,
        &[
            "taking up 1 runs",
            "happens all the same",
            "what comes instead is another outage: to-hutohu is answered 502",
            "first other level: `app_port`.",
            "No step of it is a trigger",
        ],
    );
    let whole = json(&project);
    let (decoy, port) = (of(&whole, "extra_header"), of(&whole, "app_port"));
    assert_eq!(
        (&decoy["verdict"], &decoy["prevents"], &decoy["occurred"]),
        (&"held".into(), &false.into(), &1.into()),
        "{decoy}"
    );
    assert_eq!((&port["verdict"], &port["prevents"], &port["occurred"]), (&"violated".into(), &true.into(), &0.into()), "{port}");
    assert!(port["broke_at"].as_str().unwrap().contains("answered 302 by showcase"), "{port}");
    assert!(port["instead"].as_str().unwrap().contains("502"), "{port}");
    assert_eq!(whole["smallest_sets"], serde_json::json!([["app_port"]]));
}

fn a_matrix_over_releases_tells_what_is_not_applicable_in_the_parts_own_words() {
    with_images();
    let project = Project::copy();
    let file = project.path().join("matrix.json");
    let mut command = project.relapse();
    command.args(["matrix", FEATURE, "--factor", "nginx_resolution=at-load,upstream-resolve", "--json"]).arg(&file);
    run(&mut command).expect(0, &["nginx_resolution at-load", "HELD", "not applicable", "[emerg]"]);
    let document: Value = serde_json::from_str(&project.read("matrix.json")).unwrap();
    let cells = document["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 2);
    assert_eq!((&cells[0]["verdict"], &cells[0]["not_applicable"]), (&"held".into(), &false.into()));
    assert_eq!((&cells[1]["verdict"], &cells[1]["not_applicable"]), (&"inconclusive".into(), &true.into()));
}

fn wrong_use_is_told_before_anything_is_started() {
    let project = Project::copy();
    let relapse = |arguments: &[&str]| run(project.relapse().args(arguments));
    relapse(&["why", "features/trap/healthy.feature"]).expect(2, &["tagged @why"]);
    relapse(&["why", FEATURE, "--factor", "app_prot"]).expect(2, &["app_prot", "app_port"]);
    relapse(&["matrix", FEATURE, "--factor", "app_port=81"]).expect(2, &["8080, 3000"]);
    relapse(&["matrix", FEATURE, "--factor", "app_port", "--factor", "spa", "--bisect"]).expect(2, &["--bisect takes one"]);
    relapse(&["why", FEATURE, "--budget", "soon"]).expect(2, &["10s"]);
    // A level that makes the topology invalid is the author's error, at its place in the file.
    project.replace(COMPOSE, "[\"8080\", \"3000\"]", "[\"8080\", huge]");
    project.in_service("dns", |lines| lines.insert(1, "    mem_limit: \"${APP_PORT:-8080}m\"".to_owned()));
    relapse(&["why", FEATURE, "--factor", "app_port"]).expect(2, &["compose.yaml:"]);
}

fn a_base_that_does_not_happen_explains_nothing() {
    with_images();
    let project = Project::copy();
    // A console without the day's 302, whatever the factor says.
    project.set("showcase", "CONSOLE_CHALLENGE", "unauthorized");
    run(project.relapse().args(["why", FEATURE, "--factor", "app_port"])).expect(3, &["in 0 of 1 runs", "nothing to explain"]);
}
