//! `relapse prove`: the red-proof. A gate is red if, with every factor as on the day, the lab was steady, nothing was inconclusive and its
//! last Then, which is its outcome, was violated. A gate that is not red protects from nothing. An incident that happens with demand alone
//! is none either: its gates would be red whatever was done.

use std::path::PathBuf;

use clap::Args;

use super::play::play;
use super::{Shared, session};
use crate::analysis::Proving;
use crate::exit::{Exit, Failure};
use crate::report::console::Each;
use crate::report::outputs::Outputs;
use crate::report::terminal::Terminal;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Runs every gate so many times: it has to be red each time.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    #[command(flatten)]
    outputs: Outputs,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, gates) = session::scripts(root, &options.shared, Some("@gate"))?;
    let terminal = Terminal::new();
    let reporters = session::reporters(&project, options.outputs, &terminal, Each::Line)?;
    let proving = Proving::new(&project, gates, usize::from(options.repeat))?;
    terminal.line("every factor as on the day: each gate's last Then should be violated\n");
    let ended = play(&project, &options.shared, &proving.jobs, &reporters)?;
    let proofs = proving.results(&ended.outcomes);
    ended.conclude("prove", &proving.jobs, Some(&proofs), &reporters);
    Ok(match (proofs.is_refuted(), proofs.is_judged()) {
        _ if ended.interrupted => Exit::Interrupted,
        // Gravest first: what was seen to be wrong comes before what cannot be judged.
        (true, _) => Exit::Violated,
        (false, false) => Exit::Inconclusive,
        (false, true) => Exit::Held,
    })
}
