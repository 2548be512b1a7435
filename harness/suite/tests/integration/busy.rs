//! On a machine that others use, a deadline lasts until the time is over that they did not take. What is really missed is violated all the same.

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use crate::common::{Project, run, with_images};
use serde_json::Value;

relapse_testing::tests! {
    #[alone] what_others_take_of_a_deadline_does_not_count_and_what_is_missed_is_violated,
    #[alone] #[ignore = "takes most of a minute: writers keep the disk busy"] nor_does_what_they_take_of_a_disk,
}

/// Others' work: so many loops on each processor, each in a session of its own: the kernel shares the time between sessions. They end by
/// themselves, whatever becomes of this test.
const LOOPS: usize = 3;
const MOST_SECONDS: &str = "90";

/// How long the lab's own work takes while nobody else works, about.
const WORK: Duration = Duration::from_millis(1_500);

struct Others(Vec<Child>);

impl Others {
    /// Two that write past all caches, each a file of its own in that folder.
    fn writing(folder: &Path) -> Self {
        let one = |name: &str| {
            let writes = format!("while :; do dd if=/dev/zero of={name} bs=1M count=256 oflag=direct; done");
            let mut command = Command::new("timeout");
            command.args([MOST_SECONDS, "setsid", "sh", "-c", &writes]).current_dir(folder);
            command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        Self(["one", "two"].map(one).into())
    }

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

/// A topology of one service, which does some work and then says so, with a volume at /data; and a scenario that awaits that.
fn scenario(project: &Project, work: &str, then: &str) {
    project.write(
        "fixtures/busy/compose.yaml",
        &format!(
            "services:\n  worker:\n    image: relapse-runtime\n    build: ../../docker/runtime\n    networks: [net]\n    \
             volumes: [\"data:/data\"]\n    command: [sh, -c, \"{work}; echo done; exec sleep 600\"]\n\
             volumes: {{ data: {{}} }}\nnetworks: {{ net: {{}} }}\n"
        ),
    );
    let text = format!("Feature: f\n\n  @control\n  Scenario: s\n    Given the busy lab\n    Then {then}\n");
    project.write("features/busy.feature", &text);
}

/// By how much the deadline of the only Then was longer, in seconds; and how long it was watched.
fn played(project: &Project, code: i32, says: &str) -> (f64, f64) {
    run(project.relapse().args(["run", "features/busy.feature", "--json", "told.json"])).expect(code, &[says]);
    let told: Value = serde_json::from_str(&project.read("told.json")).unwrap();
    let then = &told["scenarios"][0]["thens"][0];
    (then["longer_seconds"].as_f64().unwrap(), then["watched_seconds"].as_f64().unwrap())
}

fn nor_does_what_they_take_of_a_disk() {
    with_images();
    let project = Project::copy();
    let work = |count: u32| format!("dd if=/dev/zero of=/data/x bs=4k count={count} oflag=dsync");
    let done = |seconds: u32| format!("worker should log exactly 1 lines with \"done\" within {seconds}s");
    // As much as takes about a second while nobody else writes.
    const TRIED: u32 = 4_000;
    scenario(&project, &work(TRIED), &done(60));
    let (_, seconds) = played(&project, 0, "1 held");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let count = (f64::from(TRIED) / seconds.max(0.1)).min(20_000.0) as u32;
    scenario(&project, &work(count), &done(3));

    let folder = tempfile::tempdir_in("/var/tmp").unwrap();
    let others = Others::writing(folder.path());
    let (longer, _) = played(&project, 0, "1 held");
    drop(others);
    assert!(longer > 0.0, "it was done in time, so nothing is shown");
}

fn what_others_take_of_a_deadline_does_not_count_and_what_is_missed_is_violated() {
    with_images();
    let project = Project::copy();
    let work = counting(times()).replace('$', "$$");
    let _others = Others::begin();
    scenario(&project, &work, "worker should log exactly 1 lines with \"done\" within 2s");
    let (longer, _) = played(&project, 0, "1 held");
    assert!(longer > 0.0, "it was done in time, so nothing is shown");
    scenario(&project, &work, "worker should log exactly 1 lines with \"never\" within 3s");
    played(&project, 1, "s longer, since others used the machine), then violated");
}
