//! `relapse matrix`: the same scenario over levels of one or more factors, releases among them.

mod bisect;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use relapse_model::ablation::{Effect, Seen, seen};
use relapse_model::levels::Levels;
use relapse_model::topology::Topology;
use relapse_model::verdict::Verdict;

use super::experiment::{Experiment, job};
use super::session::Session;
use super::{Shared, session, why};
use crate::exit::{Exit, Failure};
use crate::report::terminal::{Terminal, heading};
use crate::report::{html, json};
use crate::runner::Job;
use crate::script::Script;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// A factor, with all its levels or with these: `nginx_release` or `nginx_release=1.18,1.30`. Several make a table.
    #[arg(long = "factor", value_name = "NAME[=A,B]", required = true)]
    factors: Vec<String>,
    /// Over one factor whose levels are in order: runs the ends, then halves, to the place where the verdict changes.
    #[arg(long)]
    bisect: bool,
    /// Runs every cell so many times.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    /// Writes the table as a report: one HTML file in this folder, which needs no network.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

/// What `matrix` found.
pub(crate) struct Table {
    pub(crate) scenario: Script,
    pub(crate) cells: Vec<Cell>,
    /// Where the verdict changes, in words, if that was asked.
    pub(crate) change: Option<String>,
    pub(crate) runs: usize,
    pub(crate) seconds: f64,
}

/// A cell of the table: its levels, and what the scenario came to there.
pub(crate) struct Cell {
    pub(crate) levels: Levels,
    /// The gravest of its runs.
    pub(crate) verdict: Verdict,
    /// In how many runs the scenario held, and in how many it was violated.
    pub(crate) held: usize,
    pub(crate) violated: usize,
    /// What its last Then came to.
    pub(crate) seen: Seen,
}

impl Cell {
    /// How many runs.
    pub(crate) fn of(&self) -> usize {
        self.seen.of
    }

    /// What it came to each time; `None` where it could not be judged, or came to both.
    fn always(&self) -> Option<Verdict> {
        let of = self.of();
        match (self.held, self.violated) {
            _ if of == 0 => None,
            (held, 0) if held == of => Some(Verdict::Held),
            (0, violated) if violated == of => Some(Verdict::Violated),
            _ => None,
        }
    }

    /// `held 3 of 4`, of more runs than one.
    pub(crate) fn count(&self) -> Option<String> {
        (self.of() > 1).then(|| format!("held {} of {}", self.held, self.of()))
    }
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, mut scripts) = session::scripts(root, &options.shared, None)?;
    // One scenario is meant: the one that was named, or the folder's incident.
    let script = if scripts.len() == 1 { scripts.remove(0) } else { why::the_why(scripts)? };
    let topology =
        project.topology(&script.lab, &Levels::new()).map_err(|error| Failure::usage(format!("{}: {error}", script.place())))?;
    let axes = options.factors.iter().map(|text| axis(&topology, text)).collect::<Result<Vec<_>, _>>()?;
    if options.bisect && axes.len() != 1 {
        return Err(Failure::usage("--bisect takes one --factor, whose levels are in order"));
    }
    options.report.as_deref().map_or(Ok(()), html::check)?;
    let count =
        axes.iter().try_fold(1_usize, |count, (_, levels)| count.checked_mul(levels.len())).filter(|count| *count <= MAX_CELLS);
    if count.is_none() {
        let sizes: Vec<String> = axes.iter().map(|(name, levels)| format!("{name} {}", levels.len())).collect();
        return Err(Failure::usage(format!(
            "these factors make more than {MAX_CELLS} combinations ({}); name fewer, or some levels of each: --factor {}",
            sizes.join(" × "),
            "NAME=A,B"
        )));
    }
    let cells = product(&axes);
    let jobs: Vec<Job> = cells.iter().map(|levels| job(&script, levels)).collect();
    let terminal = Terminal::new();
    let session = Session::begin(&project, &options.shared, &jobs, &terminal)?;
    terminal.line(&format!("matrix  {}\n", heading(&script)));
    let repeats = usize::from(options.repeat);
    let began = Instant::now();
    let mut experiment = Experiment::new(&session, &[&script], repeats, options.shared.at_once(), None);
    let wanted = if options.bisect { halves(&mut experiment, &script, &cells, repeats) } else { cells };
    let jobs: Vec<Job> = wanted.iter().map(|levels| job(&script, levels)).collect();
    experiment.run(&jobs, |_, _| {});
    let cells: Vec<Cell> = wanted.into_iter().map(|levels| cell(&experiment, &script, levels, repeats)).collect();
    print(&terminal, &cells);
    let change = options.bisect.then(|| bisect::change(&cells));
    if let Some(change) = &change {
        terminal.line(change);
    }
    let (runs, seconds) = (experiment.runs, began.elapsed().as_secs_f64());
    terminal.line(&format!("{runs} runs, {seconds:.0} s"));
    let table = Table { scenario: script.clone(), cells, change, runs, seconds };
    if let Some(folder) = &options.report {
        html::write_matrix(folder, &table);
    }
    if let Some(path) = &options.shared.json {
        let cells = table
            .cells
            .iter()
            .map(|cell| json::Cell {
                levels: cell.levels.clone(),
                verdict: cell.verdict,
                held: cell.held,
                violated: cell.violated,
                of: cell.of(),
                not_applicable: matches!(cell.seen.effect, Effect::NotApplicable(_)),
                message: message(&cell.seen.effect),
            })
            .collect();
        json::write(path, &json::Matrix { scenario: script.place(), cells, change: table.change.clone() });
    }
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    // A level that cannot rise is an answer; one that comes to both, or to neither, is none.
    let unknown = table.cells.iter().any(|cell| cell.always().is_none() && !matches!(cell.seen.effect, Effect::NotApplicable(_)));
    if !unknown {
        experiment.finish();
    }
    Ok(if unknown { Exit::Inconclusive } else { Exit::Held })
}

