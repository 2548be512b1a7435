//! All tables of two factors with three levels, explored as `why` does it, and each sentence that comes of it read back word by word: it
//! says nothing but what the whole table has. AND, OR, XOR, masks, a third level unlike the second, levels that cannot rise and those at
//! which it happens half of the time are all among them.
mod read_back;
mod tables;

use std::collections::BTreeMap;

use super::super::{Effect, Next, Plan, Seen, Table, Varied, next};
use super::*;
use read_back::is_true;
use tables::{Truth, explore, factors, others, plan, seen, truths};

fn sentences(table: &Table, plan: &Plan) -> Vec<String> {
    claims(table, plan).iter().map(|claim| claim.sentence(table)).collect()
}

#[test]
fn every_sentence_over_every_table_is_true() {
    let tables = |third| truths(&[Effect::DoesNotHappen, Effect::Happens, third]).collect::<Vec<_>>();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for truth in tables(Effect::Sometimes).into_iter().chain(tables(Effect::NotApplicable("no".into()))) {
        let plan = plan(&[vec![2, 2]], 1);
        let table = explore(&truth, &plan).pop().unwrap();
        for sentence in sentences(&table, &plan) {
            assert!(is_true(&sentence, &truth), "{sentence}\n{truth:?}");
            *kinds.entry(sentence.split('`').step_by(2).take(2).collect()).or_default() += 1;
        }
    }
    assert!(kinds.len() >= 10, "{kinds:#?}");
}

#[test]
fn also_where_it_was_cut_short_and_asked_ahead() {
    for truth in truths(&[Effect::DoesNotHappen, Effect::Happens]) {
        for at_once in [1, 3] {
            let plan = plan(&[vec![1, 2]], at_once);
            for table in explore(&truth, &plan) {
                for sentence in sentences(&table, &plan) {
                    let cut = sentence.starts_with("The smallest sets of factors are not known: ") && sentence.ends_with(" run.");
                    let not_run = sentence.starts_with("Nothing can be said of ");
                    assert!(cut || not_run || is_true(&sentence, &truth), "{sentence}\n{truth:?}");
                }
            }
        }
    }
}

/// A table of what happens at some cells, and does not at all others.
fn sentences_where(happens: impl Fn(&[usize]) -> bool, named: &[Cell]) -> Vec<String> {
    let truth: Truth = others()
        .into_iter()
        .chain([vec![0, 0]])
        .map(|cell| (cell.clone(), if happens(&cell) { Effect::Happens } else { Effect::DoesNotHappen }))
        .collect();
    let plan = plan(named, 2);
    let table = explore(&truth, &plan).pop().unwrap();
    sentences(&table, &plan)
}

fn has(told: &[String], words: &str) {
    assert!(told.iter().any(|sentence| sentence.contains(words)), "{words} is not in {told:#?}");
}

#[test]
fn what_was_measured_is_told() {
    let both = sentences_where(|cell| cell == [0, 0], &[]);
    has(&both, "first other level: `a`, `b`.");
    has(&both, "With `a` at `a1` alone it does not happen");
    let either = sentences_where(|cell| cell.contains(&0), &[]);
    has(&either, "first other level: `a`; or `b`.");
    has(&either, "With `a` at `a1` and `b` at `b1` together it does not happen; with any one of these alone it does.");
    let xor = sentences_where(|cell| (cell[0] == 0) == (cell[1] == 0), &[]);
    has(&xor, "It also happens with every varied factor at its first other level: `a` at `a1` and `b` at `b1`.");
    has(&xor, "first other level: none of them.");
    has(&xor, "`a` at `a1` keeps it from happening while `b` is at `b0`, and not while `b` is at `b1`.");
    let masked = sentences_where(|cell| cell[0] == 0 && (cell[1] == 0 || cell[1] == 1), &[]);
    has(&masked, "With `b` at `b2` alone it does not happen");
    has(&masked, "It happens all the same with `b` at `b1`.");
    let pair = sentences_where(|cell| cell != [2, 2], &[vec![2, 2]]);
    has(&pair, "With `a` at `a2` and `b` at `b2` together it does not happen; with any one of these alone it does.");
    let only_while = sentences_where(|cell| cell[0] == 0 && (cell[1] == 0) || cell == [1, 1], &[]);
    has(&only_while, "`b` at `b1` keeps it from happening while `a` is at `a0`, and not while `a` is at `a1`.");
}

#[test]
fn prevented_needs_a_gate_and_no_other_outage() {
    let mut table = Table { factors: factors(), cells: BTreeMap::from([(vec![0, 0], seen(&Effect::Happens))]) };
    let mut row = seen(&Effect::DoesNotHappen);
    let mut say = |row: &Seen| {
        table.cells.insert(vec![1, 0], row.clone());
        sentences(&table, &Plan::default())
            .into_iter()
            .find(|sentence| sentence.contains("`a1`") && !sentence.contains("said of"))
            .unwrap()
    };
    assert_eq!(say(&row), "With `a` at `a1` alone it does not happen; instead: what came (as on the day: 80 %).");
    row.held_gates = vec!["features/x/y.feature:7".into()];
    assert_eq!(say(&row), "`a` at `a1` alone would have prevented it: at exactly that, this gate held: features/x/y.feature:7.");
    row.another_outage = Some("alice was answered 504".into());
    assert_eq!(
        say(&row),
        "With `a` at `a1` alone it does not happen; what comes instead is another outage: alice was answered 504."
    );
}

#[test]
fn a_level_that_is_undone_by_one_of_many_is_told_with_that_one() {
    let factor = |name: &str| Varied { name: name.into(), about: String::new(), levels: vec!["on".into(), "off".into()] };
    let factors: Vec<Varied> = ["a", "b", "c", "d"].map(factor).to_vec();
    // `b` keeps it from happening, and only while `c` is on.
    let happens = |cell: &Cell| cell[0] == 0 && (cell[1] == 0 || cell[2] == 1);
    let plan = Plan { named: Vec::new(), sets: true, most: 30, at_once: 1 };
    let mut table = Table { factors, cells: BTreeMap::new() };
    while let Next::Ask(cells) = next(&table, &plan) {
        for cell in cells {
            let effect = if happens(&cell) { Effect::Happens } else { Effect::DoesNotHappen };
            table.cells.insert(cell, seen(&effect));
        }
    }
    let told = sentences(&table, &plan);
    has(&told, "`b` at `off` keeps it from happening while `c` is at `on`, and not while `c` is at `off`.");
    assert!(!told.iter().any(|sentence| sentence.contains("while `c` is at `on` and `d`")), "{told:#?}");
}

#[test]
fn no_set_is_smallest_where_a_level_could_not_be_judged_alone() {
    let factor = |name: &str| Varied { name: name.into(), about: String::new(), levels: vec!["on".into(), "off".into()] };
    let plan = Plan { named: Vec::new(), sets: true, most: 30, at_once: 1 };
    for odd in [Effect::Sometimes, Effect::NotApplicable("no".into())] {
        let mut table = Table { factors: ["a", "b", "c"].map(factor).to_vec(), cells: BTreeMap::new() };
        while let Next::Ask(cells) = next(&table, &plan) {
            for cell in cells {
                let happens = if cell[0] == 0 { Effect::Happens } else { Effect::DoesNotHappen };
                let effect = if cell == [0, 0, 1] { &odd } else { &happens };
                table.cells.insert(cell, seen(effect));
            }
        }
        let told = sentences(&table, &plan);
        has(&told, "The smallest sets of factors are not known: ");
        assert!(!told.iter().any(|sentence| sentence.starts_with("The smallest sets of varied factors")), "{told:#?}");
    }
}
