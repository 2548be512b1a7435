//! Labs that do not come up, and scenarios that do not hold: what is told of them, with its exit code and the author's place.

use crate::common::{Project, labelled, run, small, with_images};

relapse_testing::tests! {
    #[engine] a_part_that_never_becomes_ready_is_told_with_its_status_and_its_log,
    #[engine] a_violated_scenario_shows_what_was_expected_and_seen,
    #[engine] a_gate_is_red_or_prove_fails,
    #[engine] #[ignore = "takes a minute: `mutations` shows the same of each link"] the_gates_of_the_first_incident_are_red,
    #[engine] a_part_that_dies_while_it_starts_is_told_with_its_code_and_its_log,
    #[engine] two_runs_at_once_where_nothing_can_be_kept_hold_both,
}

fn a_part_that_never_becomes_ready_is_told_with_its_status_and_its_log() {
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
            " s; awaited: ",
            "the end of its log",
            "goodbye",
        ],
    );
    assert!(!said.all().contains('\x1b'), "a service's log reaches the terminal as it is:\n{:?}", said.all());
    assert_eq!(labelled(&format!("relapse.pid={}", said.pid)), Vec::<String>::new());
}

fn a_violated_scenario_shows_what_was_expected_and_seen() {
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

fn a_gate_is_red_or_prove_fails() {
    with_images();
    // As on the day the service says hello: the first gate sees the difference, the second one does not look.
    let red = small("o", "@gate", "goodbye");
    run(red.relapse().args(["prove", "features/small.feature"]))
        .expect(0, &["red 1 of 1, by a mechanism: ", "1 of 1 gates are red"]);
    let blind = small("o", "@gate", "o");
    run(blind.relapse().args(["prove", "features/small.feature"])).expect(1, &["NOT RED", "0 of 1 gates are red"]);
}

fn the_gates_of_the_first_incident_are_red() {
    with_images();
    let project = Project::copy();
    let gate = project.scenario("A deployer that waits for an answer does not publish a dead bot");
    let said = run(project.relapse().args(["prove", &gate]));
    said.expect(0, &["red 1 of 1, by what users get: to-hutohu should not be in a redirect loop", "No step of it is a trigger"]);
}

fn a_part_that_dies_while_it_starts_is_told_with_its_code_and_its_log() {
    with_images();
    let project = small("this is never said", "@control", "goodbye");
    project.replace("fixtures/small/compose.yaml", "exec sleep 600", "exit 3");
    let said = run(project.relapse().args(["run", "features/small.feature"]));
    said.expect(
        3,
        &["features/small.feature:5: ", "speaker (relapse-runtime) did not become ready", "it exited with code 3", "goodbye"],
    );
    assert!(said.seconds < 20.0, "a dead service is not waited for: {:.1} s", said.seconds);
    assert_eq!(labelled(&format!("relapse.pid={}", said.pid)), Vec::<String>::new());
}

fn two_runs_at_once_where_nothing_can_be_kept_hold_both() {
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
