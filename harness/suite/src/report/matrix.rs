//! The table of `matrix` on a terminal.

use relapse_model::ablation::Effect;

use super::terminal::Terminal;
use crate::analysis::{Matrix, message, name};

/// Prints a line a cell, where the verdict changes, and how long it took.
pub(crate) fn print(terminal: &Terminal, matrix: &Matrix) {
    let width = matrix.cells.iter().map(|cell| name(&cell.levels).len()).max().unwrap_or(0);
    for cell in &matrix.cells {
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
    if let Some(change) = &matrix.change {
        terminal.line(change);
    }
    terminal.line(&format!("{} runs, {:.0} s", matrix.runs, matrix.seconds));
}
