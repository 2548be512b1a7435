//! Engines that refuse: too old, without disk, without an image, without addresses. A fake one says what a real one says then, so these
//! tests need no Docker.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common;
use crate::common::fake::FakeEngine;
use crate::common::{Said, run, small};

relapse_testing::tests! {
    one_that_is_too_old_is_told_with_what_is_needed,
    a_build_without_disk_is_told_with_what_frees_some,
    a_build_that_fails_is_told_with_its_step_and_the_end_of_its_log,
    an_image_that_can_neither_be_pulled_nor_made_is_told_with_both_reasons,
    a_run_keeps_its_exit_code_where_a_file_cannot_be_written,
    an_engine_whose_answer_never_ends_is_told,
    addresses_that_are_all_taken_are_told_with_what_frees_some,
}

/// What an engine answers that has every image, builds whatever it is given, and has no containers; `None` where it has no say.
fn usual(method: &str, path: &str) -> (u16, String) {
    let body = match (method, path.split('?').next().unwrap_or_default()) {
        (_, "/_ping") => "OK",
        (_, "/version") => r#"{"ApiVersion":"1.41","MinAPIVersion":"1.12","Version":"20.10.24"}"#,
        (_, "/containers/json" | "/networks") => "[]",
        (_, "/volumes") => r#"{"Volumes":[],"Warnings":[]}"#,
        ("GET", image) if image.starts_with("/images/") => r#"{"Id":"sha256:1"}"#,
        ("POST", "/build") => r#"{"stream":"Successfully built 1\n"}"#,
        _ => return (404, format!(r#"{{"message":"nothing is known of {method} {path}"}}"#)),
    };
    (200, body.to_owned())
}

/// Runs a small scenario on an engine that answers as `other` does, and as usual where that says nothing.
fn run_on(other: impl Fn(&str, &str) -> Option<(u16, String)> + Send + Sync + 'static) -> Said {
    let engine = FakeEngine::start(move |method, path| other(method, path).unwrap_or_else(|| usual(method, path)));
    let cache = tempfile::tempdir().unwrap();
    let project = small("goodbye", "@control", "goodbye");
    let mut command = project.relapse();
    command.args(["run", "features/small.feature"]).env("DOCKER_HOST", engine.host());
    // Nothing on this machine makes images. An agent is named, since cargo would want its rustc; this engine takes anything for one.
    let agent = cache.path().join("agent");
    fs::write(&agent, "an agent").unwrap();
    command.env("PATH", cache.path()).env("XDG_CACHE_HOME", cache.path()).env("RELAPSE_AGENT_BINARY", agent);
    run(&mut command)
}

/// A build of the runtime's image that tells this and ends with an error.
fn failing_build(method: &str, path: &str, log: &[&str], error: &str) -> Option<(u16, String)> {
    if method != "POST" || !path.starts_with("/build?") || !path.contains("relapse-runtime") {
        return None;
    }
    let said = log.iter().map(|line| serde_json::json!({ "stream": format!("{line}\n") }).to_string());
    let error = serde_json::json!({ "errorDetail": { "message": error }, "error": error }).to_string();
    Some((200, said.chain([error]).collect::<Vec<_>>().join("\n")))
}

fn one_that_is_too_old_is_told_with_what_is_needed() {
    let old = r#"{"ApiVersion":"1.40","MinAPIVersion":"1.12","Version":"19.03.15"}"#;
    let said = run_on(move |_, path| (path == "/version").then(|| (200, old.to_owned())));
    said.expect(4, &["speaks API 1.40", "at least 1.41", "Docker 20.10", "DOCKER_HOST"]);
}

fn a_build_without_disk_is_told_with_what_frees_some() {
    // As the engine says it, and as a command does of which the engine tells the exit code only.
    let own = "Error processing tar file(exit status 1): write /usr/bin/python3.11: no space left on device";
    let exit = "The command '/bin/sh -c apt-get install' returned a non-zero code: 100";
    let command = "cannot copy extracted data for './usr/bin/python3.11': No space left on device";
    for (log, error) in [("Get:1 python3", own), (command, exit)] {
        let said = run_on(move |method, path| failing_build(method, path, &["Step 2/3 : RUN apt-get install", log], error));
        said.expect(3, &[error, "docker system df", "relapse images --remove", "Step 2/3 : RUN apt-get install", log]);
    }
}

fn a_build_that_fails_is_told_with_its_step_and_the_end_of_its_log() {
    let lines: Vec<String> = (1..=30).map(|line| format!("line {line} of 30\u{1b}[2J")).collect();
    let said = run_on(move |method, path| {
        let mut log = vec!["Step 1/3 : FROM debian:bookworm-slim", "Step 2/3 : RUN make"];
        log.extend(lines.iter().map(String::as_str));
        failing_build(method, path, &log, "The command '/bin/sh -c make' returned a non-zero code: 2")
    });
    let file = "docker/runtime/Dockerfile";
    said.expect(
        3,
        &["relapse-runtime", file, "returned a non-zero code: 2", "at `Step 2/3 : RUN make`", "line 11 of 30", "line 30 of 30"],
    );
    assert!(!said.all().contains("line 10 of 30"), "more than the end of the log:\n{}", said.all());
    assert!(!said.all().contains("docker system df"), "advice about a disk that is not full:\n{}", said.all());
    assert!(!said.all().contains('\x1b'), "a build's log reaches the terminal as it is:\n{:?}", said.all());
}

fn an_image_that_can_neither_be_pulled_nor_made_is_told_with_both_reasons() {
    let no_registry = "Get \\\"https://registry-1.docker.io/v2/\\\": dial tcp: lookup registry-1.docker.io: no such host";
    let said = run_on(move |method, path| match method {
        "GET" if path.starts_with("/images/debian") => Some((404, r#"{"message":"No such image"}"#.to_owned())),
        "POST" if path.starts_with("/images/create") => Some((500, format!(r#"{{"message":"{no_registry}"}}"#))),
        _ => None,
    });
    said.expect(3, &["debian:bookworm-slim", "no such host", "mmdebstrap", "not on PATH", "docker load"]);
}

fn a_run_keeps_its_exit_code_where_a_file_cannot_be_written() {
    let engine = FakeEngine::start(|method, path| match (method, path) {
        ("POST", path) if path.starts_with("/networks/create") => (500, r#"{"message":"not today"}"#.to_owned()),
        _ => usual(method, path),
    });
    let project = small("goodbye", "@control", "goodbye");
    std::os::unix::fs::symlink("/dev/full", project.path().join("full")).unwrap();
    let mut command = project.relapse();
    command.args(["run", "features/small.feature", "--json", "full", "--junit", "out.xml", "--report", "report"]);
    let said = run(command.env("DOCKER_HOST", engine.host()));
    said.expect(3, &["not today", "--json full: No space left on device"]);
    assert!(project.read("out.xml").contains("not today") && project.read("report/index.html").contains("not today"));
}

fn an_engine_whose_answer_never_ends_is_told() {
    let engine = FakeEngine::start(|method, path| {
        if path.starts_with("/containers/json") {
            std::thread::sleep(std::time::Duration::from_secs(90));
        }
        usual(method, path)
    });
    let said = run(common::relapse().arg("leaks").env("DOCKER_HOST", engine.host()));
    said.expect(4, &["its answer had no end within 20 s"]);
}

fn addresses_that_are_all_taken_are_told_with_what_frees_some() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    let said = run_on(move |method, path| {
        (method == "POST" && path.starts_with("/networks/create")).then(|| {
            counted.fetch_add(1, Ordering::Relaxed);
            (403, r#"{"message":"Pool overlaps with other one on this address space"}"#.to_owned())
        })
    });
    said.expect(
        3,
        &[
            "features/small.feature:5: ",
            "no free subnet among 10.64.0.0/16 to 10.191.0.0/16 after 128 tries",
            "Pool overlaps",
            "relapse leaks --remove",
            "docker network prune",
        ],
    );
    assert_eq!(tries.load(Ordering::Relaxed), 128, "each subnet is tried once");
    assert!(!said.all().contains("is not gone"), "nothing was made:\n{}", said.all());
}
