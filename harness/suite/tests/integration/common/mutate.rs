//! A scenario is run on a project that was changed, and its Thens are looked at.
//!
//! With less patience than a feature is written for, a Then that has to hold has less time than it needs: it would be red by the clock,
//! and not by the change. So patience is a whole number here, and is never below one.

use std::num::NonZeroU8;

use super::{Project, Then, run, thens};

/// As the feature is written; and, on a machine so busy that another Then is red as well, three times that.
pub(crate) const PATIENCE: [NonZeroU8; 2] = [NonZeroU8::MIN, NonZeroU8::new(3).unwrap()];

/// Runs a feature, or one scenario of it, which has to be violated, and gives its Thens.
pub(crate) fn violated(project: &Project, feature: &str, patience: NonZeroU8, about: &str) -> Result<Vec<Then>, String> {
    let json = project.path().join("outcome.json");
    let said = run(project.relapse().args(["run", feature, "--patience", &patience.to_string(), "--json"]).arg(&json));
    println!("{:5.1} s  {about} (patience {patience})", said.seconds);
    if said.code != Some(1) {
        return Err(format!("expected the exit code 1 (violated), got {:?}; it said:\n{}", said.code, said.all()));
    }
    let (thens, trouble) = thens(&json);
    match trouble {
        Some(trouble) => Err(trouble),
        None => Ok(thens),
    }
}

/// Each Then with its verdict and what was seen.
pub(crate) fn table(thens: &[Then]) -> String {
    let lines = thens.iter().map(|then| format!("  {:12} {}\n               {}\n", then.verdict, then.text, then.seen));
    lines.collect()
}
