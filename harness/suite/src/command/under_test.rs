//! The features under `cargo test`: each scenario is a test, with a name that filters and lists take, by libtest-mimic. What is played is
//! what `relapse run` plays.
//!
//! A scenario that was not played is never told as one that passed: without an engine all are *ignored*, with the reason, or, with
//! `RELAPSE_REQUIRE_ENGINE=1`, the test fails.

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use clap::Parser as _;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use relapse_model::levels::Choice;
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

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
    let (paths, rest) = paths(&project.root, asked);
    let mut arguments = match Arguments::try_parse_from(rest) {
        Ok(arguments) => arguments,
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
    by_name_alone(&mut arguments, &jobs);
    let chosen: Vec<Job> = jobs.iter().filter(|job| is_chosen(&arguments, job)).cloned().collect();
    if arguments.list || chosen.is_empty() {
        let _ = libtest_mimic::run(&arguments, jobs.iter().map(|job| trial(job, || Ok(Completion::Completed))).collect());
        return Ok(Exit::Held);
    }
    let terminal = Terminal::new();
    let session = match Session::begin(&project, &shared, &chosen) {
        Ok(session) => session,
        Err(Failure { exit: Exit::NoDocker, message }) if !engine_is_required() => {
            let why = message.lines().next().unwrap_or_default().to_owned();
            output::aside(&format!("features: {} scenarios are ignored, not run: {why}", chosen.len()));
            let ignored = |job| {
                let why = why.clone();
                trial(job, move || Ok(Completion::ignored_with(why)))
            };
            let _ = libtest_mimic::run(&arguments, jobs.iter().map(ignored).collect());
            return Ok(Exit::Held);
        }
        Err(failure) => return Err(failure),
    };
    let github = Github::here(&project.root);
    if let Some(github) = &github {
        github.quiet(&terminal);
    }
    let playing =
        Arc::new(Playing { session, terminal, aloud: arguments.nocapture, alone: RwLock::new(()), ended: Mutex::default() });
    let began = Instant::now();
    let trials = jobs.iter().enumerate().map(|(index, job)| {
        let (playing, own) = (playing.clone(), job.clone());
        trial(job, move || playing.play(index, &own))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
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
        (false, Exit::Held) if conclusion.has_failed() => Exit::Defect,
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

/// A scenario as a test.
fn trial(job: &Job, play: impl FnOnce() -> Result<Completion, Failed> + Send + 'static) -> Trial {
    Trial::ignorable_test(name(job), play).with_ignored_flag(job.script.is("nightly"))
}

/// Unique, and the same from run to run.
fn name(job: &Job) -> String {
    format!("{}: {}", job.script.place(), job.script.name)
}

fn is_chosen(arguments: &Arguments, job: &Job) -> bool {
    let test = trial(job, || Ok(Completion::Completed));
    !arguments.is_filtered_out(&test) && !arguments.is_ignored(&test)
}

/// `--exact` takes a scenario's name without its place as well, where only one is called so.
fn by_name_alone(arguments: &mut Arguments, jobs: &[Job]) {
    let Some(filter) = arguments.filter.as_mut().filter(|_| arguments.exact) else { return };
    let mut called = jobs.iter().filter(|job| job.script.name == *filter);
    if let (Some(one), None) = (called.next(), called.next()) {
        *filter = name(one);
    }
}

/// Those of the arguments that are paths, here or in the project, with or without a line; and the others.
fn paths(root: &Path, asked: Vec<String>) -> (Vec<String>, Vec<String>) {
    let is_path = |argument: &str| {
        let path = match argument.rsplit_once(':') {
            Some((path, line)) if line.parse::<usize>().is_ok() => path,
            _ => argument,
        };
        Path::new(path).exists() || root.join(path).exists()
    };
    let mut asked = asked.into_iter();
    let program = asked.next().unwrap_or_default();
    let (paths, rest): (Vec<String>, Vec<String>) = asked.partition(|word| !word.starts_with('-') && is_path(word));
    (paths, [vec![program], rest].concat())
}

fn patience() -> Result<f64, Failure> {
    match std::env::var("RELAPSE_PATIENCE") {
        Ok(text) => super::patience(&text).map_err(|why| Failure::usage(format!("RELAPSE_PATIENCE is `{text}`; it is {why}"))),
        Err(_) => Ok(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn jobs() -> Vec<Job> {
        let named = |line, name: &str, tag: &str| {
            let mut job = sample::job();
            (job.script.line, job.script.name, job.script.tags) = (line, name.into(), vec![tag.into()]);
            job
        };
        vec![named(3, "It holds", "gate"), named(9, "It holds not", "control"), named(12, "At size", "nightly")]
    }

    /// The lines of those that are played.
    fn played(words: &[&str]) -> Vec<usize> {
        let jobs = jobs();
        let mut arguments = Arguments::try_parse_from([&["test"], words].concat()).unwrap();
        by_name_alone(&mut arguments, &jobs);
        jobs.iter().filter(|job| is_chosen(&arguments, job)).map(|job| job.script.line).collect()
    }

    #[test]
    fn a_scenario_is_chosen_by_its_name_as_any_test_is() {
        assert_eq!(name(&jobs()[0]), "features/shop/outage.feature:3: It holds");
        assert_eq!(played(&[]), [3, 9], "what is tagged @nightly is ignored");
        assert_eq!(played(&["--ignored"]), [12]);
        assert_eq!(played(&["--include-ignored"]), [3, 9, 12]);
        assert_eq!(played(&["It holds"]), [3, 9]);
        assert_eq!(played(&["outage.feature:9"]), [9]);
        assert_eq!(played(&["--exact", "It holds"]), [3]);
        assert_eq!(played(&["--exact", "features/shop/outage.feature:9: It holds not"]), [9]);
        assert_eq!(played(&["--skip", "not"]), [3]);
        assert_eq!(played(&["nothing_of_ours"]), Vec::<usize>::new());
    }

    #[test]
    fn an_argument_that_is_a_path_of_the_project_is_no_filter() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("features")).unwrap();
        let asked = ["test", "features:12", "It holds", "--list", "features"].map(str::to_owned).to_vec();
        let (paths, rest) = paths(folder.path(), asked);
        assert_eq!(
            (paths, rest.join(" ")),
            (vec!["features:12".to_owned(), "features".to_owned()], "test It holds --list".to_owned())
        );
    }
}
