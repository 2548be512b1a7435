//! What the red-proof of one gate came to, in words.

use relapse_model::outcome::{Outcome, ThenOutcome};
use relapse_model::verdict::Verdict;

use crate::script::Script;
use crate::vocabulary::role::Role;

/// How a gate fared with every factor as on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Red {
    /// Its last Then was violated each time.
    Outcome,
    /// Its last Then held each time, and a link was violated.
    Link,
    /// Its last Then was violated in some of the runs.
    Sometimes,
    /// Everything held each time.
    Held,
    /// It could not be judged.
    NotJudged,
}

/// A gate with every factor as on the day.
pub(crate) struct Proof<'a> {
    /// Each time that it was run.
    pub(crate) outcomes: Vec<&'a Outcome>,
    pub(crate) red: Red,
    /// How often it was red, of how many.
    pub(crate) reds: usize,
    pub(crate) of: usize,
    /// What its last Then is.
    pub(crate) end: Option<Role>,
}

impl<'a> Proof<'a> {
    /// Of a gate's outcomes, of which so many were meant.
    pub(crate) fn of(script: &Script, outcomes: Vec<&'a Outcome>, repeats: usize, end: Option<Role>) -> Self {
        let each: Vec<Red> = outcomes.iter().map(|outcome| once(outcome, script.thens())).collect();
        let reds = each.iter().filter(|red| **red == Red::Outcome).count();
        let red = match each.as_slice() {
            all if all.contains(&Red::NotJudged) || all.len() < repeats => Red::NotJudged,
            all if reds == all.len() => Red::Outcome,
            _ if reds > 0 => Red::Sometimes,
            all if all.contains(&Red::Link) => Red::Link,
            _ => Red::Held,
        };
        Self { of: outcomes.len(), outcomes, red, reds, end }
    }

    pub(crate) fn is_red(&self) -> bool {
        self.red == Red::Outcome
    }

    /// What it came to, in a line.
    pub(crate) fn sentence(&self) -> String {
        let (reds, of) = (self.reds, self.of);
        match self.red {
            Red::Outcome => {
                let by = match self.end {
                    Some(Role::Users) => ", by what users get",
                    Some(Role::Told) => ", by who is told",
                    Some(_) => ", by a mechanism: end the gate with what users get, or who is told",
                    None => "",
                };
                format!("red {reds} of {of}{by}: {}", self.last())
            }
            Red::Link => {
                format!("RED BY A LINK ONLY, which is not proved: its last Then holds as on the day; violated: {}", self.first())
            }
            Red::Sometimes => format!("RED {reds} OF {of} TIMES, which is not proved: {}", self.last()),
            Red::Held => "NOT RED: it holds with every factor as on the day, so it protects from nothing".into(),
            Red::NotJudged => "NOT RED: it could not be judged".into(),
        }
    }

    /// The same with what held as well.
    pub(crate) fn lines(&self) -> Vec<String> {
        let held = self.never_violated().into_iter().map(|text| format!("  never violated: {text}"));
        std::iter::once(self.sentence()).chain(held).collect()
    }

    /// The Thens that were violated in none of the runs.
    pub(crate) fn never_violated(&self) -> Vec<&'a str> {
        let violated = |line: usize| self.outcomes.iter().any(|outcome| at(outcome, line) == Some(Verdict::Violated));
        let thens = self.outcomes.first().map(|outcome| outcome.thens.as_slice()).unwrap_or_default();
        thens.iter().filter(|then| !violated(then.line)).map(|then| then.text.as_str()).collect()
    }

    /// The last Then, and what was seen each time that it was violated: how far from its bound.
    fn last(&self) -> String {
        let lasts: Vec<&ThenOutcome> = self.outcomes.iter().filter_map(|outcome| outcome.thens.last()).collect();
        let mut seen: Vec<&str> =
            lasts.iter().filter(|then| then.verdict == Verdict::Violated).map(|then| then.seen.as_str()).collect();
        seen.dedup();
        format!("{} ({})", lasts.first().map_or("", |then| then.text.as_str()), seen.join("; then: "))
    }

    fn first(&self) -> String {
        let first = self.outcomes.iter().find_map(|outcome| outcome.first_violated());
        first.map(|then| format!("{} ({})", then.text, then.seen)).unwrap_or_default()
    }
}

fn at(outcome: &Outcome, line: usize) -> Option<Verdict> {
    outcome.thens.iter().find(|then| then.line == line).map(|then| then.verdict)
}

/// One run. A gate of which anything is inconclusive is not judged, nor one whose lab was not steady or that did not come to its end.
fn once(outcome: &Outcome, thens: usize) -> Red {
    let inconclusive = outcome.thens.iter().any(|then| then.verdict == Verdict::Inconclusive);
    if outcome.trouble.is_some() || inconclusive || outcome.thens.len() < thens {
        return Red::NotJudged;
    }
    match (outcome.thens.last().map(|then| then.verdict), outcome.first_violated()) {
        (Some(Verdict::Violated), _) => Red::Outcome,
        (_, Some(_)) => Red::Link,
        _ => Red::Held,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn outcome(verdicts: &[Verdict]) -> Outcome {
        let mut outcome = sample::sample_run(Verdict::Violated).outcome;
        let model = outcome.thens[0].clone();
        let then = |(at, verdict): (usize, &Verdict)| ThenOutcome {
            line: at,
            text: format!("then {at}"),
            verdict: *verdict,
            ..model.clone()
        };
        outcome.thens = verdicts.iter().enumerate().map(then).collect();
        outcome
    }

    #[test]
    fn a_gate_is_red_by_its_last_then_each_time() {
        use Verdict::{Held, Inconclusive, Violated};
        let cases: &[(&[&[Verdict]], Red, &str)] = &[
            (&[&[Held, Violated]], Red::Outcome, "red 1 of 1, by what users get: then 1 ("),
            (&[&[Violated, Held]], Red::Link, "RED BY A LINK ONLY"),
            (&[&[Held, Held]], Red::Held, "NOT RED: it holds"),
            (&[&[Inconclusive, Violated]], Red::NotJudged, "could not be judged"),
            (&[&[Held, Held], &[Held, Violated], &[Held, Held], &[Held, Held]], Red::Sometimes, "RED 1 OF 4 TIMES"),
            (&[&[Held, Violated], &[Violated, Violated]], Red::Outcome, "red 2 of 2"),
        ];
        for (verdicts, red, words) in cases {
            let outcomes: Vec<Outcome> = verdicts.iter().map(|verdicts| outcome(verdicts)).collect();
            let mut script = sample::job().script;
            script.steps.clear();
            let proof = Proof::of(&script, outcomes.iter().collect(), verdicts.len(), Some(Role::Users));
            assert_eq!(proof.red, *red);
            assert!(proof.sentence().contains(words), "{}", proof.sentence());
        }
    }

    #[test]
    fn what_was_never_violated_is_listed_once() {
        use Verdict::{Held, Violated};
        let outcomes = [outcome(&[Held, Held, Violated]), outcome(&[Held, Violated, Violated])];
        let proof = Proof::of(&sample::job().script, outcomes.iter().collect(), 2, None);
        assert_eq!(proof.never_violated(), ["then 0"]);
    }
}
