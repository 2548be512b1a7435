//! The engine goes away in the midst of a run: a proxy on its socket is cut. What is judged then is nothing, and what is left is told, and
//! removed once the engine is back. `cargo test -p relapse --test engine_away -- --ignored` takes most of a minute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod common;

use std::process::{Child, Stdio};
use std::time::Duration;

use common::proxy::Proxy;
use common::{Project, Said, docker, has_engine, labelled, run, small, until, with_images};

/// The lab is raised within this time, and what is left of a dead run goes within this time.
const WITHIN: Duration = Duration::from_secs(30);

/// A run whose engine is behind a proxy, in the midst of a step that would hold or be violated.
struct Away {
    proxy: Proxy,
    child: Option<Child>,
    label: String,
    _project: Project,
}

impl Away {
    /// Cut while `then` is watched.
    fn cut(then: &str) -> Self {
        let project = small("goodbye", "@control", "goodbye");
        let feature = project.read("features/small.feature");
        let head = feature.split("    Then").next().unwrap().to_owned();
        project.write("features/small.feature", &format!("{head}    Then {then}\n"));
        let proxy = Proxy::start();
        let mut command = project.relapse();
        command.args(["run", "features/small.feature"]).env("DOCKER_HOST", proxy.host());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let label = format!("relapse.pid={}", child.id());
        let away = Self { proxy, child: Some(child), label, _project: project };
        let filter = format!("label={}", away.label);
        // The part says it last: the lab is raised then, and the next step is the Then.
        let ready = until(WITHIN, || {
            let container = docker(&["ps", "--quiet", "--filter", &filter]);
            (!container.is_empty() && docker(&["logs", &container]).contains("goodbye")).then_some(())
        });
        assert!(ready.is_some(), "the lab was not raised within {WITHIN:?}");
        away.proxy.cut();
        away
    }

    fn ended(&mut self) -> Said {
        let child = self.child.take().unwrap();
        let (pid, began) = (child.id(), std::time::Instant::now());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Said { pid, code: output.status.code(), stdout, stderr, seconds: began.elapsed().as_secs_f64() }
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        // Whatever failed: the run's reaper removes what is there once it reaches the engine; what it does not remove, we do.
        self.proxy.mend();
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        if until(WITHIN, || labelled(&self.label).is_empty().then_some(())).is_none() {
            let left = run(common::relapse().args(["leaks", "--remove"]));
            println!("the reaper left something: {}", left.all());
        }
    }
}

#[test]
fn away_for_a_while_is_inconclusive_and_leaves_nothing() {
    if !has_engine("engine away") {
        return;
    }
    with_images();
    // A Then that holds unless something is seen: with the engine gone, nothing is.
    let mut away = Away::cut("speaker should not be exited throughout 6s");
    std::thread::sleep(Duration::from_secs(2));
    away.proxy.mend();
    let said = away.ended();
    said.expect(3, &["features/small.feature:6: ", &away.proxy.host(), "went away in mid-run", "1 inconclusive"]);
    assert!(!said.all().contains("was not removed"), "the engine was back:\n{}", said.all());
    assert_eq!(labelled(&away.label), Vec::<String>::new());
}

#[test]
#[ignore = "takes most of a minute: an engine that does not come back"]
fn away_for_good_is_told_with_what_is_left_and_the_reaper_goes_on() {
    if !has_engine("engine away") {
        return;
    }
    with_images();
    // A Then that is violated unless something is seen.
    let mut away = Away::cut("speaker should be exited within 6s");
    let said = away.ended();
    let words = ["went away in mid-run", "the lab was not removed", "did not say what is left of run r-", "label=relapse.run=r-"];
    said.expect(3, &words).expect(3, &["relapse leaks --remove", "1 inconclusive"]);
    assert!(said.seconds < 50.0, "it took {:.0} s", said.seconds);
    println!("{:.1} s  until a run ends whose engine is gone for good", said.seconds);
    assert!(!labelled(&away.label).is_empty(), "the engine itself was never away: this test is to see something left");
    away.proxy.mend();
    let gone = until(WITHIN, || labelled(&away.label).is_empty().then_some(()));
    assert!(gone.is_some(), "left by the reaper: {:?}", labelled(&away.label));
}
