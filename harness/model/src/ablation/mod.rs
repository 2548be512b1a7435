//! Ablation: which contributing factors an incident needed, from outcomes at other levels. Never more certain than the evidence.
//!
//! `sets` searches the smallest sets of factors.

mod sets;

use serde::Serialize;

pub use sets::{Answers, Search, Set, search};

use crate::outcome::Outcome;
use crate::verdict::Verdict;

/// What one level of one factor, alone, did to the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The incident did not happen, in any repeat.
    Prevents,
    /// It happened in every repeat, but a link was seen to be missing in every one.
    Weaker,
    /// It happened in every repeat.
    NotNeeded,
    /// It happened in some repeats.
    Sometimes,
    /// The lab could not become steady at that level; in the part's own words.
    NotApplicable(String),
    /// Something kept it from being judged.
    Inconclusive(String),
    /// It was not run.
    NotRun,
}

impl Effect {
    /// As people read it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Prevents => "prevents",
            Self::Weaker => "weaker",
            Self::NotNeeded => "happens all the same",
            Self::Sometimes => "sometimes",
            Self::NotApplicable(_) => "not applicable",
            Self::Inconclusive(_) => "inconclusive",
            Self::NotRun => "not run",
        }
    }
}

/// One level of one factor, with what was seen.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The factor.
    pub name: String,
    /// The level.
    pub level: String,
    /// The incident's own verdict, the gravest of all repeats; inconclusive where it was not judged.
    pub verdict: Verdict,
    /// In how many repeats it happened.
    pub occurred: usize,
    /// Of how many.
    pub of: usize,
    /// It did not happen, in any repeat.
    pub prevents: bool,
    /// It happened with a link missing.
    pub weaker: bool,
    /// The lab could not become steady.
    pub not_applicable: bool,
    /// The first link that was violated.
    pub broke_at: Option<String>,
    /// What was seen in the incident's place, or in that of the missing link; or what kept it from being judged.
    pub instead: Option<String>,
    /// What it amounts to.
    #[serde(skip)]
    pub effect: Effect,
}

/// What a scenario's outcome says of its incident, which is its last Then.
#[must_use]
pub fn happened(outcome: &Outcome, thens: usize) -> Option<bool> {
    // A Then that was never reached says nothing.
    let last = outcome.thens.get(thens.checked_sub(1)?)?;
    match (outcome.trouble.is_some(), last.verdict) {
        (true, _) | (_, Verdict::Inconclusive) => None,
        (_, Verdict::Held) => Some(true),
        (_, Verdict::Violated) => Some(false),
    }
}

/// The row of one level, from its repeats. `thens` is how many the scenario has; `repeats` how many were meant.
#[must_use]
pub fn row(name: &str, level: &str, outcomes: &[&Outcome], thens: usize, repeats: usize) -> Row {
    let seen: Vec<Option<bool>> = outcomes.iter().map(|outcome| happened(outcome, thens)).collect();
    let occurred = seen.iter().filter(|seen| **seen == Some(true)).count();
    let missing = |outcome: &&Outcome| outcome.thens.iter().rev().skip(1).any(|then| then.verdict == Verdict::Violated);
    let troubles = || outcomes.iter().filter_map(|outcome| outcome.trouble.as_ref());
    let effect = if outcomes.len() < repeats || outcomes.is_empty() {
        Effect::NotRun
    } else if troubles().filter(|trouble| trouble.not_steady).count() == outcomes.len() {
        Effect::NotApplicable(troubles().next().map(|trouble| trouble.what.clone()).unwrap_or_default())
    } else if let Some(outcome) = outcomes.iter().zip(&seen).find_map(|(outcome, seen)| seen.is_none().then_some(outcome)) {
        Effect::Inconclusive(why_inconclusive(outcome))
    } else if occurred == 0 {
        Effect::Prevents
    } else if occurred < outcomes.len() {
        Effect::Sometimes
    } else if outcomes.iter().all(missing) {
        Effect::Weaker
    } else {
        Effect::NotNeeded
    };
    let first = outcomes.first();
    let instead = match &effect {
        Effect::NotApplicable(why) | Effect::Inconclusive(why) => Some(why.clone()),
        Effect::Prevents | Effect::Sometimes => outcomes
            .iter()
            .zip(&seen)
            .find(|(_, seen)| **seen == Some(false))
            .and_then(|(outcome, _)| outcome.thens.last())
            .map(|then| then.seen.clone()),
        Effect::Weaker => first.and_then(|outcome| outcome.first_violated()).map(|then| then.seen.clone()),
        Effect::NotNeeded | Effect::NotRun => None,
    };
    Row {
        name: name.to_owned(),
        level: level.to_owned(),
        verdict: match &effect {
            Effect::Prevents | Effect::Sometimes => Verdict::Violated,
            Effect::Weaker | Effect::NotNeeded => Verdict::Held,
            _ => Verdict::Inconclusive,
        },
        occurred,
        of: outcomes.len(),
        prevents: effect == Effect::Prevents,
        weaker: effect == Effect::Weaker,
        not_applicable: matches!(effect, Effect::NotApplicable(_)),
        broke_at: first.and_then(|outcome| outcome.first_violated()).map(|then| then.text.clone()),
        instead,
        effect,
    }
}

