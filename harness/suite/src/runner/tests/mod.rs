//! The runner without Docker: what becomes of scenarios, whatever their steps, their labs and people do meanwhile.

mod fake;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use relapse_model::levels::Choice;
use tokio::sync::{Barrier, watch};

use super::*;
use fake::{FakeSite, collection};

/// Thens of the vocabulary that a fake lab holds, and violates.
const HOLDS: &str = "Then app should be running within 1s";
const IS_VIOLATED: &str = "Then app should not be running within 1s";

/// A project with one topology, and a runner for it.
struct Bench {
    _folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    runner: Runner,
    site: Arc<FakeSite>,
    cancel: watch::Sender<bool>,
}

fn bench(site: FakeSite) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("features")).unwrap();
    std::fs::create_dir_all(folder.path().join("fixtures/shop")).unwrap();
    std::fs::write(folder.path().join("fixtures/shop/compose.yaml"), "services: { app: { image: shop } }\n").unwrap();
    // Ctrl-C may come from the site itself.
    let cancel = site.cancels.clone().unwrap_or_else(|| watch::Sender::new(false));
    let site = Arc::new(site);
    let runner = Runner {
        site: Arc::new(site.clone()),
        steps: Steps { all: Arc::new(collection()), ..Steps::default() },
        images: relapse_lab::images::ImageIds::default(),
        project: Project::find(Some(folder.path().to_owned())).unwrap(),
        patience: 1.0,
        keep: Keep::Never,
        quiet: relapse_lab::quiet::Quiet::unasked(),
        cancelled: cancel.subscribe(),
    };
    Bench { runtime: tokio::runtime::Runtime::new().unwrap(), _folder: folder, runner, site, cancel }
}

impl Bench {
    /// What became of these, `at_once` side by side.
    fn play(&self, jobs: &[Job], at_once: usize, hear: impl FnMut(usize, &Job, &Event)) -> Vec<Option<Outcome>> {
        run_all(&self.runner, self.runtime.handle(), jobs, at_once, || false, hear)
    }

    /// The same of one after the other, of which all end.
    fn outcomes(&self, jobs: &[Job]) -> Vec<Outcome> {
        self.play(jobs, 1, |_, _, _| {}).into_iter().flatten().collect()
    }

    fn log(&self) -> Vec<String> {
        self.site.log.lock().unwrap().clone()
    }
}

/// A scenario of a lab and these steps.
fn job(name: &str, steps: &[&str]) -> Job {
    let text = format!("Feature: f\n  Scenario: {name}\n    Given the shop lab\n    {}\n", steps.join("\n    "));
    let feature = gherkin::Feature::parse(text, gherkin::GherkinEnv::default()).unwrap();
    let script = Script {
        feature: "features/f.feature".into(),
        source: "".into(),
        line: 2,
        last_line: 3 + steps.len(),
        name: name.into(),
        tags: Vec::new(),
        steps: feature.scenarios[0].steps.clone(),
        lab: "shop".into(),
        levels: Levels::new(),
    };
    Job { script, choice: Choice::default() }
}

fn trouble(outcome: &Outcome) -> &str {
    outcome.trouble.as_ref().map_or("", |trouble| trouble.what.as_str())
}

fn names(outcomes: &[Option<Outcome>]) -> Vec<Option<&str>> {
    outcomes.iter().map(|outcome| outcome.as_ref().map(|outcome| outcome.name.as_str())).collect()
}

#[test]
fn a_step_that_panics_is_the_trouble_of_its_own_scenario() {
    let bench = bench(FakeSite::default());
    let outcomes = bench.outcomes(&[job("a", &[HOLDS, "When it panics", HOLDS]), job("b", &[HOLDS])]);
    assert_eq!((outcomes[0].verdict, outcomes[0].thens.len()), (Verdict::Inconclusive, 1), "nothing after it means anything");
    assert!(trouble(&outcomes[0]).starts_with("the step panicked") && trouble(&outcomes[0]).ends_with("out of cups"));
    assert_eq!(outcomes[0].trouble.as_ref().unwrap().line, Some(5));
    assert_eq!(outcomes[1].verdict, Verdict::Held);
    assert_eq!(bench.log(), ["raised a", "lowered a", "raised b", "lowered b"]);
}

#[test]
fn a_step_past_its_deadline_is_broken_off() {
    let mut bench = bench(FakeSite::default());
    bench.runner.steps.longest = Duration::from_millis(300);
    bench.runner.steps.beside = Duration::ZERO;
    let outcomes = bench.outcomes(&[job("a", &[IS_VIOLATED, "When it never ends"]), job("b", &[HOLDS])]);
    assert!(trouble(&outcomes[0]).starts_with("the step took longer than"), "{}", trouble(&outcomes[0]));
    assert_eq!(outcomes[0].verdict, Verdict::Violated, "what was seen to be wrong stays wrong");
    assert_eq!(outcomes[1].verdict, Verdict::Held);
    assert_eq!(bench.log(), ["raised a", "lowered a", "raised b", "lowered b"]);
}

