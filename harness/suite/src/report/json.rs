//! One JSON document a command. The shapes:
//! - `run`: `{"run","verdict","seconds","scenarios":[Outcome],"not_run":[NotRun]}`, see [`relapse_model::outcome::Outcome`]; a NotRun,
//!   `{"feature","line","name","tags"}`, is a scenario that never began, since Ctrl-C was pressed before;
//! - `why`: `{"scenario","runs","seconds","occurred_as_on_the_day","of","figure_as_on_the_day","demand_alone","factors":[Row],
//!   "combinations":[{"levels",…}],"smallest_sets":[[name]],"smallest_sets_cut","contradictions":[text],"said":[text]}`. A Row is a factor's
//!   `name`, a `level` and what [`relapse_model::ablation::Seen`] has; a combination has `levels` of several factors instead, by name.
//!   `smallest_sets_cut` says why the sets are not all, if they are not; `said` are the sentences of the closing paragraph;
//! - `matrix`: `{"scenario","cells":[{"levels","verdict","held","violated","of","not_applicable","message"}],"change"}`: of so many runs so
//!   many held;
//! - `lint`: `{"files","scenarios","topologies","findings":[{"file","line","column","kind","message","help":[text]}],"unused":[phrase]}`;
//!   a finding about the command line has no place; kinds are those of [`crate::script::Finding`], in kebab-case;
//! - `prove`: `{"gates":[{"feature","line","name","red","reds","of","red_by_link","ends_with","never_violated":[text],"outcome":Outcome}],
//!   "demand_alone":[{"scenario","happened","said"}],"not_run":[NotRun]}`; `ends_with` is `users`, `told` or `mechanism`.

use std::collections::BTreeMap;
use std::path::Path;

use relapse_model::ablation::{Effect, Seen, Table};
use relapse_model::levels::Levels;
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;
use serde::Serialize;

use super::file::Document;
use crate::analysis::{self, Findings, Proof, Proofs, Red, message};
use crate::exit::Failure;
use crate::runner::Job;
use crate::script::{Finding, Script};
use crate::vocabulary::role::Role;

/// `relapse run --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Run<'a> {
    pub(crate) run: String,
    pub(crate) verdict: Verdict,
    pub(crate) seconds: f64,
    pub(crate) scenarios: Vec<&'a Outcome>,
    pub(crate) not_run: Vec<NotRun<'a>>,
}

/// `relapse prove --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Prove<'a> {
    gates: Vec<Gate<'a>>,
    demand_alone: Vec<DemandAlone<'a>>,
    not_run: Vec<NotRun<'a>>,
}

impl<'a> Prove<'a> {
    pub(crate) fn of(proofs: &'a Proofs<'a>, not_run: Vec<&'a Job>) -> Self {
        Self {
            gates: proofs.gates.iter().filter_map(|(script, proof)| Gate::of(script, proof)).collect(),
            demand_alone: proofs
                .incidents
                .iter()
                .map(|(script, alone)| DemandAlone { scenario: script.place(), happened: happened(alone), said: alone.word() })
                .collect(),
            not_run: not_run.into_iter().map(NotRun::of).collect(),
        }
    }
}

/// Null where it was not asked, or could not be judged.
fn happened(alone: &analysis::DemandAlone) -> Option<bool> {
    match alone {
        analysis::DemandAlone::DoesNotHappen => Some(false),
        analysis::DemandAlone::Happens(..) => Some(true),
        _ => None,
    }
}

/// A scenario that never began.
#[derive(Debug, Serialize)]
pub(crate) struct NotRun<'a> {
    feature: &'a str,
    line: usize,
    name: &'a str,
    tags: &'a [String],
}

impl<'a> NotRun<'a> {
    pub(crate) fn of(job: &'a Job) -> Self {
        let Script { feature, line, name, tags, .. } = &job.script;
        Self { feature, line: *line, name, tags }
    }
}

/// `relapse lint --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Lint<'a> {
    pub(crate) files: usize,
    pub(crate) scenarios: usize,
    pub(crate) topologies: usize,
    pub(crate) findings: &'a [Finding],
    pub(crate) unused: Vec<&'static str>,
}

/// One gate with every factor as on the day.
#[derive(Debug, Serialize)]
pub(crate) struct Gate<'a> {
    feature: &'a str,
    line: usize,
    name: &'a str,
    red: bool,
    reds: usize,
    of: usize,
    red_by_link: bool,
    ends_with: Option<&'static str>,
    never_violated: Vec<&'a str>,
    /// Of the first run.
    outcome: &'a Outcome,
}

