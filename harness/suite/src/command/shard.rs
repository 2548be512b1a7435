//! `--shard I/N`: one of N shares of the scenarios, which take about equally long by the timings of earlier runs. Every shard must be
//! given the same scenarios and the same timings: then the shares are disjoint, and together are all. So a run with `--shard` reads timings,
//! and never writes them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use crate::exit::Failure;
use crate::report::file::Document;
use crate::script::{Project, Script};

/// The option's name, for errors.
const OPTION: &str = "--timings";

/// Which share of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shard {
    /// From 1.
    number: usize,
    count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
        match numbers {
            Some((number, count)) if (1..=count).contains(&number) && count <= 1000 => Ok(Self { number, count }),
            _ => Err("two numbers, as 2/5 for the second of five".into()),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

impl Shard {
    /// Its share, in the order in which they came.
    pub(super) fn of(self, scripts: Vec<Script>, timings: &Timings) -> Vec<Script> {
        let keys: Vec<String> = scripts.iter().map(|script| key(&script.feature, &script.name)).collect();
        let shards = divide(&keys, &timings.seconds, self.count);
        scripts.into_iter().zip(shards).filter(|(_, shard)| shard + 1 == self.number).map(|(script, _)| script).collect()
    }
}

/// A scenario's place changes with every edit above it; its name does not.
fn key(feature: &str, name: &str) -> String {
    format!("{feature}: {name}")
}

/// Which of `count` shares each gets, from 0: the longest first, each to the share that is shortest so far.
fn divide(keys: &[String], seconds: &BTreeMap<String, f64>, count: usize) -> Vec<usize> {
    let mut known: Vec<f64> = keys.iter().filter_map(|key| seconds.get(key).copied()).collect();
    known.sort_by(f64::total_cmp);
    // Of what was never run, nothing better is known than what is usual.
    let median = known.get(known.len() / 2).copied().unwrap_or(1.0);
    let long = |index: &usize| keys.get(*index).and_then(|key| seconds.get(key)).copied().unwrap_or(median);
    let mut longest_first: Vec<usize> = (0..keys.len()).collect();
    longest_first.sort_by(|a, b| long(b).total_cmp(&long(a)).then_with(|| keys.get(*a).cmp(&keys.get(*b))).then(a.cmp(b)));
    let mut loads: Vec<f64> = vec![0.0; count];
    let mut shares = vec![0; keys.len()];
    for index in longest_first {
        let shortest = loads.iter_mut().enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
        if let (Some((shard, load)), Some(share)) = (shortest, shares.get_mut(index)) {
            *load += long(&index);
            *share = shard;
        }
    }
    shares
}

/// How long scenarios took: `{"<feature>: <name>": seconds}`.
pub(super) struct Timings {
    path: PathBuf,
    /// Whether the user named the file.
    named: bool,
    seconds: BTreeMap<String, f64>,
}

impl Timings {
    /// Of earlier runs; none if there is no such file yet.
    pub(super) fn read(project: &Project, named: Option<PathBuf>) -> Result<Self, Failure> {
        let (path, named) = match named {
            Some(path) => (path, true),
            None => (project.root.join("target/relapse/timings.json"), false),
        };
        if named {
            Document::open(OPTION, path.clone())?;
        }
        // A device or a pipe has nothing of earlier runs.
        let read = if path.is_file() { std::fs::read(&path) } else { Err(std::io::ErrorKind::NotFound.into()) };
        let seconds: BTreeMap<String, f64> = match read {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| {
                Failure::usage(format!("{OPTION} {}: {error}; remove it, and the next run writes it anew", path.display()))
            })?,
            Err(_) => BTreeMap::new(),
        };
        // A negative or endless time would make the shares depend on the order of sums.
        let sound = seconds.into_iter().filter(|(_, seconds)| seconds.is_finite() && *seconds >= 0.0).collect();
        Ok(Self { path, named, seconds: sound })
    }

    /// Adds what these took. What was not judged may have ended early, and says nothing.
    pub(super) fn write(&mut self, outcomes: &[&Outcome]) {
        let judged = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Inconclusive);
        self.seconds.extend(judged.map(|outcome| (key(&outcome.feature, &outcome.name), outcome.seconds)));
        let file = Document { option: OPTION, path: self.path.clone() };
        let text = match serde_json::to_vec_pretty(&self.seconds) {
            Ok(text) => text,
            Err(error) => return file.lost(&error),
        };
        if !self.named {
            // A repository without a `target` does not get one.
            match self.path.parent() {
                Some(folder) if folder.parent().is_some_and(std::path::Path::is_dir) => drop(std::fs::create_dir_all(folder)),
                _ => return,
            }
            // Nobody asked for it: a project that cannot be written to is run all the same.
            if let Err(error) = file.check() {
                tracing::warn!(%error, "the timings are not kept");
                return;
            }
        }
        file.write(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timings(of: &[(&str, f64)]) -> BTreeMap<String, f64> {
        of.iter().map(|(name, seconds)| ((*name).to_owned(), *seconds)).collect()
    }

    #[test]
    fn a_shard_is_one_of_so_many() {
        assert_eq!("2/5".parse(), Ok(Shard { number: 2, count: 5 }));
        for wrong in ["0/5", "6/5", "2", "2/0", "a/b", "1/1001"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_longest_go_first_to_the_shortest_share_and_the_unknown_count_as_usual() {
        let keys: Vec<String> = ["a", "b", "c", "d", "new"].map(Into::into).into();
        let known = timings(&[("a", 10.0), ("b", 60.0), ("c", 20.0), ("d", 30.0)]);
        // b 60 | d 30, new 30 (the upper median) | c 20 and a 10 to what is shorter then.
        assert_eq!(divide(&keys, &known, 2), [1, 0, 0, 1, 1]);
    }

    #[test]
    fn shares_are_balanced_and_do_not_depend_on_the_order() {
        // A generator of numbers that is the same everywhere.
        let mut state = 1_u64;
        let mut number = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..500 {
            let keys: Vec<String> = (0..number(40)).map(|index| format!("scenario {index}")).collect();
            let mut known = BTreeMap::new();
            for key in &keys {
                if number(3) > 0 {
                    known.insert(key.clone(), number(1000) as f64 / 10.0);
                }
            }
            let count = 1 + usize::try_from(number(12)).unwrap_or_default();
            let shares = divide(&keys, &known, count);
            // Each is in exactly one share, and there is no other share.
            assert_eq!(shares.len(), keys.len());
            assert!(shares.iter().all(|share| *share < count));
            let reversed: Vec<String> = keys.iter().rev().cloned().collect();
            let again: Vec<usize> = divide(&reversed, &known, count).into_iter().rev().collect();
            assert_eq!(shares, again);
            // No share is longer than another by more than its own last: that is the longest scenario at most.
            let mut sorted: Vec<f64> = known.values().copied().collect();
            sorted.sort_by(f64::total_cmp);
            let median = sorted.get(sorted.len() / 2).copied().unwrap_or(1.0);
            let long = |key: &String| known.get(key).copied().unwrap_or(median);
            let mut loads: Vec<f64> = vec![0.0; count];
            for (key, share) in keys.iter().zip(&shares) {
                loads[*share] += long(key);
            }
            let spread = loads.iter().copied().fold(0.0_f64, f64::max) - loads.iter().copied().fold(f64::INFINITY, f64::min);
            assert!(spread <= keys.iter().map(long).fold(0.0_f64, f64::max) + 1e-6, "{spread}");
        }
    }
}
