//! `relapse prove`: the red-proof. A gate is red if, with every factor as on the day, the lab was steady, nothing was inconclusive and its
//! last Then, which is its outcome, was violated. A gate that is not red protects from nothing. An incident that happens with demand alone
//! is none either: its gates would be red whatever was done.

use std::path::PathBuf;

use clap::Args;
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use super::play::{Files, play};
use super::{Shared, session};
use crate::analysis::Proving;
use crate::exit::{Exit, Failure};
use crate::report::json;
use crate::report::terminal::{Terminal, heading};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Runs every gate so many times: it has to be red each time.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    #[command(flatten)]
    files: Files,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, gates) = session::scripts(root, &options.shared, Some("@gate"))?;
    options.files.check()?;
    let count = gates.len();
    let proving = Proving::new(&project, gates, usize::from(options.repeat))?;
    let terminal = Terminal::new();
    terminal.line("every factor as on the day: each gate's last Then should be violated\n");
    let played = play(&project, &options.shared, &proving.jobs, &terminal, |job, told| {
        if told.outcome.verdict == Verdict::Inconclusive {
            terminal.scenario(job, told);
        }
        terminal.line(&format!("  {:7.1} s  {}: {}", told.outcome.seconds, told.outcome.verdict, job.script.place()));
    })?;
    let outcomes: Vec<Option<&Outcome>> = played.each().map(|told| told.map(|told| &told.outcome)).collect();
    let proofs = proving.results(&outcomes);
    terminal.line("");
    for (script, proof) in &proofs.gates {
        terminal.line(&heading(script));
        for line in proof.lines() {
            terminal.line(&format!("  {line}"));
        }
    }
    for (script, alone) in &proofs.incidents {
        terminal.line(&format!("{}\n  {}", heading(script), alone.sentence()));
    }
    let not_run = played.not_run();
    let left = if not_run.is_empty() { String::new() } else { format!(", {} not run", not_run.len()) };
    terminal.line(&format!("\n{} of {count} gates are red by their last Then{left}", proofs.reds()));
    let wrong = |outcome: &Outcome| proofs.of(outcome).is_some_and(|(_, wrong)| wrong);
    played.tell("prove", &options.files, |outcome| proofs.of(outcome).map(|(said, _)| said), wrong);
    if let Some(path) = &options.shared.json {
        json::write(path, &json::Prove::of(&proofs, not_run));
    }
    Ok(match (proofs.is_refuted(), proofs.is_judged()) {
        _ if played.session.interrupted() => Exit::Interrupted,
        // Gravest first: what was seen to be wrong comes before what cannot be judged.
        (true, _) => Exit::Violated,
        (false, false) => Exit::Inconclusive,
        (false, true) => Exit::Held,
    })
}
