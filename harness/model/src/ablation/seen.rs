//! What the runs of a scenario at some levels came to.

use serde::Serialize;

use crate::outcome::{Outcome, ThenOutcome};
use crate::timeline::failing_user;
use crate::verdict::Verdict;

/// What some levels did to the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The incident did not happen, in any repeat.
    DoesNotHappen,
    /// It happened in every repeat, but a link was seen to be missing in every one.
    Otherwise,
    /// It happened in every repeat.
    Happens,
    /// It happened in some repeats.
    Sometimes,
    /// The lab could not become steady at these levels; in the service's own words.
    NotApplicable(String),
    /// Something kept it from being judged.
    Inconclusive(String),
    /// It was not run, or not as often as was asked for.
    NotRun,
}

impl Effect {
    /// As people read it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::DoesNotHappen => "does not happen",
            Self::Otherwise => "happens otherwise",
            Self::Happens => "happens all the same",
            Self::Sometimes => "happens sometimes",
            Self::NotApplicable(_) => "not applicable",
            Self::Inconclusive(_) => "inconclusive",
            Self::NotRun => "not run",
        }
    }

    /// Whether it happened, in every repeat or in none; `None` where neither was seen.
    #[must_use]
    pub fn happened(&self) -> Option<bool> {
        match self {
            Self::DoesNotHappen => Some(false),
            Self::Otherwise | Self::Happens => Some(true),
            _ => None,
        }
    }
}

/// What was seen at some levels.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
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
    /// What the last Then saw, whatever came of it: its own figure, where it has one.
    pub figure: Option<String>,
    /// What users met there in the incident's place, if that is a failure itself.
    pub another_outage: Option<String>,
    /// The gates at exactly these levels that held in the same command.
    pub held_gates: Vec<String>,
    /// What it amounts to.
    #[serde(skip)]
    pub effect: Effect,
}

impl Default for Seen {
    /// Nothing was run.
    fn default() -> Self {
        seen(&[], &[], 0, 1)
    }
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

/// What the repeats at some levels came to. `thens` is how many the scenario has; `repeats` how many were meant. What a user met on the
/// `day` as well, of whom the last Then does not speak, is no other outage.
#[must_use]
pub fn seen(day: &[&Outcome], outcomes: &[&Outcome], thens: usize, repeats: usize) -> Seen {
    let each: Vec<Option<bool>> = outcomes.iter().map(|outcome| happened(outcome, thens)).collect();
    let occurred = each.iter().filter(|seen| **seen == Some(true)).count();
    let effect = effect(outcomes, &each, occurred, repeats);
    // Of repeats that differ, the one that is told of is one in which it did not happen.
    let not = outcomes.iter().zip(&each).find(|(_, seen)| **seen == Some(false)).map(|(outcome, _)| *outcome);
    let first = outcomes.first().copied();
    let last = |outcome: &Outcome| outcome.thens.last().map(|then| then.seen.clone());
    let link = |outcome: &Outcome| missing(outcome).map(|then| then.seen.clone());
    let instead = match &effect {
        Effect::NotApplicable(why) | Effect::Inconclusive(why) => Some(why.clone()),
        Effect::DoesNotHappen | Effect::Sometimes => not.and_then(last),
        Effect::Otherwise => first.and_then(link),
        Effect::Happens | Effect::NotRun => None,
    };
    Seen {
        verdict: match &effect {
            Effect::DoesNotHappen | Effect::Sometimes => Verdict::Violated,
            Effect::Otherwise | Effect::Happens => Verdict::Held,
            _ => Verdict::Inconclusive,
        },
        occurred,
        of: outcomes.len(),
        prevents: effect == Effect::DoesNotHappen,
        weaker: effect == Effect::Otherwise,
        not_applicable: matches!(effect, Effect::NotApplicable(_)),
        broke_at: not.or(first).and_then(Outcome::first_violated).map(|then| then.text.clone()),
        instead,
        figure: not.or(first).filter(|outcome| happened(outcome, thens).is_some()).and_then(last),
        another_outage: if effect == Effect::DoesNotHappen { another_outage(day, outcomes) } else { None },
        held_gates: Vec::new(),
        effect,
    }
}

fn effect(outcomes: &[&Outcome], each: &[Option<bool>], occurred: usize, repeats: usize) -> Effect {
    let troubles = || outcomes.iter().filter_map(|outcome| outcome.trouble.as_ref());
    if outcomes.len() < repeats || outcomes.is_empty() {
        return Effect::NotRun;
    }
    if troubles().filter(|trouble| trouble.not_steady).count() == outcomes.len() {
        return Effect::NotApplicable(troubles().next().map(|trouble| trouble.what.clone()).unwrap_or_default());
    }
    if let Some(outcome) = outcomes.iter().zip(each).find_map(|(outcome, seen)| seen.is_none().then_some(outcome)) {
        return Effect::Inconclusive(why_inconclusive(outcome));
    }
    match occurred {
        0 => Effect::DoesNotHappen,
        some if some < outcomes.len() => Effect::Sometimes,
        _ if outcomes.iter().all(|outcome| missing(outcome).is_some()) => Effect::Otherwise,
        _ => Effect::Happens,
    }
}

/// What users met in the incident's place, and how often, where it was not each time.
fn another_outage(day: &[&Outcome], outcomes: &[&Outcome]) -> Option<String> {
    let last = outcomes.iter().find_map(|outcome| outcome.thens.last()).map_or("", |then| then.text.as_str());
    let is_spoken_of = |failure: &str| last.split([' ', '\'']).any(|word| word == failing_user(failure));
    let on_the_day = |failure: &String| !day.is_empty() && day.iter().all(|outcome| outcome.failures.contains(failure));
    let was_so = |failure: &&String| on_the_day(failure) && !is_spoken_of(failure);
    let new = |outcome: &&'_ Outcome| outcome.failures.iter().find(|failure| !was_so(failure)).cloned();
    let failing: Vec<String> = outcomes.iter().filter_map(new).collect();
    let first = failing.first()?;
    Some(match failing.len() == outcomes.len() {
        true => first.clone(),
        false => format!("{first} ({} of {} times)", failing.len(), outcomes.len()),
    })
}

/// The first link that was violated: a Then before the last one.
fn missing(outcome: &Outcome) -> Option<&ThenOutcome> {
    outcome.thens.iter().rev().skip(1).rev().find(|then| then.verdict == Verdict::Violated)
}

fn why_inconclusive(outcome: &Outcome) -> String {
    let then = outcome.thens.iter().rev().find(|then| then.verdict == Verdict::Inconclusive);
    match (&outcome.trouble, then) {
        (Some(trouble), _) => trouble.what.clone(),
        (None, Some(then)) => format!("{}: {}", then.text, then.seen),
        (None, None) => "the last Then was not reached".into(),
    }
}

#[cfg(test)]
mod tests;