impl<'a> Gate<'a> {
    pub(crate) fn of(script: &'a Script, proof: &'a Proof<'a>) -> Option<Self> {
        Some(Self {
            feature: &script.feature,
            line: script.line,
            name: &script.name,
            red: proof.is_red(),
            reds: proof.reds,
            of: proof.of,
            red_by_link: proof.red == Red::Link,
            ends_with: proof.end.map(Role::word),
            never_violated: proof.never_violated(),
            outcome: proof.outcomes.first()?,
        })
    }
}

/// An incident with demand alone.
#[derive(Debug, Serialize)]
struct DemandAlone<'a> {
    scenario: String,
    happened: Option<bool>,
    said: &'a str,
}

/// `relapse why --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Why<'a> {
    scenario: String,
    runs: usize,
    seconds: f64,
    occurred_as_on_the_day: usize,
    of: usize,
    figure_as_on_the_day: Option<String>,
    /// `not asked`, `does not happen`, `happens`, or why it is not known.
    demand_alone: &'a str,
    factors: Vec<Row<'a>>,
    combinations: Vec<Combination<'a>>,
    smallest_sets: Vec<Vec<&'a str>>,
    smallest_sets_cut: Option<String>,
    contradictions: &'a [String],
    said: Vec<String>,
}

/// One level of one factor, alone.
#[derive(Debug, Serialize)]
struct Row<'a> {
    name: &'a str,
    level: &'a str,
    #[serde(flatten)]
    seen: Seen,
}

/// Levels of several factors.
#[derive(Debug, Serialize)]
struct Combination<'a> {
    levels: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    seen: &'a Seen,
}

impl<'a> Why<'a> {
    pub(crate) fn of(findings: &'a Findings) -> Self {
        let table = &findings.table;
        let (day, sets) = (findings.day(), findings.sets());
        let names = |set: &relapse_model::ablation::Set| set.iter().map(|factor| table.name(*factor)).collect();
        let levels = |cell: &[usize]| {
            Table::changed(cell).into_iter().map(|(factor, level)| (table.name(factor), table.level(factor, level))).collect()
        };
        Self {
            scenario: findings.scenario.place(),
            runs: findings.runs,
            seconds: findings.seconds,
            occurred_as_on_the_day: day.occurred,
            of: day.of,
            figure_as_on_the_day: day.figure,
            demand_alone: findings.demand_alone.word(),
            factors: findings
                .singles()
                .map(|(name, level, seen)| Row { name, level, seen: seen.cloned().unwrap_or_default() })
                .collect(),
            combinations: table.combinations().map(|(cell, seen)| Combination { levels: levels(cell), seen }).collect(),
            smallest_sets: sets.found.iter().map(names).collect(),
            smallest_sets_cut: sets.cut,
            contradictions: &findings.contradictions,
            said: super::why::paragraphs(findings),
        }
    }
}

/// `relapse matrix --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Matrix<'a> {
    scenario: String,
    cells: Vec<Cell<'a>>,
    /// Where the verdict changes, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
}

impl<'a> Matrix<'a> {
    pub(crate) fn of(matrix: &'a analysis::Matrix) -> Self {
        let cell = |cell: &'a analysis::Cell| Cell {
            levels: &cell.levels,
            verdict: cell.verdict,
            held: cell.held,
            violated: cell.violated,
            of: cell.of(),
            not_applicable: matches!(cell.seen.effect, Effect::NotApplicable(_)),
            message: message(&cell.seen.effect),
        };
        Self {
            scenario: matrix.scenario.place(),
            cells: matrix.cells.iter().map(cell).collect(),
            change: matrix.change.as_deref(),
        }
    }
}

/// The scenario at some levels.
#[derive(Debug, Serialize)]
pub(crate) struct Cell<'a> {
    levels: &'a Levels,
    verdict: Verdict,
    held: usize,
    violated: usize,
    of: usize,
    not_applicable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// The option's name, for errors.
const OPTION: &str = "--json";

/// Tells before anything is run that the document could not be written afterwards.
pub(crate) fn check(path: &Path) -> Result<(), Failure> {
    Document { option: OPTION, path }.check()
}

/// Writes a document; a file that exists is replaced only when the new one is whole.
pub(crate) fn write(path: &Path, document: &impl Serialize) {
    let file = Document { option: OPTION, path };
    match serde_json::to_vec_pretty(document) {
        Ok(mut text) => {
            text.push(b'\n');
            file.write(&text);
        }
        Err(error) => file.lost(&error),
    }
}
