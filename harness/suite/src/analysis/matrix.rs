//! The same scenario over levels of one or more factors, releases among them.

use std::collections::BTreeMap;
use std::time::Instant;

use relapse_model::ablation::{Effect, seen};
use relapse_model::levels::Levels;
use relapse_model::topology::Topology;
use relapse_model::verdict::Verdict;

use super::bisect;
use super::cell::Cell;
use super::experiment::{Bench, Experiment, job};
use crate::runner::Job;
use crate::script::Script;

/// A factor's name, and those of its levels that are meant.
pub(crate) type Axis = (String, Vec<String>);

/// What `matrix` found.
pub(crate) struct Matrix {
    pub(crate) scenario: Script,
    pub(crate) cells: Vec<Cell>,
    /// Where the verdict changes, in words, if that was asked.
    pub(crate) change: Option<String>,
    pub(crate) runs: usize,
    pub(crate) seconds: f64,
}

impl Matrix {
    /// Runs a scenario at each of these levels; with `bisect`, only at those that tell where its verdict changes.
    pub(crate) fn measure(bench: Bench<'_>, script: &Script, cells: Vec<Levels>, bisect: bool) -> Self {
        let began = Instant::now();
        let mut experiment = Experiment::new(bench, &[script]);
        let wanted = if bisect { halves(&mut experiment, script, &cells, bench.repeats) } else { cells };
        let jobs: Vec<Job> = wanted.iter().map(|levels| job(script, levels)).collect();
        experiment.run(&jobs, |_, _| {});
        let cells: Vec<Cell> = wanted.into_iter().map(|levels| cell(&experiment, script, levels, bench.repeats)).collect();
        let change = bisect.then(|| bisect::change(&cells));
        let (runs, seconds) = (experiment.runs, began.elapsed().as_secs_f64());
        let matrix = Self { scenario: script.clone(), cells, change, runs, seconds };
        if matrix.is_judged() && !bench.interrupted() {
            experiment.finish();
        }
        matrix
    }

    /// Whether every cell has an answer. That a level cannot rise is one; that it comes to both, or to neither, is none.
    pub(crate) fn is_judged(&self) -> bool {
        self.cells.iter().all(|cell| cell.always().is_some() || matches!(cell.seen.effect, Effect::NotApplicable(_)))
    }
}

/// Each is a lab; a table of more is none that anybody reads.
const MAX_CELLS: usize = 4_096;

/// Every combination of these; refused where they are too many.
pub(crate) fn combinations(axes: &[Axis]) -> Result<Vec<Levels>, String> {
    let count =
        axes.iter().try_fold(1_usize, |count, (_, levels)| count.checked_mul(levels.len())).filter(|count| *count <= MAX_CELLS);
    if count.is_none() {
        let sizes: Vec<String> = axes.iter().map(|(name, levels)| format!("{name} {}", levels.len())).collect();
        return Err(format!(
            "these factors make more than {MAX_CELLS} combinations ({}); name fewer, or some levels of each: --factor {}",
            sizes.join(" × "),
            "NAME=A,B"
        ));
    }
    Ok(product(axes))
}

/// A factor's name, and the levels that are meant.
pub(crate) fn axis(topology: &Topology, text: &str) -> Result<Axis, String> {
    let (name, levels) = text.split_once('=').map_or((text, None), |(name, levels)| (name, Some(levels)));
    let factor = topology.factor(name).map_err(|error| format!("--factor {text}: {error}"))?;
    let levels: Vec<String> = match levels {
        None => factor.levels.clone(),
        Some(levels) => levels.split(',').map(ToOwned::to_owned).collect(),
    };
    if let Some((_, twice)) = levels.iter().enumerate().find(|(at, level)| levels.iter().take(*at).any(|other| other == *level)) {
        return Err(format!("--factor {text}: the level `{twice}` is there twice"));
    }
    match levels.iter().find(|level| !factor.levels.contains(level)) {
        Some(unknown) => {
            Err(format!("--factor {text}: `{name}` has no level `{unknown}`; its levels are {}", factor.levels.join(", ")))
        }
        None => Ok((name.to_owned(), levels)),
    }
}

/// Every combination, the last factor changing fastest.
fn product(axes: &[Axis]) -> Vec<Levels> {
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
    let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let verdict = Verdict::gravest(outcomes.iter().map(|outcome| outcome.verdict)).unwrap_or(Verdict::Inconclusive);
    let (held, violated) = (count(Verdict::Held), count(Verdict::Violated));
    Cell { levels, verdict, held, violated, seen: seen(&[], &outcomes, script.thens(), repeats) }
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

/// Why a cell was not judged.
pub(crate) fn message(effect: &Effect) -> Option<String> {
    match effect {
        Effect::NotApplicable(why) | Effect::Inconclusive(why) => Some(why.clone()),
        _ => None,
    }
}
