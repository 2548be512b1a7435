//! The cells that were measured: the incident at some levels of the factors that were varied, each with what was seen.

use std::collections::BTreeMap;

use super::seen::{Effect, Seen};
use super::sets::Set;

/// A factor that was varied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Varied {
    /// Its name.
    pub name: String,
    /// What it is, in the topology's words; may be empty.
    pub about: String,
    /// Its levels; the first is as on the day.
    pub levels: Vec<String>,
}

/// The level of each varied factor, by its index: 0 is as on the day.
pub type Cell = Vec<usize>;

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The factors that were varied; all others stayed as on the day.
    pub factors: Vec<Varied>,
    /// What was seen. A cell that was not asked is not there.
    pub cells: BTreeMap<Cell, Seen>,
}

impl Table {
    /// Every factor as on the day.
    #[must_use]
    pub fn day(&self) -> Cell {
        vec![0; self.factors.len()]
    }

    /// Each other level of each factor, alone.
    #[must_use]
    pub fn singles(&self) -> Vec<Cell> {
        let others = |(factor, of): (usize, &Varied)| (1..of.levels.len()).map(move |level| (factor, level)).collect::<Vec<_>>();
        self.factors.iter().enumerate().flat_map(others).map(|own| self.with(&[own])).collect()
    }

    /// What some levels did; [`Effect::NotRun`] where they were not asked.
    #[must_use]
    pub fn effect(&self, cell: &[usize]) -> &Effect {
        self.cells.get(cell).map_or(&Effect::NotRun, |seen| &seen.effect)
    }

    /// Whether it happened at these levels, in every repeat or in none.
    #[must_use]
    pub fn happened(&self, cell: &[usize]) -> Option<bool> {
        self.effect(cell).happened()
    }

    /// The factors that are not as on the day, each with its level: their indices.
    #[must_use]
    pub fn changed(cell: &[usize]) -> Vec<(usize, usize)> {
        cell.iter().copied().enumerate().filter(|(_, level)| *level > 0).collect()
    }

    /// The cell with only these not as on the day.
    #[must_use]
    pub fn with(&self, changed: &[(usize, usize)]) -> Cell {
        let mut cell = self.day();
        for (factor, level) in changed {
            if let Some(own) = cell.get_mut(*factor) {
                *own = *level;
            }
        }
        cell
    }

    /// The cell with only these factors as on the day, all others at their first other level.
    #[must_use]
    pub fn only(&self, day: &Set) -> Cell {
        (0..self.factors.len()).map(|factor| usize::from(!day.contains(&factor))).collect()
    }

    /// The cells in which more than one factor is not as on the day.
    pub fn combinations(&self) -> impl Iterator<Item = (&Cell, &Seen)> {
        self.cells.iter().filter(|(cell, _)| Self::changed(cell).len() > 1)
    }

    /// A factor's name.
    #[must_use]
    pub fn name(&self, factor: usize) -> &str {
        self.factors.get(factor).map_or("", |factor| &factor.name)
    }

    /// A factor's level.
    #[must_use]
    pub fn level(&self, factor: usize, level: usize) -> &str {
        self.factors.get(factor).and_then(|factor| factor.levels.get(level)).map_or("", String::as_str)
    }
}

/// Levels that are not as on the day, for people.
#[must_use]
pub fn levels(table: &Table, cell: &[usize]) -> String {
    let changed = Table::changed(cell);
    if changed.is_empty() { "all as on the day".into() } else { pairs(table, &changed, " at ") }
}

/// Factors with their levels: `a` at `b` and `c` at `d`.
pub(super) fn pairs(table: &Table, levels: &[(usize, usize)], is_at: &str) -> String {
    let each = |(factor, level): &(usize, usize)| format!("`{}`{is_at}`{}`", table.name(*factor), table.level(*factor, *level));
    levels.iter().map(each).collect::<Vec<_>>().join(" and ")
}