fn why_inconclusive(outcome: &Outcome) -> String {
    let then = outcome.thens.iter().find(|then| then.verdict == Verdict::Inconclusive);
    match (&outcome.trouble, then) {
        (Some(trouble), _) => trouble.what.clone(),
        (None, Some(then)) => format!("{}: {}", then.text, then.seen),
        (None, None) => "the last Then was not reached".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{ThenOutcome, Trouble};

    fn outcome(verdicts: &[Verdict], trouble: Option<bool>) -> Outcome {
        let then = |(index, verdict): (usize, &Verdict)| ThenOutcome {
            text: format!("then {index}"),
            line: index,
            verdict: *verdict,
            seen: format!("saw {index}"),
            watched_seconds: 0.0,
            at_ms: 0,
        };
        Outcome {
            feature: String::new(),
            line: 1,
            name: String::new(),
            tags: Vec::new(),
            levels: crate::levels::Levels::new(),
            verdict: Verdict::Held,
            seconds: 0.0,
            lab_seconds: 0.0,
            thens: verdicts.iter().enumerate().map(then).collect(),
            trouble: trouble.map(|not_steady| Trouble { not_steady, line: None, what: "why".into() }),
        }
    }

    fn effect(outcomes: &[Outcome]) -> Effect {
        row("f", "l", &outcomes.iter().collect::<Vec<_>>(), 2, outcomes.len().max(1)).effect
    }

    #[test]
    fn the_last_then_is_the_incident_and_the_others_its_links() {
        use Verdict::{Held, Violated};
        assert_eq!(effect(&[outcome(&[Violated, Violated], None)]), Effect::Prevents);
        assert_eq!(effect(&[outcome(&[Violated, Held], None)]), Effect::Weaker);
        assert_eq!(effect(&[outcome(&[Held, Held], None)]), Effect::NotNeeded);
        assert_eq!(effect(&[outcome(&[Held, Held], None), outcome(&[Held, Violated], None)]), Effect::Sometimes);
    }

    #[test]
    fn what_was_not_judged_is_neither() {
        use Verdict::{Held, Inconclusive, Violated};
        assert_eq!(effect(&[]), Effect::NotRun);
        assert_eq!(effect(&[outcome(&[], Some(true))]), Effect::NotApplicable("why".into()));
        assert!(matches!(effect(&[outcome(&[Violated], Some(false))]), Effect::Inconclusive(_)));
        assert!(matches!(effect(&[outcome(&[Held, Inconclusive], None)]), Effect::Inconclusive(_)));
        assert!(matches!(effect(&[outcome(&[], Some(true)), outcome(&[Held, Held], None)]), Effect::Inconclusive(_)));
    }
}