#[test]
fn who_asks_for_the_last_then_awaits_no_other_once_one_is_violated_and_nothing_more_is_done() {
    let mut bench = bench(FakeSite::default());
    let steps = [IS_VIOLATED, IS_VIOLATED, "When it is done", HOLDS, IS_VIOLATED, HOLDS, IS_VIOLATED];
    let verdicts = |bench: &Bench, steps: &[&str]| -> Vec<Verdict> {
        bench.outcomes(&[job("a", steps)])[0].thens.iter().map(|then| then.verdict).collect()
    };
    let [held, violated, unknown] = [Verdict::Held, Verdict::Violated, Verdict::Inconclusive];
    assert_eq!(verdicts(&bench, &steps), [violated, violated, held, violated, held, violated]);
    bench.runner = bench.runner.for_the_last_then();
    assert_eq!(verdicts(&bench, &steps), [violated, violated, held, unknown, held, violated], "the second is before a When");
    assert_eq!(verdicts(&bench, &["When it is done", IS_VIOLATED, HOLDS]), [violated, held], "none before it is violated");
}

#[test]
fn ctrl_c_before_a_job_begins_leaves_it_unbegun() {
    let bench = bench(FakeSite::default());
    bench.cancel.send_replace(true);
    let outcomes = bench.play(&[job("a", &[HOLDS])], 1, |_, _, event| panic!("{event:?}"));
    assert_eq!((names(&outcomes), bench.log().len()), (vec![None], 0));
}

#[test]
fn ctrl_c_in_a_step_ends_it_and_its_lab_is_lowered() {
    let bench = bench(FakeSite::default());
    let jobs = [job("a", &["When it never ends"]), job("b", &[HOLDS])];
    let outcomes = bench.play(&jobs, 1, |_, _, event| {
        if matches!(event, Event::Step { text, line: 4 } if text == "When it never ends") {
            bench.cancel.send_replace(true);
        }
    });
    assert_eq!(names(&outcomes), [Some("a"), None]);
    let a = outcomes[0].as_ref().unwrap();
    assert_eq!((a.verdict, trouble(a)), (Verdict::Inconclusive, "interrupted by Ctrl-C"));
    assert_eq!(bench.log(), ["raised a", "lowered a"]);
}

#[test]
fn ctrl_c_while_a_lab_is_lowered_changes_no_verdict_and_leaves_no_lab() {
    let bench = bench(FakeSite { cancels: Some(watch::Sender::new(false)), ..FakeSite::default() });
    let outcomes = bench.play(&[job("a", &[HOLDS]), job("b", &[HOLDS])], 1, |_, _, _| {});
    assert_eq!(names(&outcomes), [Some("a"), None]);
    let a = outcomes[0].as_ref().unwrap();
    assert_eq!((a.verdict, trouble(a)), (Verdict::Held, ""));
    assert_eq!(bench.log(), ["raised a", "lowered a"]);
}

#[test]
fn outcomes_come_in_the_order_of_the_jobs_and_serial_ones_are_played_alone_at_the_end() {
    let quick_has_ended = watch::Sender::new(false);
    let waits = Some(("slow", quick_has_ended.clone()));
    let bench = bench(FakeSite { together: Some(("pair", Barrier::new(2))), waits, ..FakeSite::default() });
    let alone = |name| {
        let mut job = job(name, &[HOLDS]);
        job.script.tags = vec![SERIAL.into()];
        job
    };
    let slow = job("slow of a pair", &[HOLDS]);
    let jobs = [alone("first"), slow, job("quick of a pair", &[HOLDS]), alone("last")];
    let mut ends = Vec::new();
    let mut begun: Vec<(usize, usize)> = Vec::new();
    let outcomes = bench.play(&jobs, 2, |index, _, event| match event {
        Event::Began => begun.push((index, ends.len())),
        Event::Ended(_) => {
            ends.push(index);
            quick_has_ended.send_replace(ends == [2]);
        }
        _ => {}
    });
    let names = names(&outcomes);
    assert_eq!(names, [Some("first"), Some("slow of a pair"), Some("quick of a pair"), Some("last")]);
    assert_eq!(ends, [2, 1, 0, 3], "the quick one was first");
    // Each with how many had ended by then.
    assert_eq!(begun[2..], [(0, 2), (3, 3)]);
    assert_eq!(bench.site.most.load(SeqCst), 2);
}

