//! Where documents go, and what becomes of an exit code when nobody reads them.

use std::process::Stdio;

use crate::common::{Project, run};

relapse_testing::tests! {
    a_document_goes_where_its_path_leads_and_nothing_else_is_in_it,
    a_reader_that_goes_away_or_has_no_room_changes_no_exit_code,
}

/// No engine is asked for anything.
const NOWHERE: &str = "unix:///nowhere/docker.sock";

fn a_document_goes_where_its_path_leads_and_nothing_else_is_in_it() {
    let project = Project::copy();
    let lint = |json: &str| run(project.relapse().args(["lint", "features/trap", "--json", json]));
    // Devices stand behind links: what is wrong here must not cost the machine its own.
    for device in ["stdout", "null", "full", "fd"] {
        std::os::unix::fs::symlink(format!("/dev/{device}"), project.path().join(device)).unwrap();
    }
    for stdout in ["-", "stdout", "fd/1"] {
        let said = lint(stdout);
        said.expect(0, &["0 findings"]);
        let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{stdout}: {error}"));
        assert_eq!(document["findings"], serde_json::json!([]));
    }
    assert!(!project.path().join("-").exists());
    std::os::unix::fs::symlink("real.json", project.path().join("link.json")).unwrap();
    lint("link.json").expect(0, &["0 findings"]);
    assert!(project.path().join("link.json").is_symlink() && project.read("real.json").contains("findings"));
    lint("null").expect(0, &["0 findings"]);
    assert!(project.path().join("null").is_symlink() && project.path().join("stdout").is_symlink());
    // What cannot be written is said, and changes nothing else.
    lint("full").expect(0, &["0 findings", "--json full: No space left on device"]);
    let mut both = project.relapse();
    run(both.args(["run", "--json", "-", "--junit", "-"]).env("DOCKER_HOST", NOWHERE))
        .expect(2, &["--junit -", "document of --json"]);
}

fn a_reader_that_goes_away_or_has_no_room_changes_no_exit_code() {
    let project = Project::copy();
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let gone = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    let missing = ["lint", "features/none.feature"].as_slice();
    for (arguments, code) in [(["steps"].as_slice(), 0), (&["lint"], 0), (missing, 2), (&["--help"], 0)] {
        let mut command = project.relapse();
        let closed = command.args(arguments).stdout(gone()).stderr(gone()).status().unwrap();
        assert_eq!(closed.code(), Some(code), "{arguments:?}");
        let mut command = project.relapse();
        let output = command.args(arguments).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
        assert_eq!(
            said.matches("standard output: No space left").count(),
            usize::from(code == 0 && arguments != ["--help"]),
            "{said}"
        );
    }
}
