//! `relapse run`: scenarios at the levels that they name, or that `--set` does.

use std::path::PathBuf;

use clap::Args;
use relapse_model::levels::Choice;
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use super::play::play;
use super::shard::{Shard, Timings};
use super::{Shared, session};
use crate::exit::{Exit, Failure};
use crate::report::console::Each;
use crate::report::outputs::Outputs;
use crate::report::terminal::Terminal;
use crate::runner::Job;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    outputs: Outputs,
    /// A factor's level, over the scenario's own: `factor=level`. Where the factor stands for a file, anyone's own file is a level too:
    /// `nginx_conf=./my/nginx.conf`.
    #[arg(long, value_name = "FACTOR=LEVEL", value_parser = super::assignment)]
    set: Vec<(String, String)>,
    /// Runs every scenario so many times.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    repeat: u16,
    /// Runs only this share of the scenarios, for example `2/5`; shares take equally long by the timings of earlier runs.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// How long scenarios took: read for --shard, written without it. In the project's target/relapse/timings.json if not said.
    #[arg(long, value_name = "FILE")]
    timings: Option<PathBuf>,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, scripts) = session::scripts(root, &options.shared, None)?;
    let terminal = Terminal::new();
    let reporters = session::reporters(&project, options.outputs, &terminal, Each::Whole)?;
    let mut timings = Timings::read(&project, options.timings)?;
    let scripts = match options.shard {
        Some(shard) => {
            let all = scripts.len();
            let share = shard.of(scripts, &timings);
            if share.is_empty() {
                terminal
                    .line(&format!("shard {shard}: none of the {all} scenarios is in it: there are more shards than scenarios"));
                return Ok(Exit::Held);
            }
            share
        }
        None => scripts,
    };
    let set = super::levels(options.set)?;
    let jobs: Vec<Job> = (0..options.repeat)
        .flat_map(|_| &scripts)
        .map(|script| {
            let choice = Choice { scenario: script.levels.clone(), set: set.clone(), ..Choice::default() };
            Job { script: script.clone(), choice }
        })
        .collect();
    let ended = play(&project, &options.shared, &jobs, &reporters)?;
    ended.conclude("run", &jobs, None, &reporters);
    let outcomes: Vec<&Outcome> = ended.outcomes.iter().flatten().collect();
    if options.shard.is_none() {
        timings.write(&outcomes);
    }
    let verdict = Verdict::gravest(outcomes.iter().map(|outcome| outcome.verdict)).unwrap_or(Verdict::Inconclusive);
    Ok(if ended.interrupted { Exit::Interrupted } else { Exit::of(verdict) })
}