#[test]
fn a_serial_scenario_begins_once_others_leave_the_machine_alone() {
    let mut bench = bench(FakeSite::default());
    let proc = tempfile::tempdir().unwrap();
    let stat = proc.path().join("stat");
    let use_all = move |ticks: usize| std::fs::write(&stat, format!("cpu  {ticks} 0 0 0 0 0 0 0 0 0\n")).unwrap();
    use_all(0);
    bench.runner.quiet = relapse_lab::quiet::Quiet::at(proc.path());
    let mut serial = job("serial", &[HOLDS]);
    serial.script.tags = vec![SERIAL.into()];
    // They go on until somebody has said that he waits for them, or nobody did.
    let heard_of = Arc::new(AtomicBool::new(false));
    let until = heard_of.clone();
    let others = std::thread::spawn(move || {
        let mut tenths = 0;
        while !until.load(SeqCst) {
            std::thread::sleep(Duration::from_millis(100));
            tenths += 1;
            use_all(tenths * 10_000);
        }
    });
    let mut heard = Vec::new();
    bench.play(&[job("any", &[HOLDS]), serial], 1, |index, _, event| match event {
        Event::Noise(noise) => {
            heard.push(format!("{index}: {noise}"));
            heard_of.store(true, SeqCst);
        }
        Event::Began => heard.push(format!("{index} began")),
        _ => {}
    });
    heard_of.store(true, SeqCst);
    others.join().unwrap();
    let [any, noise, serial] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!([any, serial], ["0 began", "1 began"]);
    assert_eq!(noise, "1: others use 100 % of the processors; it waits until they use less than 25 %, for 300 s at most");
}

#[test]
fn a_lab_is_kept_as_was_asked() {
    for (keep, held, violated) in [(Keep::Never, false, false), (Keep::Failed, false, true), (Keep::Always, true, true)] {
        let mut bench = bench(FakeSite::default());
        bench.runner.keep = keep;
        let mut kept = Vec::new();
        bench.play(&[job("held", &[HOLDS]), job("violated", &[IS_VIOLATED])], 1, |_, _, event| {
            if let Event::Ended(told) = event {
                kept.push(told.kept.clone());
            }
        });
        let run = |name: &str, is: bool| is.then(|| format!("run of {name}"));
        assert_eq!(kept, [run("held", held), run("violated", violated)], "{keep:?}");
        let word = |is: bool| if is { "kept" } else { "lowered" };
        let expected = [
            "raised held".to_owned(),
            format!("{} held", word(held)),
            "raised violated".to_owned(),
            format!("{} violated", word(violated)),
        ];
        assert_eq!(bench.log(), expected, "{keep:?}");
    }
}

#[test]
fn a_lab_that_is_not_raised_is_trouble_and_one_that_stays_is_said_besides() {
    let refused = bench(FakeSite { refuses: Some("no room".into()), ..FakeSite::default() });
    let outcome = refused.outcomes(&[job("a", &[HOLDS])]).remove(0);
    assert_eq!((trouble(&outcome), outcome.thens.len()), ("the lab was not raised: no room", 0));
    assert!(refused.log().is_empty(), "there is nothing to lower");
    let left = bench(FakeSite { leaves: true, ..FakeSite::default() });
    let outcome = left.outcomes(&[job("a", &["When it panics"])]).remove(0);
    let said: Vec<&str> = trouble(&outcome).lines().collect();
    assert!(said[0].starts_with("the step panicked") && said[1].starts_with("the lab was not removed: "), "{said:?}");
}

#[test]
fn reporters_hear_every_step_and_every_verdict_in_order() {
    let bench = bench(FakeSite::default());
    let mut heard = Vec::new();
    bench.play(&[job("a", &[HOLDS, IS_VIOLATED])], 1, |_, _, event| {
        heard.push(match event {
            Event::Noise(noise) => noise.to_string(),
            Event::Began => "began".to_owned(),
            Event::Step { line, .. } => format!("step {line}"),
            Event::Judged(then) => format!("judged {} {}", then.line, then.verdict),
            Event::Ended(told) => format!("ended {} with {} records", told.outcome.verdict, told.timeline.entries().len()),
        });
    });
    let expected = ["began", "step 3", "step 4", "judged 4 held", "step 5", "judged 5 violated", "ended violated with 5 records"];
    assert_eq!(heard, expected);
}

#[test]
fn the_gravest_is_a_scenarios_verdict_also_where_trouble_ends_it() {
    let then = |verdict| ThenOutcome {
        text: String::new(),
        line: 1,
        verdict,
        seen: String::new(),
        watched_seconds: 0.0,
        is_final: false,
        longer_seconds: 0.0,
        at_ms: 0,
        reason: None,
    };
    let trouble = Trouble::of(&Missed::EngineLost { why: "the engine went away".into() }, false, None);
    for (thens, with, without) in [
        (vec![], Verdict::Inconclusive, Verdict::Inconclusive),
        (vec![Verdict::Held], Verdict::Inconclusive, Verdict::Held),
        (vec![Verdict::Violated, Verdict::Held], Verdict::Violated, Verdict::Violated),
        (vec![Verdict::Violated, Verdict::Inconclusive], Verdict::Violated, Verdict::Violated),
    ] {
        let thens: Vec<ThenOutcome> = thens.into_iter().map(then).collect();
        assert_eq!((verdict(&thens, Some(&trouble)), verdict(&thens, None)), (with, without));
    }
}
