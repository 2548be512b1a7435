//! The smallest sets of factors that must be as on the day for the incident to happen, everything else at its first counterfactual
//! level. Delta debugging (Zeller and Hildebrandt, 2002) finds one set; the others are found as minimal sets that avoid an element
//! of each set found so far (Reiter's hitting-set tree, 1987). Complete only if a factor that is put back to the day's level never
//! keeps the incident from happening; the report says so.
//!
//! The search is a pure function of the answers so far: it either is done or names the next question. So it can be resumed, and asked
//! ahead.

use std::collections::{BTreeMap, BTreeSet};

/// Factors, by index, that are as on the day.
pub type Set = BTreeSet<usize>;

/// Whether the incident happens with exactly these as on the day.
pub(super) type Answers = BTreeMap<Set, bool>;

/// How far the search is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Search {
    /// All smallest sets, as far as they can be found this way.
    Done(Vec<Set>),
    /// What has to be known next, and the sets found so far.
    Ask(Set, Vec<Set>),
}

struct Question(Set);

/// Searches among `count` factors. `hint`: those that were seen to be needed one by one; tried first, since they often are the set.
pub(super) fn search(count: usize, hint: &Set, answers: &Answers) -> Search {
    let mut found = Vec::new();
    match enumerate(count, hint, answers, &mut found) {
        Ok(()) => Search::Done(found),
        Err(Question(set)) => Search::Ask(set, found),
    }
}

fn ask(answers: &Answers, set: &Set) -> Result<bool, Question> {
    answers.get(set).copied().ok_or_else(|| Question(set.clone()))
}

fn enumerate(count: usize, hint: &Set, answers: &Answers, found: &mut Vec<Set>) -> Result<(), Question> {
    let mut queue: Vec<Set> = vec![Set::new()];
    let mut seen: BTreeSet<Set> = BTreeSet::new();
    while let Some(without) = queue.pop() {
        if !seen.insert(without.clone()) {
            continue;
        }
        let smallest = match found.iter().find(|set| set.is_disjoint(&without)) {
            Some(set) => set.clone(),
            None => {
                let start: Set = (0..count).filter(|factor| !without.contains(factor)).collect();
                if !ask(answers, &start)? {
                    continue;
                }
                let set = shrink(start, hint, answers)?;
                found.push(set.clone());
                set
            }
        };
        for factor in smallest {
            let mut more = without.clone();
            more.insert(factor);
            queue.push(more);
        }
    }
    Ok(())
}

/// A set of which no element can be left out, within `start`, which suffices.
fn shrink(start: Set, hint: &Set, answers: &Answers) -> Result<Set, Question> {
    if hint.is_subset(&start) && hint.len() < start.len() && ask(answers, hint)? {
        return minimize(hint.clone(), hint.len(), answers);
    }
    minimize(start, 2, answers)
}

/// ddmin, by complements: `pieces` parts are left out in turn, ever smaller ones.
fn minimize(mut set: Set, mut pieces: usize, answers: &Answers) -> Result<Set, Question> {
    while set.len() > 1 {
        pieces = pieces.clamp(1, set.len());
        let elements: Vec<usize> = set.iter().copied().collect();
        let mut smaller = None;
        for chunk in elements.chunks(elements.len().div_ceil(pieces)) {
            let rest: Set = set.iter().copied().filter(|element| !chunk.contains(element)).collect();
            if !rest.is_empty() && ask(answers, &rest)? {
                smaller = Some(rest);
                break;
            }
        }
        match smaller {
            Some(rest) => {
                set = rest;
                pieces = pieces.saturating_sub(1).max(2);
            }
            None if pieces >= set.len() => break,
            None => pieces *= 2,
        }
    }
    if set.len() == 1 && ask(answers, &Set::new())? {
        return Ok(Set::new());
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays a whole search against a rule; gives the sets and how many questions it took.
    fn play(count: usize, hint: &[usize], rule: impl Fn(&Set) -> bool) -> (Vec<Set>, usize) {
        let hint: Set = hint.iter().copied().collect();
        // What is known before: everything as on the day, and each factor alone.
        let all: Set = (0..count).collect();
        let mut answers = Answers::from([(all.clone(), rule(&all))]);
        for factor in 0..count {
            let rest: Set = all.iter().copied().filter(|other| *other != factor).collect();
            answers.insert(rest.clone(), rule(&rest));
        }
        for questions in 0.. {
            match search(count, &hint, &answers) {
                Search::Done(sets) => return (sets, questions),
                Search::Ask(set, _) => {
                    let answer = rule(&set);
                    answers.insert(set, answer);
                }
            }
        }
        unreachable!()
    }

    #[test]
    fn factors_that_are_all_needed_take_one_run_each_and_one() {
        let needed = [0, 1, 2, 5, 6, 7, 8, 9, 11, 13];
        let (sets, questions) = play(14, &needed, |set| needed.iter().all(|factor| set.contains(factor)));
        assert_eq!(sets, [needed.into_iter().collect::<Set>()]);
        assert!(questions <= 11, "{questions}");
    }

    #[test]
    fn alternatives_are_found() {
        // 0 is needed, and either 1 or 2.
        let (mut sets, questions) = play(6, &[0], |set| set.contains(&0) && (set.contains(&1) || set.contains(&2)));
        sets.sort();
        assert_eq!(sets, [Set::from([0, 1]), Set::from([0, 2])]);
        assert!(questions <= 3 * 6 + 10, "{questions}");
    }

    #[test]
    fn an_incident_that_needs_nothing_has_the_empty_set() {
        assert_eq!(play(3, &[], |_| true).0, [Set::new()]);
    }

    #[test]
    fn the_search_stays_within_its_bound_for_single_needs() {
        for needed in 0..12 {
            let (sets, questions) = play(12, &[], |set| set.contains(&needed));
            assert_eq!(sets, [Set::from([needed])]);
            assert!(questions <= 3 * 12 + 10, "{questions}");
        }
    }
}