/// Each is a lab; a table of more is none that anybody reads.
const MAX_CELLS: usize = 4_096;

/// A factor's name, and the levels that are meant.
fn axis(topology: &Topology, text: &str) -> Result<(String, Vec<String>), Failure> {
    let (name, levels) = text.split_once('=').map_or((text, None), |(name, levels)| (name, Some(levels)));
    let factor = topology.factor(name).map_err(|error| Failure::usage(format!("--factor {text}: {error}")))?;
    let levels: Vec<String> = match levels {
        None => factor.levels.clone(),
        Some(levels) => levels.split(',').map(ToOwned::to_owned).collect(),
    };
    if let Some((_, twice)) = levels.iter().enumerate().find(|(at, level)| levels.iter().take(*at).any(|other| other == *level)) {
        return Err(Failure::usage(format!("--factor {text}: the level `{twice}` is there twice")));
    }
    match levels.iter().find(|level| !factor.levels.contains(level)) {
        Some(unknown) => Err(Failure::usage(format!(
            "--factor {text}: `{name}` has no level `{unknown}`; its levels are {}",
            factor.levels.join(", ")
        ))),
        None => Ok((name.to_owned(), levels)),
    }
}

/// Every combination, the last factor changing fastest.
fn product(axes: &[(String, Vec<String>)]) -> Vec<Levels> {
    let mut cells = vec![Levels::new()];
    for (name, levels) in axes {
        cells = cells
            .into_iter()
            .flat_map(|cell| {
                levels.iter().map(move |level| {
                    let mut cell = cell.clone();
                    cell.insert(name.clone(), level.clone());
                    cell
                })
            })
            .collect();
    }
    cells
}

fn cell(experiment: &Experiment<'_>, script: &Script, levels: Levels, repeats: usize) -> Cell {
    let outcomes = experiment.outcomes(&job(script, &levels));
    let thens = script.steps.iter().filter(|step| step.ty == gherkin::StepType::Then).count();
    let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let verdict = Verdict::gravest(outcomes.iter().map(|outcome| outcome.verdict)).unwrap_or(Verdict::Inconclusive);
    let (held, violated) = (count(Verdict::Held), count(Verdict::Violated));
    Cell { levels, verdict, held, violated, seen: seen(&outcomes, thens, repeats) }
}

/// The cells that bisection needs, in order: both ends, and halves until neighbours differ. What cannot be judged is passed over.
fn halves(experiment: &mut Experiment<'_>, script: &Script, cells: &[Levels], repeats: usize) -> Vec<Levels> {
    let mut tried = BTreeMap::new();
    let mut verdict = |index: usize| {
        *tried.entry(index).or_insert_with(|| {
            let levels = cells.get(index)?;
            experiment.run(&[job(script, levels)], |_, _| {});
            cell(experiment, script, levels.clone(), repeats).always()
        })
    };
    bisect::search(cells.len(), &mut verdict);
    tried.into_keys().filter_map(|index| cells.get(index).cloned()).collect()
}

fn name(levels: &Levels) -> String {
    levels.iter().map(|(factor, level)| format!("{factor} {level}")).collect::<Vec<_>>().join(", ")
}

/// Why a cell was not judged.
pub(crate) fn message(effect: &Effect) -> Option<String> {
    match effect {
        Effect::NotApplicable(why) | Effect::Inconclusive(why) => Some(why.clone()),
        _ => None,
    }
}

fn print(terminal: &Terminal, table: &[Cell]) {
    let width = table.iter().map(|cell| name(&cell.levels).len()).max().unwrap_or(0);
    for cell in table {
        let verdict = match &cell.seen.effect {
            Effect::NotApplicable(_) => "not applicable".to_owned(),
            _ => terminal.verdict(cell.verdict),
        };
        let count = cell.count().map(|count| format!("  {count}")).unwrap_or_default();
        terminal.line(&format!("  {:width$}  {verdict}{count}", name(&cell.levels)));
        if let Some(why) = message(&cell.seen.effect) {
            for line in why.lines().take(8) {
                terminal.line(&format!("  {:width$}    {}", "", line.trim()));
            }
        }
    }
}
