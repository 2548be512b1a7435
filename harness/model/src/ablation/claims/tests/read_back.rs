//! A sentence of the closing paragraph read back word by word, against what the whole table has.

use super::tables::Truth;
use crate::ablation::{Cell, Effect};

const DAY: [&str; 2] = ["a0", "b0"];

/// What stands between back quotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The cell that names and levels in turn are, everything else as on the day.
fn cell(words: &[&str]) -> Cell {
    let mut cell = vec![0, 0];
    for pair in words.chunks(2) {
        let [name, level] = pair else { panic!("{words:?}") };
        assert_eq!(level.get(..1), Some(*name), "{words:?}");
        cell[usize::from(*name == "b")] = level[1..].parse().unwrap();
    }
    cell
}

/// Whether what a sentence says is so.
pub(super) fn is_true(sentence: &str, truth: &Truth) -> bool {
    let words = quoted(sentence);
    let is = |cell: &Cell, happens: bool| truth[cell].happened() == Some(happens);
    let subset = |names: &[&str]| vec![usize::from(!names.contains(&"a")), usize::from(!names.contains(&"b"))];
    let starts = |text: &str| sentence.starts_with(text);
    if starts("The smallest sets of varied factors that suffice") {
        let list = sentence.rsplit(": ").next().unwrap().trim_end_matches('.');
        let sets: Vec<Vec<&str>> = list.split("; or ").map(quoted).collect();
        let all: Vec<Vec<&str>> = vec![vec![], vec!["a"], vec!["b"], vec!["a", "b"]];
        let minimal = |set: &Vec<&str>| {
            let less = all.iter().filter(|other| other.len() < set.len() && other.iter().all(|name| set.contains(name)));
            is(&subset(set), true) && less.into_iter().all(|other| is(&subset(other), false))
        };
        return all.iter().all(|set| minimal(set) == sets.contains(set));
    }
    if sentence.ends_with(" it happens; with any one of these at its first other level as well it does not.") {
        assert_eq!(words.len() < 4, sentence.contains(" and every other varied factor"), "{sentence}");
        let names: Vec<&str> = words.iter().step_by(2).copied().collect();
        let less = |name: &&str| subset(&names.iter().filter(|other| *other != name).copied().collect::<Vec<_>>());
        let days = words.iter().skip(1).step_by(2).all(|level| DAY.contains(level));
        return days && is(&subset(&names), true) && names.iter().all(|name| is(&less(name), false));
    }
    if starts("It also happens with every varied factor at its first other level") {
        return cell(&words) == [1, 1] && is(&vec![1, 1], true);
    }
    if sentence.contains(" keeps it from happening while ") {
        let (own, rest) = words.split_at(2);
        let (while_, not) = rest.split_at(rest.len() / 2);
        let (with, without) = ([own, while_].concat(), [own, not].concat());
        return cell(while_) == [0, 0] && is(&cell(&with), false) && is(&cell(&without), true);
    }
    if sentence.contains(" together it does not happen; with any one of these alone it does.") {
        return is(&cell(&words), false) && words.chunks(2).all(|one| is(&cell(one), true));
    }
    if sentence.contains(" it does not happen; ") {
        assert_eq!(sentence.contains(" alone "), words.len() == 2, "{sentence}");
        return is(&cell(&words), false);
    }
    if sentence.ends_with(" it happens 1 of 2 times.") {
        return truth[&cell(&words)] == Effect::Sometimes;
    }
    if starts("It happens all the same with ") {
        return sentence.split("; ").all(|one| is(&cell(&quoted(one)), true));
    }
    let unknown = |one: &str| truth[&cell(&quoted(one))].happened().is_none();
    if starts("Nothing can be said of ") {
        return sentence.split("; ").all(unknown);
    }
    if starts("The smallest sets of factors are not known: ") {
        return truth.values().any(|effect| effect.happened().is_none());
    }
    starts("Of combinations of levels ") || starts("No combination of levels ") || panic!("no reader for: {sentence}")
}
