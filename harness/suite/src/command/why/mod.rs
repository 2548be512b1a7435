//! `relapse why`: which contributing factors the incident needed. `plan` says what is varied and which gates speak of it, `study` runs it.

mod plan;
mod study;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use relapse_model::ablation::{Cell, Effect, Seen, Sets, Table, sets};

use super::Shared;
use super::session::{self, Session};
use crate::exit::{Exit, Failure};
use crate::report::file::Document;
use crate::report::github::Github;
use crate::report::terminal::{Terminal, heading};
use crate::report::{html, json, why as report};
use crate::script::Script;
use plan::Planned;
use study::Study;

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
    /// Writes what people can paste in a postmortem.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Writes the tables as a report: one HTML file in this folder, which needs no network.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    relapse_model::expect::deadline::milliseconds(text).map(Duration::from_millis)
}

/// What `why` found.
pub(crate) struct Findings {
    pub(crate) scenario: Script,
    /// As on the day.
    pub(crate) day: Seen,
    /// What users do without what was done to the system.
    pub(crate) demand_alone: DemandAlone,
    pub(crate) table: Table,
    pub(crate) plan: relapse_model::ablation::Plan,
    /// What scenarios of the project say that contradicts the table, in words.
    pub(crate) contradictions: Vec<String>,
    pub(crate) runs: usize,
    pub(crate) resumed: usize,
    pub(crate) seconds: f64,
}

impl Findings {
    /// The smallest sets, and why they are not all, if they are not.
    pub(crate) fn sets(&self) -> Sets {
        sets(&self.table, &self.plan)
    }

    /// Each other level of each factor alone, with its cell.
    pub(crate) fn singles(&self) -> impl Iterator<Item = (&str, &str, Option<&Seen>)> {
        self.table.singles().into_iter().filter_map(|cell| {
            let (factor, level) = *Table::changed(&cell).first()?;
            Some((self.table.name(factor), self.table.level(factor, level), self.table.cells.get(&cell)))
        })
    }

    /// The combinations that gates name.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&Cell, Option<&Seen>)> {
        self.plan.named.iter().map(|cell| (cell, self.table.cells.get(cell)))
    }
}

/// Whether the incident happens with demand alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DemandAlone {
    /// There is no trigger but demand.
    NotAsked,
    /// It does not.
    DoesNotHappen,
    /// It does, so many times of so many.
    Happens(usize, usize),
    /// It could not be judged.
    Unknown(String),
}

impl DemandAlone {
    /// In words.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::NotAsked => "No step of it is a trigger, so whether demand alone is enough was not asked.".into(),
            Self::DoesNotHappen => "With demand alone, without its triggers, it does not happen.".into(),
            Self::Happens(occurred, of) => {
                format!("It happens with demand alone, {occurred} of {of} times: the trigger is not needed.")
            }
            Self::Unknown(why) => format!("Whether it happens with demand alone is not known: {why}."),
        }
    }
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let began = Instant::now();
    let (project, scripts) = session::scripts(root, &options.shared, None)?;
    let script = the_why(scripts)?;
    let repeats = usize::from(options.repeat);
    let planned = Planned::new(&project, script, &options.factors, !options.no_sets, options.shared.at_once())?;
    let terminal = Terminal::new();
    terminal.line(&format!("why  {}", heading(&planned.script)));
    terminal.line(&planned.told(repeats, options.dry));
    if options.dry {
        return Ok(Exit::Held);
    }
    options.report.as_deref().map_or(Ok(()), html::check)?;
    options.markdown.as_deref().map_or(Ok(()), |path| markdown(path).check())?;
    let session = Session::begin(&project, &options.shared, &planned.jobs(), &terminal)?;
    let until = options.budget.map(|budget| Instant::now() + budget);
    let mut study = Study::new(&session, &planned, repeats, options.shared.at_once(), until);
    let day = study.day();
    if day.effect.happened() != Some(true) {
        return nothing_to_explain(study, &day);
    }
    let demand_alone = study.demand_alone();
    if let DemandAlone::Happens(..) = demand_alone {
        let left_out = planned.triggers().join("\n    ");
        terminal.line(&format!("\n{}\n  left out were:\n    {left_out}", demand_alone.sentence()));
        study.finish();
        return Ok(Exit::Violated);
    }
    study.explore();
    let contradictions = study.ask_gates();
    let findings = Findings {
        scenario: planned.script.clone(),
        day,
        demand_alone,
        table: study.table.clone(),
        plan: planned.plan.clone(),
        contradictions,
        runs: study.experiment.runs,
        resumed: study.experiment.resumed,
        seconds: began.elapsed().as_secs_f64(),
    };
    terminal.line(&report::terminal(&findings));
    let text = report::markdown(&findings);
    if let Some(github) = Github::here(&project.root) {
        github.summary(&text);
    }
    if let Some(path) = &options.markdown {
        markdown(path).write(text.as_bytes());
    }
    if let Some(folder) = &options.report {
        html::write_why(folder, &findings);
    }
    if let Some(path) = &options.shared.json {
        json::write(path, &json::Why::of(&findings));
    }
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
fn nothing_to_explain(study: Study<'_>, day: &Seen) -> Result<Exit, Failure> {
    if study.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let place = study.place();
    // The next call asks anew: what happens now and then may happen then.
    study.finish();
    Err(Failure::inconclusive(format!(
        "{place}: with every factor as on the day it happened in {} of {} runs: there is nothing to explain\n  {}",
        day.occurred,
        day.of,
        day.instead.as_deref().unwrap_or_default()
    )))
}

/// Gravest first: a project that contradicts itself, then what could not be judged.
fn exit(findings: &Findings, whole: bool) -> Exit {
    let judged = findings.table.cells.values().all(|seen| !matches!(seen.effect, Effect::Inconclusive(_)));
    let sets = findings.sets().cut.is_none() || !findings.plan.sets;
    let known = !matches!(findings.demand_alone, DemandAlone::Unknown(_));
    match findings.contradictions.is_empty() {
        false => Exit::Violated,
        true if whole && judged && sets && known => Exit::Held,
        true => Exit::Inconclusive,
    }
}

/// The file of `--markdown`.
fn markdown(path: &Path) -> Document<'_> {
    Document { option: "--markdown", path }
}

/// The one scenario that a folder's incident is.
pub(super) fn the_why(scripts: Vec<Script>) -> Result<Script, Failure> {
    let mut whys: Vec<Script> = scripts.into_iter().filter(|script| script.is("why")).collect();
    match (whys.len(), whys.pop()) {
        (1, Some(script)) => Ok(script),
        (0, _) | (_, None) => Err(Failure::usage(
            "no scenario there is tagged @why: tag the one @incident scenario whose last Then is the incident",
        )),
        (_, Some(last)) => {
            let places: Vec<String> = whys.iter().chain([&last]).map(Script::place).collect();
            Err(Failure::usage(format!("more than one scenario is tagged @why: {}; name one as FILE:LINE", places.join(", "))))
        }
    }
}
