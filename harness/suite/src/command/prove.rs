//! `relapse prove`: the red-proof. A gate is red if, with every factor as on the day, the lab was steady, nothing was inconclusive and
//! at least one Then was violated. A gate that is not red protects from nothing.

use std::path::PathBuf;

use clap::Args;
use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use super::play::{Files, play};
use super::{Shared, session};
use crate::exit::{Exit, Failure};
use crate::report::json;
use crate::report::terminal::{Terminal, heading};
use crate::runner::Job;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    files: Files,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, scripts) = session::scripts(root, &options.shared, Some("@gate"))?;
    options.files.check()?;
    let mut jobs = Vec::new();
    for script in scripts {
        let topology = project
            .topology(&script.lab, &Levels::new())
            .map_err(|error| Failure::usage(format!("{}: {error}", script.place())))?;
        let choice = Choice { scenario: script.levels.clone(), forced: topology.levels(), ..Choice::default() };
        jobs.push(Job { script, choice });
    }
    let terminal = Terminal::new();
    terminal.line("every factor as on the day: each gate should be violated\n");
    let played = play(&project, &options.shared, &jobs, &terminal, |job, told| {
        if told.outcome.verdict == Verdict::Inconclusive {
            terminal.scenario(job, told);
        }
        terminal.line(&heading(&job.script));
        terminal.line(&format!("  {}", sentence(&told.outcome)));
        for text in never_violated(&told.outcome) {
            terminal.line(&format!("    held as well: {text}"));
        }
    })?;
    let outcomes = played.outcomes();
    let gates: Vec<json::Gate> = outcomes
        .iter()
        .map(|outcome| json::Gate {
            feature: &outcome.feature,
            line: outcome.line,
            name: &outcome.name,
            red: red(outcome),
            never_violated: never_violated(outcome),
            outcome,
        })
        .collect();
    let reds = gates.iter().filter(|gate| gate.red).count();
    let not_run = played.not_run();
    let left = if not_run.is_empty() { String::new() } else { format!(", {} not run", not_run.len()) };
    terminal.line(&format!("\n{reds} of {} gates are red{left}", jobs.len()));
    played.tell("prove", &options.files, |outcome| Some(sentence(outcome)), |outcome| !red(outcome));
    if let Some(path) = &options.shared.json {
        let not_run = not_run.into_iter().map(json::NotRun::of).collect();
        json::write(path, &json::Prove { gates, not_run });
    }
    if played.session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    // Violated is what a gate should be here; gravest first, a gate that held comes before one that cannot be judged.
    let not_red = || outcomes.iter().filter(|outcome| !red(outcome));
    Ok(match (not_red().count(), not_red().any(|outcome| outcome.verdict == Verdict::Held)) {
        (0, _) => Exit::Held,
        (_, true) => Exit::Violated,
        (_, false) => Exit::Inconclusive,
    })
}

/// Steady, nothing inconclusive, at least one Then violated.
fn red(outcome: &Outcome) -> bool {
    outcome.trouble.is_none()
        && outcome.thens.iter().all(|then| then.verdict != Verdict::Inconclusive)
        && outcome.thens.iter().any(|then| then.verdict == Verdict::Violated)
}

fn never_violated(outcome: &Outcome) -> Vec<&str> {
    outcome.thens.iter().filter(|then| then.verdict != Verdict::Violated).map(|then| then.text.as_str()).collect()
}

fn sentence(outcome: &Outcome) -> String {
    match (red(outcome), outcome.first_violated(), outcome.verdict) {
        (true, Some(then), _) => format!("red: violated: {} ({})", then.text, then.seen),
        (_, _, Verdict::Held) => "NOT RED: it holds with every factor as on the day, so it protects from nothing".into(),
        _ => "NOT RED: it could not be judged".into(),
    }
}
