//! What tells of a lab breaks off while a Then is watched: a log is cut or ends, its reader lags, a command's stream ends, a sampler dies. The
//! Then that rests on not having seen is inconclusive, and names the gap; what was seen judges as ever.
//! `cargo test -p relapse --test gaps -- --ignored` adds a reader that does not catch up, for half a minute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod common;

use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use common::proxy::Proxy;
use common::{Project, Then, docker, has_engine, thens, until, with_images};

/// The lab is raised, and its steps are done, within this.
const WITHIN: Duration = Duration::from_secs(90);

/// A run of one scenario on an engine behind a proxy, whose Thens are being watched.
struct Watched {
    proxy: Proxy,
    child: Child,
    project: Project,
}

impl Watched {
    /// Of `steps`. `says` says `marker` while the first Then is watched: this returns then.
    fn begin(topology: &str, steps: &[&str], says: &str) -> Self {
        let project = Project::of_verdicts();
        let steps: String = steps.iter().map(|step| format!("    {step}\n")).collect();
        project.write("features/gap.feature", &format!("Feature: f\n\n  Scenario: s\n    Given the {topology} lab\n{steps}"));
        let proxy = Proxy::start();
        let mut command = project.relapse();
        command.args(["run", "features/gap.feature", "--json", "run.json"]).env("DOCKER_HOST", proxy.host());
        let log = std::fs::File::create(project.path().join("said")).unwrap();
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut watched = Self { proxy, child, project };
        let said = until(WITHIN, || {
            let ended = watched.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended before its Thens:\n{}", watched.project.read("said"));
            let container = watched.container(says)?;
            docker(&["logs", &container]).contains("marker").then_some(())
        });
        assert!(said.is_some(), "{says} said nothing within {WITHIN:?}");
        watched
    }

    /// The container of a service.
    fn container(&self, service: &str) -> Option<String> {
        let pid = format!("label=relapse.pid={}", self.child.id());
        let service = format!("label=relapse.service={service}");
        let found = docker(&["ps", "--no-trunc", "--quiet", "--filter", &pid, "--filter", &service]);
        found.lines().next().map(ToOwned::to_owned)
    }

    /// The request by which the log of a service is followed.
    fn log(&self, service: &str) -> String {
        format!("/containers/{}/logs?", self.container(service).unwrap())
    }

    /// The Thens, once it has ended.
    fn ended(mut self) -> Vec<Then> {
        self.child.wait().unwrap();
        let json: PathBuf = self.project.path().join("run.json");
        thens(&json).0
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Where an assertion failed before it has ended: its reaper removes its lab.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Fails unless the Thens have these verdicts; and those that are inconclusive say this.
fn expect(thens: &[Then], verdicts: &[&str], gap: &str) {
    let got: Vec<&str> = thens.iter().map(|then| then.verdict.as_str()).collect();
    assert_eq!(got, verdicts, "{thens:#?}");
    for then in thens.iter().filter(|then| then.verdict == "inconclusive") {
        assert!(then.seen.contains(gap), "it should name the gap, `{gap}`: {then:#?}");
    }
}

fn ready() -> bool {
    let is_there = has_engine("gaps");
    if is_there {
        with_images();
    }
    is_there
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

#[test]
fn a_log_that_breaks_off_judges_only_by_what_was_read() {
    if !ready() {
        return;
    }
    let watched = Watched::begin("solo", &ABOUT_A_LOG, "speaker");
    watched.proxy.break_off(&[&watched.log("speaker"), "follow=true"]);
    expect(&watched.ended(), &["inconclusive", "held", "violated", "held"], "the log of speaker was not read to the end");
}

#[test]
fn a_log_that_ends_before_its_service_judges_only_by_what_was_read() {
    if !ready() {
        return;
    }
    let watched = Watched::begin("solo", &ABOUT_A_LOG, "speaker");
    watched.proxy.finish(&[&watched.log("speaker"), "follow=true"]);
    expect(&watched.ended(), &["inconclusive", "held", "violated", "held"], "the log of speaker was not read to the end");
}

#[test]
fn a_reader_that_catches_up_has_seen_it() {
    if !ready() {
        return;
    }
    let watched = Watched::begin("solo", &ABOUT_A_LOG, "speaker");
    watched.proxy.hold(&[&watched.log("speaker"), "follow=true"]);
    // The Then is over by then.
    std::thread::sleep(Duration::from_secs(8));
    watched.proxy.release();
    expect(&watched.ended(), &["violated", "held", "violated", "held"], "");
}

#[test]
#[ignore = "takes half a minute: so long is waited for a reader"]
fn a_reader_that_does_not_catch_up_is_a_gap() {
    if !ready() {
        return;
    }
    let watched = Watched::begin("solo", &ABOUT_A_LOG[..3], "speaker");
    watched.proxy.hold(&[&watched.log("speaker"), "follow=true"]);
    expect(&watched.ended(), &["inconclusive"], "the log of speaker was not read to the end: its reader is");
}

#[test]
fn a_command_whose_stream_ends_judges_only_by_what_it_had_told() {
    if !ready() {
        return;
    }
    let lists = [
        "When \"tell after 1500 say marker\" is run in registry",
        "Then lb-1 should list at most 2 instances of web throughout 4s",
        "And lb-1 should list exactly 2 instances of web within 4s",
    ];
    let watched = Watched::begin("lists", &lists, "registry");
    watched.proxy.break_off(&["POST", "/exec/", "/start"]);
    // It is read again by the second Then.
    expect(&watched.ended(), &["inconclusive", "held"], "its reader ended");
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
    let watched = Watched::begin("web", &load, "app");
    watched.proxy.break_off(&["POST", "/exec/", "/start"]);
    expect(&watched.ended(), &["inconclusive", "inconclusive", "inconclusive", "held"], "");
}

#[test]
fn a_sampler_that_dies_judges_nothing() {
    if !ready() {
        return;
    }
    let steps = [
        "When alice sends 20/s to http://app/ok",
        "And bob asks for http://app/ok every 100ms",
        "And \"tell after 1500 say marker\" is run in app",
        "Then the error rate of alice should be below 1% throughout 4s",
        "And the error rate of bob should be below 1% throughout 1s",
        "And app should log at least 1 requests for app/ok within 1s",
    ];
    let watched = Watched::begin("web", &steps, "app");
    let visitor = watched.container("visitor").unwrap();
    // Enough answers that a rate says something.
    std::thread::sleep(Duration::from_secs(1));
    let listed = docker(&["top", &visitor, "-eo", "pid,args"]);
    let samplers: Vec<&str> = listed
        .lines()
        .filter(|line| line.contains("relapse-parts load") || line.contains("relapse-parts poll"))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(samplers.len(), 2, "{listed}");
    let killed = std::process::Command::new("kill").arg("-9").args(&samplers).status().unwrap();
    assert!(killed.success(), "this test ends processes of its own lab, and has to be let");
    let thens = watched.ended();
    expect(&thens, &["inconclusive", "inconclusive", "held"], "");
    for (then, user) in thens.iter().zip(["alice", "bob"]) {
        assert!(then.seen.contains(user), "whose: {then:#?}");
    }
}
