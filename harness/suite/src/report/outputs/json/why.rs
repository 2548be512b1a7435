//! `why`: what each level did, the combinations, the smallest sets.

use std::collections::BTreeMap;

use relapse_model::ablation::{Seen, Set, Table};
use serde::Serialize;

use crate::analysis::Findings;
use crate::report::why::paragraphs;

/// `relapse why --json`.
#[derive(Debug, Serialize)]
pub(super) struct Why<'a> {
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
    pub(super) fn of(findings: &'a Findings) -> Self {
        let table = &findings.table;
        let (day, sets) = (findings.day(), findings.sets());
        let names = |set: &Set| set.iter().map(|factor| table.name(*factor)).collect();
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
            said: paragraphs(findings),
        }
    }
}
