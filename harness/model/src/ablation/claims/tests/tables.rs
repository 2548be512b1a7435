//! All tables of two factors with three levels, explored as `why` does it.

use std::collections::BTreeMap;

use crate::ablation::{Cell, Effect, Next, Plan, Seen, Table, Varied, next};
use crate::verdict::Verdict;

pub(super) fn factors() -> Vec<Varied> {
    let factor = |name: &str| Varied {
        name: name.into(),
        about: String::new(),
        levels: (0..3).map(|level| format!("{name}{level}")).collect(),
    };
    vec![factor("a"), factor("b")]
}

/// The cells of a table other than the day's.
pub(super) fn others() -> Vec<Cell> {
    (0..9).map(|at| vec![at / 3, at % 3]).filter(|cell| *cell != [0, 0]).collect()
}

pub(super) fn seen(effect: &Effect) -> Seen {
    Seen {
        verdict: Verdict::Held,
        occurred: match effect {
            Effect::Happens | Effect::Otherwise => 2,
            Effect::Sometimes => 1,
            _ => 0,
        },
        of: 2,
        prevents: *effect == Effect::DoesNotHappen,
        weaker: false,
        not_applicable: false,
        broke_at: None,
        instead: Some("what came".into()),
        figure: Some("80 %".into()),
        another_outage: None,
        held_gates: Vec::new(),
        effect: effect.clone(),
    }
}

pub(super) type Truth = BTreeMap<Cell, Effect>;

pub(super) fn plan(named: &[Cell], at_once: usize) -> Plan {
    Plan { named: named.to_vec(), sets: true, most: 16, at_once }
}

/// Asks as `why` does; the table after each question.
pub(super) fn explore(truth: &Truth, plan: &Plan) -> Vec<Table> {
    let mut table = Table { factors: factors(), cells: BTreeMap::new() };
    let mut tables = Vec::new();
    while let Next::Ask(cells) = next(&table, plan) {
        assert!(!cells.is_empty() && tables.len() < 20, "{truth:?}");
        for cell in cells {
            let before = table.cells.insert(cell.clone(), seen(&truth[&cell]));
            assert!(before.is_none(), "{cell:?} was asked twice");
            tables.push(table.clone());
        }
    }
    tables
}

/// Each combination of what may be at the eight other cells.
pub(super) fn truths(effects: &[Effect]) -> impl Iterator<Item = Truth> {
    let others = others();
    (0..effects.len().pow(8)).map(move |number| {
        let mut truth = Truth::from([(vec![0, 0], Effect::Happens)]);
        let mut rest = number;
        for cell in &others {
            truth.insert(cell.clone(), effects[rest % effects.len()].clone());
            rest /= effects.len();
        }
        truth
    })
}
