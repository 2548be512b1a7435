//! On a machine that others use, a deadline lasts until the time is over that they did not take. What is really missed is violated all the same.

use std::num::NonZeroUsize;
use std::process::{Child, Command, Stdio};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use crate::common::{Project, run, with_images};
use serde_json::Value;

relapse_testing::tests! {
    #[alone] what_others_take_of_a_deadline_does_not_count_and_what_is_missed_is_violated,
}

/// Others' work: so many loops on each processor, each in a session of its own: the kernel shares the time between sessions. They end by
/// themselves, whatever becomes of this test.
const LOOPS: usize = 3;
const MOST_SECONDS: &str = "90";

/// How long the lab's own work takes while nobody else works, about.
const WORK: Duration = Duration::from_millis(1_500);

struct Others(Vec<Child>);

impl Others {
    fn begin() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let one = || {
            let mut command = Command::new("timeout");
            command.args([MOST_SECONDS, "setsid", "sh", "-c", "while :; do :; done"]).stdin(Stdio::null()).spawn().unwrap()
        };
        Self((0..processors * LOOPS).map(|_| one()).collect())
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // `timeout` hands SIGTERM on.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// The work, so often.
fn counting(times: u64) -> String {
    format!("i=0; while [ $i -lt {times} ]; do i=$((i+1)); done")
}

/// How often it is done in [`WORK`], on this machine and now.
fn times() -> u64 {
    const TRIED: u64 = 300_000;
    let began = Instant::now();
    assert!(Command::new("sh").args(["-c", &counting(TRIED)]).status().unwrap().success());
    let times = WORK.as_secs_f64() / began.elapsed().as_secs_f64() * 300_000.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let times = times as u64;
    times
}

fn what_others_take_of_a_deadline_does_not_count_and_what_is_missed_is_violated() {
    with_images();
    let project = Project::copy();
    let work = counting(times()).replace('$', "$$");
    project.write(
        "fixtures/busy/compose.yaml",
        &format!(
            "services:\n  worker:\n    image: relapse-runtime\n    build: ../../docker/runtime\n    networks: [net]\n    \
             command: [sh, -c, \"{work}; echo done; exec sleep 600\"]\nnetworks: {{ net: {{}} }}\n"
        ),
    );
    let feature = |then: &str| format!("Feature: f\n\n  @control\n  Scenario: s\n    Given the busy lab\n    Then {then}\n");
    project.write("features/done.feature", &feature("worker should log exactly 1 lines with \"done\" within 2s"));
    project.write("features/missed.feature", &feature("worker should log exactly 1 lines with \"never\" within 3s"));

    let _others = Others::begin();
    run(project.relapse().args(["run", "features/done.feature", "--json", "done.json"])).expect(0, &["1 held"]);
    let done: Value = serde_json::from_str(&project.read("done.json")).unwrap();
    let longer = done["scenarios"][0]["thens"][0]["longer_seconds"].as_f64().unwrap();
    assert!(longer > 0.0, "it was done in time, so nothing is shown: {done}");
    run(project.relapse().args(["run", "features/missed.feature"]))
        .expect(1, &["1 violated", "seen      0 of", "s longer, since others used the machine), then violated"]);
}
