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

use super::session::{self, Session};
use super::shard::Timings;
use super::{Log, Shared};
use crate::exit::{Exit, Failure, engine_is_required};
use crate::report::github::Github;
use crate::report::outputs::markdown;
use crate::report::terminal::{Terminal, plain};
use crate::report::{output, summary};
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
    ExitCode::from(super::told(run(std::env::args().collect())).code())
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
    let terminal = Terminal::new();
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
    let github = Github::here(&project.root);
    if let Some(github) = &github {
        github.quiet(&terminal);
    }
    let playing = Arc::new(Playing { session, terminal, aloud: asked.aloud(), alone: RwLock::new(()), ended: Mutex::default() });
    let began = Instant::now();
    let trials = jobs.iter().enumerate().map(|(index, job)| {
        let (playing, own) = (playing.clone(), job.clone());
        asked.trial(job, move || playing.play(index, &own))
    });
    let has_failed = asked.run(trials.collect());
    let ended = playing.ended.lock().unwrap_or_else(PoisonError::into_inner);
    let outcomes: Vec<&Outcome> = ended.iter().map(|(_, outcome)| outcome).collect();
    let begun: Vec<String> = ended.iter().map(|(place, _)| place.clone()).collect();
    let not_run: Vec<&Job> = chosen.iter().filter(|job| !begun.contains(&job.script.place())).collect();
    let mut lines = summary::lines(&outcomes, &not_run, began.elapsed().as_secs_f64());
    // libtest has its own closing line.
    lines.pop();
    lines.iter().for_each(|line| playing.terminal.line(line));
    if let Some(github) = &github {
        let wrong = outcomes.iter().copied().filter(|outcome| outcome.verdict != Verdict::Held);
        github.annotate(&playing.terminal, wrong, |_| None);
        github.summary(&markdown::table("test", &outcomes, |_| None));
    }
    Timings::read(&project, None)?.write(&outcomes);
    let verdict = Verdict::gravest(outcomes.iter().map(|outcome| outcome.verdict)).unwrap_or(Verdict::Inconclusive);
    Ok(match (playing.session.interrupted(), Exit::of(verdict)) {
        (true, _) => Exit::Interrupted,
        // A trial that panicked has no outcome.
        (false, Exit::Held) if has_failed => Exit::Defect,
        (false, exit) => exit,
    })
}

/// What all trials share.
struct Playing {
    session: Session,
    terminal: Terminal,
    /// Every scenario is told as it ends, not only what did not hold.
    aloud: bool,
    /// Two labs under load slow each other down: who is alone writes.
    alone: RwLock<()>,
    /// Place and outcome of each scenario that was played.
    ended: Mutex<Vec<(String, Outcome)>>,
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
        let progress = |event: &Event| self.terminal.progress(index, job, event);
        progress(&Event::Began);
        let told = self.session.runtime.block_on(self.session.runner.run(&job.script, &job.choice, |event| progress(&event)));
        let (verdict, outcome) = (told.outcome.verdict, told.outcome.clone());
        let said = plain(job, &told);
        if self.aloud {
            self.terminal.line(&said.join("\n"));
        }
        progress(&Event::Ended(Box::new(told)));
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).push((job.script.place(), outcome));
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
