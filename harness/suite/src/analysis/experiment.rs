//! Many runs of scenarios at chosen levels: side by side, within a budget, and taken up again where they were interrupted.

use std::collections::BTreeMap;
use std::time::Instant;

use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::Outcome;
use tokio::runtime::Handle;

use super::kept::{Kept, Key, key};
use crate::runner::{Event, Job, Runner, run_all};
use crate::script::Script;

/// Where experiments are run, and who sees how they go.
#[derive(Clone, Copy)]
pub(crate) struct Bench<'a> {
    pub(crate) runner: &'a Runner,
    pub(crate) runtime: &'a Handle,
    /// How many runs go side by side.
    pub(crate) at_once: usize,
    /// How often each is run.
    pub(crate) repeats: usize,
    /// No further run begins then.
    pub(crate) until: Option<Instant>,
    pub(crate) listener: &'a dyn Listener,
}

/// Who is told how it goes.
pub(crate) trait Listener {
    /// What happens with the job of that number.
    fn hear(&self, index: usize, job: &Job, event: &Event);
    /// What is to be said meanwhile, in a line for people.
    fn note(&self, text: &str);
}

impl Bench<'_> {
    /// Whether Ctrl-C was pressed.
    pub(crate) fn interrupted(&self) -> bool {
        *self.runner.cancelled.borrow()
    }

    /// Whether nothing more is to be run: Ctrl-C was pressed, or the budget is used up.
    pub(super) fn stopped(&self) -> bool {
        self.interrupted() || self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// Scenarios under experiment.
pub(crate) struct Experiment<'a> {
    bench: Bench<'a>,
    known: BTreeMap<Key, Vec<Outcome>>,
    kept: Kept,
    /// How many runs were made now, and how many an earlier, interrupted command had made.
    pub(crate) runs: usize,
    pub(crate) resumed: usize,
}

impl<'a> Experiment<'a> {
    /// Takes up what an interrupted command left, if nothing it depended on has changed since. `about` are all scenarios that may be run.
    pub(crate) fn new(bench: Bench<'a>, about: &[&Script]) -> Self {
        let Runner { project, patience, .. } = bench.runner;
        let kept = Kept::of(project, *patience, about, bench.repeats);
        let known = kept.read();
        let resumed = known.values().map(Vec::len).sum();
        Self { bench, known, kept, runs: 0, resumed }
    }

    /// Runs what is not known yet of these, and tells of each run. What the budget or Ctrl-C cut off stays unknown.
    pub(crate) fn run(&mut self, wanted: &[Job], mut told: impl FnMut(&Job, &Outcome)) {
        let missing = |job: &Job| self.bench.repeats.saturating_sub(self.known.get(&key(job)).map_or(0, Vec::len));
        let jobs: Vec<Job> = wanted.iter().flat_map(|job| std::iter::repeat_n(job, missing(job))).cloned().collect();
        let Bench { runner, runtime, at_once, until, listener, .. } = self.bench;
        let stop = move || until.is_some_and(|until| Instant::now() >= until);
        let (known, kept, runs) = (&mut self.known, &self.kept, &mut self.runs);
        run_all(runner, runtime, &jobs, at_once, stop, |index, job, event| {
            listener.hear(index, job, event);
            let Event::Ended(result) = event else { return };
            *runs += 1;
            // A run that was interrupted says nothing about its levels.
            if *runner.cancelled.borrow() {
                return;
            }
            let outcome = result.outcome.clone();
            told(job, &outcome);
            let key = key(job);
            kept.note(&key, &outcome);
            known.entry(key).or_default().push(outcome);
        });
    }

    /// What came of a job; fewer than asked for where the budget ended.
    pub(crate) fn outcomes(&self, job: &Job) -> Vec<&Outcome> {
        self.known.get(&key(job)).map(|outcomes| outcomes.iter().take(self.bench.repeats).collect()).unwrap_or_default()
    }

    /// Forgets what was kept for taking up: the experiment is whole, or has to begin anew.
    pub(crate) fn finish(self) {
        self.kept.forget();
    }
}

/// A scenario at these levels, over its own.
pub(crate) fn job(script: &Script, levels: &Levels) -> Job {
    let choice = Choice { scenario: script.levels.clone(), forced: levels.clone(), ..Choice::default() };
    Job { script: script.clone(), choice }
}
