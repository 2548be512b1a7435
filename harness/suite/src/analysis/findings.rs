//! What `why` found.

use relapse_model::ablation::{Cell, Plan, Seen, Sets, Table, sets};

use super::demand::DemandAlone;
use crate::script::Script;

/// What `why` found.
pub(crate) struct Findings {
    pub(crate) scenario: Script,
    /// What was done to the system: the steps that demand alone leaves out.
    pub(crate) triggers: Vec<String>,
    /// What users do without it.
    pub(crate) demand_alone: DemandAlone,
    pub(crate) table: Table,
    pub(crate) plan: Plan,
    /// What scenarios of the project say that contradicts the table, in words.
    pub(crate) contradictions: Vec<String>,
    pub(crate) runs: usize,
    pub(crate) resumed: usize,
    pub(crate) seconds: f64,
}

impl Findings {
    /// What was seen as on the day.
    pub(crate) fn day(&self) -> Seen {
        self.table.cells.get(&self.table.day()).cloned().unwrap_or_default()
    }

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
