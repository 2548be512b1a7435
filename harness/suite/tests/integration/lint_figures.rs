//! `relapse lint`: figures that cannot be meant, hosts that nobody is called, a second lab, records that nobody writes, and whom an
//! incident never sees well. No engine is asked for anything.

use crate::common::{Project, Said, run};

relapse_testing::tests! {
    what_would_do_nothing_is_told_at_its_word,
    numbers_that_do_not_fit_are_findings_and_no_panics,
    a_bound_has_the_unit_of_its_measure,
    a_deadline_is_no_longer_than_a_step_may_take,
    a_pattern_names_a_host_and_a_selector_reads,
    a_scenario_has_one_lab,
    a_host_that_nobody_is_called_is_told_with_the_nearest_names,
    a_then_that_needs_records_asks_who_speaks,
    whom_an_incident_never_sees_well_is_told_once,
    a_gate_ends_with_what_users_got_or_who_was_told,
}

const SHOP: &str = "x-relapse:
  speaks: [proxy]
  tiers:
    webapp:
      scale: { service: shop, command: [scale, \"{direction}\", \"{count}\"] }
      replace: { service: shop, command: [replace, \"{count}\"] }
      catalogue: shop
      lists:
        shop: { service: shop, command: [members] }
        proxy: { service: proxy, command: [members] }
  factors:
    pace: { about: whether anything is replaced, levels: [\"2\", \"0\"] }
services:
  proxy: { image: relapse-agent, command: [idle], networks: { default: { aliases: [shop.test] } } }
  shop: { image: relapse-agent, command: [idle], environment: { PACE: \"${PACE:-2}\", UPSTREAM: pool.internal } }
";

fn project(topology: &str, lab: &str, steps: &[&str]) -> Project {
    let project = Project::copy();
    project.write("fixtures/shop/compose.yaml", topology);
    let steps: String = [&[lab], steps].concat().iter().map(|step| format!("    {step}\n")).collect();
    project.write("features/x.feature", &format!("Feature: f\n  Scenario: s\n{steps}"));
    project
}

fn lint(project: &Project, path: &str) -> Said {
    run(project.relapse().args(["lint", path]).env("DOCKER_HOST", "unix:///nowhere/docker.sock"))
}

/// Lints a scenario of a When and a Then, or of a Then.
fn of(topology: &str, step: &str) -> Said {
    let then = "Then shop should be running within 1s";
    let steps = if step.starts_with("Then") { vec![step] } else { vec![step, then] };
    lint(&project(topology, "Given the shop lab", &steps), "features/x.feature")
}

#[track_caller]
fn wrong(step: &str, word: &str, said: &str) {
    let column = format!("features/x.feature:4:{}\n", 5 + step.find(word).unwrap());
    let carets = format!(" {}\n", "^".repeat(word.chars().count()));
    of(SHOP, step).expect(2, &[": 1 finding", said, &column, &carets]);
}

fn what_would_do_nothing_is_told_at_its_word() {
    wrong("When bob sends 0/s to http://proxy/", "0/s", "`0/s` sends nothing");
    wrong("When bob asks for http://proxy/ every 0ms", "0ms", "nothing would be asked");
    wrong("When bob uploads 5KB to http://proxy/ every 0s", "0s", "nothing would be asked");
    wrong("When bob holds 0 WebSockets to ws://proxy/", "0", "`0` of these is nothing to do");
    wrong("When webapp replaces 0", "0", "`0` of these is nothing to do");
    wrong("When webapp scales out by 0", "out by 0", "`out by 0` changes nothing");
    of(SHOP, "When \"\" is run in shop").expect(2, &["this command has no words", "features/x.feature:4:5"]);
    wrong("Then proxy should log at least 0 lines with \"x\" within 1s", "at least 0", "`at least 0` is always so");
    wrong("Then shop should be running within 0s", "within 0s", "no time at all");
    // Where a level says so, nothing is done at that level.
    let level = |pace: &str, step: &str| {
        let lab = format!("Given the shop lab with pace at {pace}");
        lint(&project(SHOP, &lab, &[step, "Then shop should be running within 1s"]), "features/x.feature")
    };
    level("0", "When webapp replaces ${PACE}").expect(0, &["0 findings"]);
    level("0", "When webapp scales to 0").expect(0, &["0 findings"]);
    level("0", "When bob sends ${PACE}/s to http://proxy/").expect(2, &["`0/s` sends nothing"]);
}

fn numbers_that_do_not_fit_are_findings_and_no_panics() {
    let much = "99999999999999999999";
    wrong(
        &format!("Then proxy should log at least {much} lines with \"x\" within 1s"),
        &format!("at least {much}"),
        "is no number",
    );
    wrong("When bob holds -5 WebSockets to ws://proxy/", "-5", "`-5` is no number that fits here");
    wrong(&format!("When bob holds {much} WebSockets to ws://proxy/"), much, "no number that fits here");
    wrong(&format!("When webapp scales to {much}"), &format!("to {much}"), "write `to 11`");
    wrong("When bob asks for http://proxy/ every 99999999s", "99999999s", "is too long");
    wrong("Then bob should be answered 99 by shop at proxy within 1s", "99", "is no status of HTTP");
    wrong("Then bob should be answered 70000 by shop at proxy within 1s", "70000", "is no status of HTTP");
    wrong("Then the rate of 999 of bob should be above 5% within 1s", "rate of 999", "is no status of HTTP");
    wrong("When \"sh -c 'echo\" is run in shop", "sh -c 'echo", "has a quote without an end");
}

fn a_bound_has_the_unit_of_its_measure() {
    let then = |measure: &str, bound: &str| format!("Then the {measure} of bob should be {bound} within 5s");
    for (measure, bound, said) in [
        ("median latency", "above 0%", "the median latency is a time, and `0%` is a share"),
        ("p95 latency", "below 5%", "the p95 latency is a time"),
        ("error rate", "above 50ms", "the error rate is a share of requests, and `50ms` is a time"),
        ("rate of 503", "below 1s", "the rate of 503 is a share of requests"),
        ("error rate", "below 150%", "it is from 0 to 100 %"),
        ("error rate", "above 100%", "it is from 0 to 100 %"),
        ("error rate", "below 0%", "it is from 0 to 100 %"),
        ("median latency", "below 0ms", "it is from 0"),
        ("median latency", "above 0ms", "is always `above 0ms`"),
    ] {
        wrong(&then(measure, bound), bound, said);
    }
    for (measure, bound) in [("median latency", "above 30ms"), ("error rate", "above 0%"), ("rate of 200", "below 100%")] {
        of(SHOP, &then(measure, bound)).expect(0, &["0 findings"]);
    }
}

fn a_deadline_is_no_longer_than_a_step_may_take() {
    for deadline in ["throughout 6m", "within 6m", "within 301s"] {
        wrong(&format!("Then shop should be running {deadline}"), deadline, "longer than a step may take, which is 300 s");
    }
    of(SHOP, "Then shop should be running throughout 5m").expect(0, &["0 findings"]);
}

fn a_pattern_names_a_host_and_a_selector_reads() {
    wrong("Then proxy should log exactly 0 requests for /ok within 1s", "/ok", "`/ok` names no host");
    wrong("Then proxy should log exactly 0 requests for http://proxy/ok within 1s", "http://proxy/ok", "has a scheme");
    wrong("Then the alert \"Slow{a=b}\" should fire within 1s", "Slow{a=b}", "selects no alert");
    of(SHOP, "Then the alert 'A{x=\"1,2\"}' should fire within 1s").expect(0, &["0 findings"]);
}

fn a_scenario_has_one_lab() {
    let steps = ["When shop is killed", "Given the shop lab with pace at 0", "Then shop should be exited within 1s"];
    lint(&project(SHOP, "Given the shop lab", &steps), "features/x.feature")
        .expect(2, &[": 1 finding", "a scenario has one lab, and it has that of line 3 already", "features/x.feature:5:5"]);
    let project = Project::copy();
    project.write("fixtures/shop/compose.yaml", SHOP);
    let text = "Feature: f\n  Background:\n    Given the shop lab\n  Scenario: s\n    Given the shop lab with pace at 0\n    Then shop should be running within 1s\n";
    project.write("features/x.feature", text);
    lint(&project, "features/x.feature")
        .expect(2, &["that of line 3 already", "features/x.feature:5:5", "a Background belongs to"]);
    // What lint refuses is not run either.
    let said = run(project.relapse().args(["run", "features/x.feature"]).env("DOCKER_HOST", "unix:///nowhere/docker.sock"));
    said.expect(2, &["a scenario has one lab"]);
}

fn a_host_that_nobody_is_called_is_told_with_the_nearest_names() {
    wrong("When alice opens http://proxyy/", "proxyy", "nobody in the topology `shop` is called `proxyy`; did you mean proxy?");
    wrong("Then alice should not see \"x\" at http://proxyy:8080/a within 1s", "proxyy", "did you mean proxy?");
    wrong("Then alice should be answered 200 by shop at shop.tset within 1s", "shop.tset", "did you mean shop.test");
    wrong("Then prxoy should resolve to shop from shop within 1s", "prxoy", "did you mean proxy?");
    wrong("Then proxy should log at least 1 requests for shopp/ok within 1s", "shopp", "did you mean shop");
    wrong("When alice opens http://example.org/", "example.org", "the names are localhost, proxy, shop, shop.test");
    for fine in [
        "When alice opens http://SHOP.test:80/x",
        "When alice opens http://127.0.0.1/",
        "Then proxy should log at least 1 requests for pool.internal/ok within 1s",
    ] {
        of(SHOP, fine).expect(0, &["0 findings"]);
    }
    let own_dns = SHOP.replace("  shop: { image: relapse-agent,", "  shop: { image: relapse-agent, dns: [10.0.0.53],");
    of(&own_dns, "When alice opens http://example.org/").expect(0, &["0 findings"]);
    of(&own_dns, "When alice opens http://proxyy/").expect(2, &["did you mean proxy?"]);
}

fn a_then_that_needs_records_asks_who_speaks() {
    let text = "the log of `shop` is only text, so it tells of no requests";
    wrong("Then shop should log exactly 0 requests for shop within 1s", "shop", text);
    let ask = "Then bob should ask shop for 1 of shop/a for each of shop/b within 1s";
    wrong(ask, "shop", text);
    wrong("Then shop should route to a terminated instance of webapp within 1s", "shop", text);
    of(SHOP, "Then shop should log exactly 0 requests for shop within 1s").expect(2, &["`x-relapse: { speaks: [shop] }`"]);
    for fine in [
        "Then any load balancer of webapp should not route to a terminated instance within 1s",
        "Then webapp should have exactly 0 idle instances within 1s",
        "Then the last deploy of shop should be success within 1s",
        "Then the alert \"Slow\" should fire within 1s",
        "Then proxy should log exactly 0 requests for shop within 1s",
        "Then shop should log exactly 0 lines with \"x\" within 1s",
    ] {
        of(SHOP, fine).expect(0, &["0 findings"]);
        let silent = SHOP.replace("  speaks: [proxy]\n", "");
        let code = if fine.contains("lines") { 0 } else { 2 };
        of(&silent, fine).expect(code, if code == 0 { &["0 findings"] } else { &[": 1 finding", "only text", "speaks: ["] });
    }
    // What the lab itself does needs nobody to tell of it.
    let silent = SHOP.replace("  speaks: [proxy]\n", "");
    of(&silent, "Then the last run of shop should be success within 1s").expect(0, &["0 findings"]);
    of(&SHOP.replace("[proxy]", "[porxy]"), "Then shop should be running within 1s")
        .expect(2, &["x-relapse names the service `porxy`", "did you mean proxy?", "fixtures/shop/compose.yaml:2:12"]);
}

fn whom_an_incident_never_sees_well_is_told_once() {
    let scenario = |name: &str, tags: &str, then: &str| {
        format!(
            "  {tags}\n  Scenario: {name}\n    Given the shop lab\n    When alice opens http://proxy/\n    Then {then} within 1s\n"
        )
    };
    let bad = scenario("bad", "@incident @why", "alice should be answered 502 by proxy at proxy");
    let lint = |scenarios: &[String]| {
        let project = project(SHOP, "Given the shop lab", &["Then shop should be running within 1s"]);
        project.write("features/shop/a.feature", &format!("Feature: f\n{}", scenarios.concat()));
        lint(&project, "features/shop")
    };
    let never = "features/shop never sees alice at proxy well";
    lint(std::slice::from_ref(&bad)).expect(2, &[": 1 finding", never, "features/shop/a.feature:6:5"]);
    let negative = scenario("not so", "@control", "alice should not be answered 502 by proxy at proxy");
    lint(&[bad.clone(), negative]).expect(2, &[never]);
    let elsewhere = scenario("elsewhere", "@control", "alice should see \"shop\" at http://shop/");
    lint(&[bad.clone(), elsewhere]).expect(2, &[never]);
    for good in ["alice should be answered 200 by shop at proxy", "alice should see \"shop\" at http://proxy/"] {
        lint(&[bad.clone(), scenario("good", "@control", good)]).expect(0, &["0 findings"]);
    }
    // What follows from a step that does not read is not told besides.
    let unread = scenario("unread", "@control", "alice should be answered 200 at proxy");
    lint(&[bad.clone(), unread]).expect(2, &[": 1 finding", "unknown step"]);
    let gate = scenario("gate", "@gate", "shop should not be exited throughout 1s\n    And alice weeps");
    lint(&[bad.clone(), gate]).expect(2, &[": 2 findings", "unknown step", "every factor is as on the day"]);
    for (bad, good, subject) in [
        ("shop should be exited", "shop should be running", "shop"),
        ("the error rate of bob should be above 5%", "the error rate of bob should be below 5%", "the requests of bob"),
        ("proxy should not agree with shop on webapp", "every list of webapp should agree with shop", "the webapp list of proxy"),
        (
            "proxy should log exactly 0 requests for shop",
            "proxy should log at least 1 requests for shop",
            "the requests that proxy logs",
        ),
    ] {
        let (bad, good) = (scenario("bad", "@incident @why", bad), scenario("good", "@control", good));
        lint(std::slice::from_ref(&bad)).expect(2, &[": 1 finding", &format!("never sees {subject} well")]);
        lint(&[bad, good]).expect(0, &["0 findings"]);
    }
    // It only offends a convention: it is run all the same, as far as there is an engine.
    let project = project(SHOP, "Given the shop lab", &["Then shop should be running within 1s"]);
    project.write("features/shop/a.feature", &format!("Feature: f\n{bad}"));
    let said = run(project.relapse().args(["run", "features/shop"]).env("DOCKER_HOST", "unix:///nowhere/docker.sock"));
    assert_eq!(said.code, Some(4), "{}", said.all());
}

fn a_gate_ends_with_what_users_got_or_who_was_told() {
    let gate = |end: &str| {
        let project = Project::copy();
        project.write("fixtures/shop/compose.yaml", SHOP);
        let lab = "Given the shop lab with pace at 0";
        // Before the end is what users got: it is not that nothing of it is said.
        let seen = "Then bob should see \"shop\" at http://proxy/ within 1s";
        project
            .write("features/x.feature", &format!("Feature: f\n  @gate\n  Scenario: s\n    {lab}\n    {seen}\n    And {end}\n"));
        lint(&project, "features/x.feature")
    };
    let bad = [
        "shop should be running within 1s",
        "webapp should have exactly 0 idle instances within 1s",
        "the alert \"Down\" should not fire within 1s",
    ];
    for end in bad {
        let place = format!("features/x.feature:6:5\n  |\n6 |     And {end}\n");
        gate(end)
            .expect(2, &[": 1 finding", "this one only says how it came about", &place, "= help: end with what the user got"]);
    }
    let good = [
        "bob should be answered 200 by shop at proxy within 1s",
        "bob should not be in a redirect loop within 1s",
        "the error rate of bob should be below 1% within 1s",
        "the last push of bob/app should be success within 1s",
        "the alert \"Down\" should fire within 1s",
    ];
    for end in good {
        let said = gate(end);
        assert!(!said.all().contains("how it came about"), "{}", said.all());
    }
}
