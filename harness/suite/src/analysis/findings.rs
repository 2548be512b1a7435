//! What `why` found.

use relapse_model::ablation::{Cell, Plan, Seen, Sets, Table, sets};

use crate::script::Script;

/// What `why` found.
pub(crate) struct Findings {
    pub(crate) scenario: Script,
    /// As on the day.
    pub(crate) day: Seen,
    /// What users do without what was done to the system.
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
