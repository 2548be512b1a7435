//! The features under `cargo test`: each scenario is a test, with a name that filters and lists take, by libtest-mimic. What is played is
//! what `relapse run` plays.
//!
//! A scenario that was not played is never told as one that passed: without an engine all are *ignored*, with the reason, or, with
//! `RELAPSE_REQUIRE_ENGINE=1`, the test fails.

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use libtest_mimic::{Completion, Failed};
use relapse_lab::engine::Engine;
use relapse_model::levels::Choice;
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;
use tokio::runtime::Runtime;

use super::play::Ended;
use super::session::{self, Session};
use super::shard::Timings;
use super::{Log, Shared};
use crate::analysis::Listener;
use crate::exit::{Exit, Failure, engine_is_required};
use crate::report::console::Each;
use crate::report::output;
use crate::report::outputs::Outputs;
use crate::report::reporter::Reporters;
use crate::report::terminal::{Terminal, plain};
use crate::runner::{Event, Job, Keep, SERIAL};
use crate::script::Project;

mod asked;

use asked::Asked;

/// The features of the project under `cargo test`: each scenario is a test called `FILE:LINE: NAME`. A filter, `--exact`, `--skip`, `--list`
/// and `--test-threads` mean what they mean to any test; those tagged `@nightly` are the ignored ones. An argument that is a path, or
/// `PATH:LINE`, chooses these features.
#[must_use]
pub fn test_main() -> ExitCode {
    relapse_lab::reaper::serve_if_asked();
    ExitCode::from(super::exit_of(run(std::env::args().collect())).code())
}

fn run(asked: Vec<String>) -> Result<Exit, Failure> {
    super::start_tracing(Log::Text);
    let project = Project::find(None).map_err(Failure::usage)?;
    let (paths, rest) = asked::paths(&project.root, asked);
    let mut asked = match Asked::read(rest) {
        Ok(asked) => asked,
        Err(error) => {
            let _ = error.print();
            return Ok(if error.use_stderr() { Exit::Usage } else { Exit::Held });
        }
    };
    let shared = Shared {
        paths,
        tags: None,
        jobs: None,
        keep: Keep::Never,
        patience: patience()?,
        allow_engine_socket: super::engine_socket_is_allowed(),
    };
    let (project, scripts) = session::scripts(None, &shared, None)?;
    let job = |script: &crate::script::Script| Job {
        script: script.clone(),
        choice: Choice { scenario: script.levels.clone(), ..Choice::default() },
    };
    let mut jobs: Vec<Job> = scripts.iter().map(job).collect();
    // These are run alone, at the end.
    jobs.sort_by_key(|job| job.script.is(SERIAL));
    asked.by_name_alone(&jobs);
    let chosen: Vec<Job> = jobs.iter().filter(|job| asked.chooses(job)).cloned().collect();
    if asked.is_list() || chosen.is_empty() {
        // Whoever reads the list runs what is not ignored in it.
        let all_ignored = asked.is_list() && !engine_is_required() && missing_engine();
        let trials = jobs.iter().map(|job| asked.trial(job, || Ok(Completion::Completed)));
        asked.run(trials.map(|trial| if all_ignored { trial.with_ignored_flag(true) } else { trial }).collect());
        return Ok(Exit::Held);
    }
    let session = match Session::begin(&project, &shared, &chosen) {
        Ok(session) => session,
        // nextest takes whatever ends well for a test that passed.
        Err(Failure { exit: Exit::NoDocker, message }) if !engine_is_required() && std::env::var_os("NEXTEST").is_none() => {
            let why = message.lines().next().unwrap_or_default();
            output::aside(&format!("features: {} scenarios are ignored, not run: {why}", chosen.len()));
            let ignored = |job| asked.trial(job, || Ok(Completion::ignored_with("needs an engine")));
            asked.run(jobs.iter().map(ignored).collect());
            return Ok(Exit::Held);
        }
        Err(failure) => return Err(failure),
    };
    let each = if asked.aloud() { Each::Whole } else { Each::Nothing };
    let reporters = session::reporters(&project, Outputs::default(), &Terminal::new(), each)?;
    reporters.begin(&chosen);
    let outcomes = Mutex::new(vec![None; jobs.len()]);
    let playing = Arc::new(Playing { session, reporters, alone: RwLock::new(()), outcomes });
    let began = Instant::now();
    let trials = jobs.iter().enumerate().map(|(index, job)| {
        let (playing, own) = (playing.clone(), job.clone());
        asked.trial(job, move || playing.play(index, &own))
    });
    let has_failed = asked.run(trials.collect());
    let outcomes = std::mem::take(&mut *playing.outcomes.lock().unwrap_or_else(PoisonError::into_inner));
    let outcomes = jobs.iter().zip(outcomes).filter(|(job, _)| asked.chooses(job)).map(|(_, outcome)| outcome).collect();
    let ended = Ended { outcomes, interrupted: playing.session.interrupted(), seconds: began.elapsed().as_secs_f64() };
    ended.conclude("test", &chosen, None, &playing.reporters);
    let outcomes: Vec<&Outcome> = ended.outcomes.iter().flatten().collect();
    Timings::read(&project, None)?.write(&outcomes);
    let verdict = Verdict::gravest(outcomes.iter().map(|outcome| outcome.verdict)).unwrap_or(Verdict::Inconclusive);
    Ok(match (ended.interrupted, Exit::of(verdict)) {
        (true, _) => Exit::Interrupted,
        // A trial that panicked has no outcome.
        (false, Exit::Held) if has_failed => Exit::Defect,
        (false, exit) => exit,
    })
}

/// What all trials share.
struct Playing {
    session: Session,
    reporters: Reporters,
    /// Two labs under load slow each other down: who is alone writes.
    alone: RwLock<()>,
    /// In the jobs' order; nothing of one that was not played.
    outcomes: Mutex<Vec<Option<Outcome>>>,
}

impl Playing {
    fn play(&self, index: usize, job: &Job) -> Result<Completion, Failed> {
        let (_alone, _among);
        if job.script.is(SERIAL) {
            _alone = self.alone.write().unwrap_or_else(PoisonError::into_inner);
        } else {
            _among = self.alone.read().unwrap_or_else(PoisonError::into_inner);
        }
        if self.session.interrupted() {
            return Ok(Completion::ignored_with("not run: interrupted by Ctrl-C"));
        }
        let hear = |event: &Event| self.reporters.hear(index, job, event);
        let ended = self.session.runtime.block_on(self.session.runner.run(&job.script, &job.choice, |event| hear(&event)));
        let (outcome, said) = (ended.outcome.clone(), plain(job, &ended));
        hear(&Event::Ended(Box::new(ended)));
        let verdict = outcome.verdict;
        if let Some(own) = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).get_mut(index) {
            *own = Some(outcome);
        }
        if verdict == Verdict::Held { Ok(Completion::Completed) } else { Err(said.join("\n").into()) }
    }
}

fn missing_engine() -> bool {
    Runtime::new().is_ok_and(|runtime| runtime.block_on(Engine::connect()).is_err())
}

fn patience() -> Result<f64, Failure> {
    match std::env::var("RELAPSE_PATIENCE") {
        Ok(text) => super::patience(&text).map_err(|why| Failure::usage(format!("RELAPSE_PATIENCE is `{text}`; it is {why}"))),
        Err(_) => Ok(1.0),
    }
}
