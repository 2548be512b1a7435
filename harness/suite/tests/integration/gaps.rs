//! What tells of a lab breaks off while a Then is watched: a log is cut or ends, its reader lags, a command's stream ends, a sampler dies. The
//! Then that rests on not having seen is inconclusive, and names the gap; what was seen judges as ever.
//! `cargo test -p relapse --test integration gaps -- --ignored` adds a log that ends and a reader that does not
//! catch up, for a minute.

use std::process::Command;

use crate::common::behind::{Behind, WITHIN};
use crate::common::{Project, Then, docker, thens, until, with_images};

relapse_testing::tests! {
    #[engine] a_log_that_breaks_off_judges_only_by_what_was_read,
    #[engine] #[ignore = "takes half a minute: a log that breaks off is told of by the same means"] a_log_that_ends_before_its_service_judges_only_by_what_was_read,
    #[engine] a_reader_that_catches_up_has_seen_it,
    #[engine] #[ignore = "takes half a minute: so long is waited for a reader"] a_reader_that_does_not_catch_up_is_a_gap,
    #[engine] a_command_whose_stream_ends_judges_only_by_what_it_had_told,
    #[engine] a_sampler_that_dies_judges_nothing,
}

/// A run of these steps. `says` says `marker` while the first Then is watched: this returns then.
fn watched(topology: &str, steps: &[&str], says: &str) -> Behind {
    let project = Project::of_verdicts(topology);
    let steps: String = steps.iter().map(|step| format!("    {step}\n")).collect();
    project.write("features/gap.feature", &format!("Feature: f\n\n  Scenario: s\n    Given the {topology} lab\n{steps}"));
    Behind::run(project, "features/gap.feature", says, "marker")
}

/// Its Thens, once it has ended.
fn ended(mut run: Behind) -> Vec<Then> {
    run.ended();
    thens(&run.project.path().join("run.json")).0
}

/// Fails unless the Thens have these verdicts; and those that are inconclusive say this.
fn expect(thens: &[Then], verdicts: &[&str], gap: &str) {
    let got: Vec<&str> = thens.iter().map(|then| then.verdict.as_str()).collect();
    assert_eq!(got, verdicts, "{thens:#?}");
    for then in thens.iter().filter(|then| then.verdict == "inconclusive") {
        assert!(then.seen.contains(gap), "it should name the gap, `{gap}`: {then:#?}");
    }
}

/// The first rests on not having seen; the others on what was seen, or on another's log.
const ABOUT_A_LOG: [&str; 6] = [
    "When \"tell after 3500 say needle\" is run in speaker",
    "And \"tell after 1500 say marker\" is run in speaker",
    "Then speaker should not log at least 1 lines with \"needle\" throughout 6s",
    "And speaker should log at least 1 lines with \"marker\" within 1s",
    "And speaker should log at most 0 lines with \"marker\" within 1s",
    "And speaker-1 should not log at least 1 lines with \"needle\" throughout 1s",
];

/// What becomes of these Thens where something happens to the reader of speaker's log, which asks for it in a line with these texts.
fn about_a_log(happens: impl FnOnce(&Behind, &[&str]), first: &str, gap: &str) {
    with_images();
    let run = watched("solo", &ABOUT_A_LOG, "speaker");
    let log = format!("/containers/{}/logs?", run.container("speaker").unwrap());
    happens(&run, &[&log, "follow=true"]);
    expect(&ended(run), &[first, "held", "violated", "held"], gap);
}

const NOT_READ: &str = "of the log of speaker not all was read: ";

fn a_log_that_breaks_off_judges_only_by_what_was_read() {
    about_a_log(|run, reader| run.proxy.break_off(reader), "inconclusive", NOT_READ);
}

fn a_log_that_ends_before_its_service_judges_only_by_what_was_read() {
    about_a_log(
        |run, reader| run.proxy.finish(reader),
        "inconclusive",
        &format!("{NOT_READ}it ended, and its container did not"),
    );
}

fn a_reader_that_catches_up_has_seen_it() {
    let catches_up = |run: &Behind, reader: &[&str]| {
        run.proxy.hold(reader);
        // The last line is asked for when a Then is over: by then it has not read what decides.
        let last_line = [reader[0], "tail=1"];
        let before = run.proxy.asked(&last_line);
        assert!(until(WITHIN, || (run.proxy.asked(&last_line) > before).then_some(())).is_some(), "nobody asked for it");
        run.proxy.release();
    };
    about_a_log(catches_up, "violated", "");
}

fn a_reader_that_does_not_catch_up_is_a_gap() {
    with_images();
    let run = watched("solo", &ABOUT_A_LOG[..3], "speaker");
    run.proxy.hold(&[&format!("/containers/{}/logs?", run.container("speaker").unwrap()), "follow=true"]);
    expect(&ended(run), &["inconclusive"], &format!("{NOT_READ}its reader is"));
}

fn a_command_whose_stream_ends_judges_only_by_what_it_had_told() {
    with_images();
    let lists = [
        "When \"tell after 1500 say marker\" is run in registry",
        "Then lb-1 should list at most 2 instances of web throughout 4s",
        "And lb-1 should list exactly 2 instances of web within 4s",
    ];
    let run = watched("lists", &lists, "registry");
    run.proxy.break_off(&["POST", "/exec/", "/start"]);
    // It is read again by the second Then.
    expect(&ended(run), &["inconclusive", "held"], "its reader ended");
    let load = [
        "When alice sends 20/s to http://app/ok",
        "And bob opens http://app/page/plain",
        "And carol opens http://app/hang in passing",
        "And \"tell after 1500 say marker\" is run in app",
        "Then the error rate of alice should be below 1% throughout 4s",
        "And bob should not be sent to app-1 throughout 1s",
        "And carol should not be answered 200 by app at app throughout 1s",
        "And bob should be answered 200 by app at app within 1s",
    ];
    let run = watched("web", &load, "app");
    run.proxy.break_off(&["POST", "/exec/", "/start"]);
    expect(&ended(run), &["inconclusive", "inconclusive", "inconclusive", "held"], "not all was read: ");
}

fn a_sampler_that_dies_judges_nothing() {
    with_images();
    let steps = [
        "When alice sends 20/s to http://app/ok",
        "And bob asks for http://app/ok every 100ms",
        "And \"tell after 1500 say marker\" is run in app",
        "Then the error rate of alice should be below 1% throughout 4s",
        "And the error rate of bob should be below 1% throughout 1s",
        "And app should log at least 1 requests for app/ok within 1s",
    ];
    let run = watched("web", &steps, "app");
    let visitor = run.container("visitor").unwrap();
    // Enough answers of each that a rate says something.
    let answered = || (run.log("app").matches("/ok").count() > 60).then_some(());
    assert!(until(WITHIN, answered).is_some(), "the app was not asked");
    let listed = docker(&["top", &visitor, "-eo", "pid,args"]);
    let samplers: Vec<&str> = listed
        .lines()
        .filter(|line| line.contains("relapse-agent load") || line.contains("relapse-agent poll"))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(samplers.len(), 2, "{listed}");
    let killed = Command::new("kill").arg("-9").args(&samplers).status().unwrap();
    assert!(killed.success(), "this test ends processes of its own lab, and has to be let");
    let thens = ended(run);
    expect(&thens, &["inconclusive", "inconclusive", "held"], "");
    for (then, user) in thens.iter().zip(["alice", "bob"]) {
        assert!(then.seen.contains(&format!("of the requests of {user} not all was read: ")), "whose: {then:#?}");
    }
}
