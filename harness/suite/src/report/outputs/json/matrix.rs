//! `matrix`: what the scenario came to at each cell.

use relapse_model::ablation::Effect;
use relapse_model::levels::Levels;
use relapse_model::verdict::Verdict;
use serde::Serialize;

use crate::analysis::{self, message};

/// `relapse matrix --json`.
#[derive(Debug, Serialize)]
pub(super) struct Matrix<'a> {
    scenario: String,
    cells: Vec<Cell<'a>>,
    /// Where the verdict changes, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
}

impl<'a> Matrix<'a> {
    pub(super) fn of(matrix: &'a analysis::Matrix) -> Self {
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
struct Cell<'a> {
    levels: &'a Levels,
    verdict: Verdict,
    held: usize,
    violated: usize,
    of: usize,
    not_applicable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}
