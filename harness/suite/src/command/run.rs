//! `relapse run`: scenarios at the levels that they name, or that `--set` does.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use relapse_model::levels::{Choice, Levels};
use relapse_model::verdict::Verdict;

use super::{Shared, session};
use crate::exit::{Exit, Failure};
use crate::report::json;
use crate::report::terminal::Terminal;
use crate::runner::{Job, run_all};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// A factor's level, over the scenario's own: `factor=level`. Where the factor stands for a file, anyone's own file is a level too:
    /// `nginx_conf=./my/nginx.conf`.
    #[arg(long, value_name = "FACTOR=LEVEL", value_parser = super::assignment)]
    set: Vec<(String, String)>,
    /// Runs every scenario so many times.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    repeat: u16,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, scripts) = session::scripts(root, &options.shared, None)?;
    let set: Levels = options.set.into_iter().collect();
    let jobs: Vec<Job> = (0..options.repeat)
        .flat_map(|_| &scripts)
        .map(|script| {
            let choice = Choice { scenario: script.levels.clone(), set: set.clone(), ..Choice::default() };
            Job { script: script.clone(), choice }
        })
        .collect();
    let session = session::Session::begin(&project, &options.shared, &jobs)?;
    let began = Instant::now();
    let terminal = Terminal::new();
    let at_once = options.shared.at_once();
    let results = run_all(
        &session.runner,
        session.runtime.handle(),
        &jobs,
        at_once,
        || false,
        |index, told| {
            if let Some(job) = jobs.get(index) {
                terminal.scenario(&job.script, told);
            }
        },
    );
    let outcomes: Vec<_> = results.iter().flatten().map(|told| &told.outcome).collect();
    let count = |verdict: Verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let (held, violated, inconclusive) = (count(Verdict::Held), count(Verdict::Violated), count(Verdict::Inconclusive));
    let seconds = began.elapsed().as_secs_f64();
    terminal.line(&format!("{held} held, {violated} violated, {inconclusive} inconclusive, in {seconds:.1} s"));
    // The closing line that test runners' readers know.
    terminal.line(&format!("{held} passed, {} failed", violated + inconclusive));
    let verdict = Verdict::gravest(outcomes.iter().map(|outcome| outcome.verdict)).unwrap_or(Verdict::Inconclusive);
    if let Some(path) = &options.shared.json {
        let run = relapse_lab::label::RunId::new().to_string();
        json::write(path, &json::Run { run, verdict, seconds, scenarios: outcomes })?;
    }
    Ok(if session.interrupted() { Exit::Interrupted } else { Exit::of(verdict) })
}
