//! `relapse why`: which contributing factors the incident needed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use relapse_model::ablation::{Effect, Seen};

use super::Shared;
use super::session::{self, Session};
use crate::analysis::{DemandAlone, Findings, Planned, Study, the_why};
use crate::exit::{Exit, Failure};
use crate::report::conclusion::Conclusion;
use crate::report::console::Each;
use crate::report::outputs::Outputs;
use crate::report::terminal::{Terminal, heading};
use crate::report::why as report;
use crate::script::Script;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Runs every level so many times.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    /// Begins no further run after this time (30s, 10m); what is missing then is printed as not run.
    #[arg(long, value_parser = duration)]
    budget: Option<Duration>,
    /// Only these factors; all others stay as on the day.
    #[arg(long = "factor", value_name = "NAME")]
    factors: Vec<String>,
    /// Does not search the smallest sets.
    #[arg(long)]
    no_sets: bool,
    /// Shows what would be run, and runs nothing.
    #[arg(long)]
    dry: bool,
    #[command(flatten)]
    outputs: Outputs,
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    relapse_model::expect::deadline::milliseconds(text).map(Duration::from_millis)
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let began = Instant::now();
    let (project, scripts) = session::scripts(root, &options.shared, None)?;
    let script = the_why(scripts).map_err(Failure::usage)?;
    let repeats = usize::from(options.repeat);
    let planned = Planned::new(&project, script, &options.factors, !options.no_sets, options.shared.at_once())?;
    let terminal = Terminal::new();
    let outputs = if options.dry { Outputs::default() } else { options.outputs };
    let reporters = session::reporters(&project, outputs, &terminal, Each::Nothing)?;
    terminal.line(&format!("why  {}", heading(&planned.script)));
    terminal.line(&report::planned(&planned, repeats, options.dry));
    if options.dry {
        return Ok(Exit::Held);
    }
    let session = Session::begin(&project, &options.shared, &planned.jobs())?.for_the_last_then();
    let until = options.budget.map(|budget| Instant::now() + budget);
    let mut study = Study::new(session.bench(options.shared.at_once(), options.repeat, until, &reporters), &planned);
    let day = study.day();
    if day.effect.happened() != Some(true) {
        return nothing_to_explain(&session, study, &planned.script, &day);
    }
    let demand_alone = study.demand_alone();
    // What its gates are red by needs no trigger: at which levels it happens would explain nothing.
    let explains = !matches!(demand_alone, DemandAlone::Happens(..));
    let contradictions = if explains { study.explore_and_ask_gates() } else { Vec::new() };
    let findings = Findings {
        scenario: planned.script.clone(),
        triggers: planned.triggers(),
        demand_alone,
        table: study.table.clone(),
        plan: planned.plan.clone(),
        contradictions,
        runs: study.experiment.runs,
        resumed: study.experiment.resumed,
        seconds: began.elapsed().as_secs_f64(),
    };
    reporters.conclude(&Conclusion::Why(&findings));
    if session.interrupted() {
        terminal.line("interrupted: the same command takes up here");
        return Ok(Exit::Interrupted);
    }
    let whole = study.asked_all;
    if whole {
        study.finish();
    } else {
        terminal.line("the budget ended before every level was run: the table is not whole; the same command takes up here");
    }
    Ok(exit(&findings, whole))
}

/// What the base was, if it was not what is to be explained.
fn nothing_to_explain(session: &Session, study: Study<'_>, script: &Script, day: &Seen) -> Result<Exit, Failure> {
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let place = script.place();
    if day.effect == Effect::NotRun {
        let message = format!("{place}: the budget ended before it was run as on the day; the same command takes up here");
        return Err(Failure::inconclusive(message));
    }
    // The next call asks anew: what happens now and then may happen then.
    study.finish();
    Err(Failure::inconclusive(format!(
        "{place}: with every factor as on the day it happened in {} of {} runs: there is nothing to explain\n  {}",
        day.occurred,
        day.of,
        day.instead.as_deref().unwrap_or_default()
    )))
}

/// Gravest first: an incident that needs no trigger or a project that contradicts itself, then what could not be judged.
fn exit(findings: &Findings, whole: bool) -> Exit {
    let judged = findings.table.cells.values().all(|seen| !matches!(seen.effect, Effect::Inconclusive(_)));
    let sets = findings.sets().cut.is_none() || !findings.plan.sets;
    let known = !matches!(findings.demand_alone, DemandAlone::Unknown(_));
    let explains = !matches!(findings.demand_alone, DemandAlone::Happens(..));
    match explains && findings.contradictions.is_empty() {
        false => Exit::Violated,
        true if whole && judged && sets && known => Exit::Held,
        true => Exit::Inconclusive,
    }
}
