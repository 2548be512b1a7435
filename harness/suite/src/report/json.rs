//! One JSON document a command. The shapes:
//! - `run`: `{"run","verdict","seconds","scenarios":[Outcome],"not_run":[NotRun]}`, see [`relapse_model::outcome::Outcome`]; a NotRun,
//!   `{"feature","line","name","tags"}`, is a scenario that never began, since Ctrl-C was pressed before;
//! - `why`: `{"scenario","runs","seconds","occurred_as_on_the_day","of","factors":[Row],"smallest_sets":[[name]],"smallest_sets_cut"}`,
//!   see [`relapse_model::ablation::Row`]; `smallest_sets_cut` says why the sets are not all, if they are not;
//! - `matrix`: `{"scenario","cells":[{"levels","verdict","not_applicable","message"}]}`;
//! - `lint`: `{"files","scenarios","topologies","findings":[{"file","line","column","kind","message","help":[text]}],"unused":[phrase]}`;
//!   a finding about the command line has no place; kinds are those of [`crate::script::Finding`], in kebab-case;
//! - `prove`: `{"gates":[{"feature","line","name","red","never_violated":[text],"outcome":Outcome}],"not_run":[NotRun]}`.

use std::path::Path;

use relapse_model::ablation::Row;
use relapse_model::levels::Levels;
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;
use serde::Serialize;

use super::file::Document;
use crate::command::why::Findings;
use crate::exit::Failure;
use crate::runner::Job;
use crate::script::{Finding, Script};

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
    pub(crate) gates: Vec<Gate<'a>>,
    pub(crate) not_run: Vec<NotRun<'a>>,
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
    pub(crate) feature: &'a str,
    pub(crate) line: usize,
    pub(crate) name: &'a str,
    pub(crate) red: bool,
    pub(crate) never_violated: Vec<&'a str>,
    pub(crate) outcome: &'a Outcome,
}

/// `relapse why --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Why<'a> {
    scenario: String,
    runs: usize,
    seconds: f64,
    occurred_as_on_the_day: usize,
    of: usize,
    factors: &'a [Row],
    smallest_sets: &'a [Vec<String>],
    smallest_sets_cut: Option<&'a str>,
}

impl<'a> Why<'a> {
    pub(crate) fn of(findings: &'a Findings) -> Self {
        Self {
            scenario: findings.scenario.place(),
            runs: findings.runs,
            seconds: findings.seconds,
            occurred_as_on_the_day: findings.base.0,
            of: findings.base.1,
            factors: &findings.rows,
            smallest_sets: &findings.sets,
            smallest_sets_cut: findings.sets_cut.as_deref(),
        }
    }
}

/// `relapse matrix --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Matrix {
    pub(crate) scenario: String,
    pub(crate) cells: Vec<Cell>,
}

/// The scenario at some levels.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    pub(crate) levels: Levels,
    pub(crate) verdict: Verdict,
    pub(crate) not_applicable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
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
