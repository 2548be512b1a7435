//! Which cells are asked: each level alone, the combinations that were asked for, the smallest sets of factors with everything else at its
//! first other level, and, where a level keeps the incident from happening alone but not among others, which of those undo it.
//!
//! A pure function of the table so far: so it can be taken up again, and asked ahead.

use std::collections::BTreeSet;

use super::sets::{Answers, Search, Set, search};
use super::table::{Cell, Table, levels};

/// What is to be found out.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Combinations that somebody named, such as a gate.
    pub named: Vec<Cell>,
    /// Whether the smallest sets are searched.
    pub sets: bool,
    /// How many cells may be asked beside the day, single levels and named combinations.
    pub most: usize,
    /// How many are asked at once.
    pub at_once: usize,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// These have to be known; none is in the table.
    Ask(Vec<Cell>),
    /// All is known that was to be found out, or can be.
    Done,
}

/// How far the search of the smallest sets is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sets {
    /// Sets of factors, by index, that are as on the day while all others are at their first other level: it happens, and with one of them
    /// less it does not. None has another one within it.
    pub found: Vec<Set>,
    /// Why these are not all, if they are not.
    pub cut: Option<String>,
    /// What has to be asked next.
    open: Vec<Cell>,
}

/// What has to be asked next.
#[must_use]
pub fn next(table: &Table, plan: &Plan) -> Next {
    let unknown = |cells: Vec<Cell>| -> Vec<Cell> { cells.into_iter().filter(|cell| !table.cells.contains_key(cell)).collect() };
    let day = unknown(vec![table.day()]);
    if !day.is_empty() {
        return Next::Ask(day);
    }
    let first = unknown(table.singles().into_iter().chain(plan.named.iter().cloned()).collect());
    if !first.is_empty() {
        return Next::Ask(first);
    }
    if !plan.sets {
        return Next::Done;
    }
    let open = sets(table, plan).open;
    let open = if open.is_empty() { undone(table, plan) } else { open };
    if open.is_empty() { Next::Done } else { Next::Ask(open) }
}

/// The smallest sets, as far as the table tells.
#[must_use]
pub fn sets(table: &Table, plan: &Plan) -> Sets {
    let cut = |why: String, found| Sets { found, cut: Some(why), open: Vec::new() };
    if !plan.sets {
        return cut("not asked for".into(), Vec::new());
    }
    let count = table.factors.len();
    let answers = answers(table);
    let first = |factor: usize| table.happened(&table.with(&[(factor, 1)]));
    let hint: Set = (0..count).filter(|factor| first(*factor) == Some(false)).collect();
    // Asked ahead, as if every open question were answered with no: in the last, longest part of a search most are.
    let mut ahead = answers.clone();
    let mut open: Vec<Set> = Vec::new();
    // Whether it happens with none of them as on the day as well is asked whatever the search needs.
    if !answers.contains_key(&Set::new()) {
        ahead.insert(Set::new(), false);
        open.push(Set::new());
    }
    let found = loop {
        match search(count, &hint, &ahead) {
            Search::Done(found) => break found,
            Search::Ask(_, found) if open.len() >= plan.at_once.max(1) => break found,
            Search::Ask(set, _) => {
                ahead.insert(set.clone(), false);
                open.push(set);
            }
        }
    };
    let found = smallest(&found, &answers);
    let cells: Vec<Cell> = open.iter().map(|set| table.only(set)).collect();
    // What was asked, and is neither: the search cannot go on, and nothing it says would be sure.
    if let Some(cell) = cells.iter().find(|cell| table.cells.contains_key(*cell)) {
        return cut(why_not(table, cell), found);
    }
    if let Some(single) = (0..count).map(|factor| table.with(&[(factor, 1)])).find(|single| table.happened(single).is_none()) {
        return cut(why_not(table, &single), found);
    }
    if !cells.is_empty() && beyond(table, plan) + cells.len() > plan.most {
        return cut(format!("{} combinations did not suffice", plan.most), found);
    }
    Sets { found, cut: (!cells.is_empty()).then(|| "not all was run".into()), open: cells }
}

/// Those cells of the table that the search of sets asks for.
fn answers(table: &Table) -> Answers {
    let of = |cell: &Cell| -> Option<Set> {
        cell.iter().all(|level| *level <= 1).then(|| (0..cell.len()).filter(|factor| cell.get(*factor) == Some(&0)).collect())
    };
    table.cells.iter().filter_map(|(cell, seen)| Some((of(cell)?, seen.effect.happened()?))).collect()
}

/// Of sets that a search assumed or found, those that were really seen to suffice, and have none within them that does.
fn smallest(found: &[Set], answers: &Answers) -> Vec<Set> {
    let suffices = |set: &Set| answers.get(set) == Some(&true);
    let within = |set: &Set| {
        answers
            .iter()
            .filter(|(other, so)| **so && other.len() < set.len() && other.is_subset(set))
            .map(|(set, _)| set)
            .min_by_key(|set| set.len())
            .cloned()
    };
    let sets: BTreeSet<Set> =
        found.iter().filter(|set| suffices(set)).map(|set| within(set).unwrap_or_else(|| set.clone())).collect();
    sets.into_iter().collect()
}

/// How many cells were asked beside those that are asked in any case.
fn beyond(table: &Table, plan: &Plan) -> usize {
    table.combinations().filter(|(cell, _)| !plan.named.contains(cell)).count()
}

/// Why nothing can be said of a cell that was asked.
fn why_not(table: &Table, cell: &Cell) -> String {
    let at = levels(table, cell);
    match table.cells.get(cell) {
        Some(seen) if seen.effect == super::Effect::Sometimes => {
            format!("at {at} it happened {} of {} times", seen.occurred, seen.of)
        }
        Some(seen) => {
            let why = seen.instead.as_deref().and_then(|why| why.lines().next()).unwrap_or_default();
            format!("{at} is {}: {why}", seen.effect.word())
        }
        None => format!("{at} was not run"),
    }
}

/// Where a level that alone keeps it from happening does not do so among others, each of these others with it: which of them undo it.
fn undone(table: &Table, plan: &Plan) -> Vec<Cell> {
    let mut open: Vec<Cell> = Vec::new();
    let undoing =
        table.combinations().filter(|(cell, seen)| seen.effect.happened() == Some(true) && Table::changed(cell).len() > 2);
    for (cell, _) in undoing {
        let changed = Table::changed(cell);
        let alone = changed.iter().filter(|own| table.happened(&table.with(&[**own])) == Some(false));
        for own in alone {
            open.extend(changed.iter().filter(|other| *other != own).map(|other| table.with(&[*own, *other])));
        }
    }
    open.sort();
    open.dedup();
    open.retain(|cell| !table.cells.contains_key(cell));
    open.truncate(plan.at_once.max(1).min(plan.most.saturating_sub(beyond(table, plan))));
    open
}
