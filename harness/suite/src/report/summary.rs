//! What all scenarios of a call came to together: how many of each verdict, what was not run, and why others have none.

use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use super::failure;
use crate::runner::Job;

/// What they came to; `not_run` are the jobs that never began.
pub(crate) fn lines(outcomes: &[&Outcome], not_run: &[&Job], seconds: f64) -> Vec<String> {
    let count = |verdict: Verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let (held, violated, inconclusive) = (count(Verdict::Held), count(Verdict::Violated), count(Verdict::Inconclusive));
    let left = if not_run.is_empty() { String::new() } else { format!(", {} not run", not_run.len()) };
    let mut lines = reasons(outcomes);
    lines.push(format!("{held} held, {violated} violated, {inconclusive} inconclusive{left}, in {seconds:.1} s"));
    lines
}

/// The closing line that test runners' readers know.
pub(crate) fn closing(outcomes: &[&Outcome]) -> String {
    let held = outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Held).count();
    format!("{held} passed, {} failed", outcomes.len() - held)
}

/// Why scenarios have no verdict, where there are several: equal reasons once, with their count, the most frequent first.
fn reasons(outcomes: &[&Outcome]) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&Outcome>)> = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Inconclusive) {
        let why = reason(outcome);
        match groups.iter_mut().find(|(own, _)| *own == why) {
            Some((_, same)) => same.push(outcome),
            None => groups.push((why, vec![outcome])),
        }
    }
    if groups.iter().map(|(_, same)| same.len()).sum::<usize>() < 2 {
        return Vec::new();
    }
    groups.sort_by_key(|(_, same)| std::cmp::Reverse(same.len()));
    let told = groups.iter().map(|(why, same)| {
        let first = same.first().map(|outcome| format!("{}:{}", outcome.feature, outcome.line)).unwrap_or_default();
        let place = if same.len() == 1 { first } else { format!("the first is {first}") };
        format!("no verdict, {}×: {} ({place})", same.len(), why.replace('\n', "\n  "))
    });
    told.collect()
}

/// Why a scenario has no verdict, without what is only said of the Then that it came from.
fn reason(outcome: &Outcome) -> String {
    let inconclusive = outcome.thens.iter().find(|then| then.verdict == Verdict::Inconclusive);
    match (&outcome.trouble, inconclusive) {
        (Some(trouble), _) => trouble.what.clone(),
        (None, Some(then)) => then.seen.clone(),
        (None, None) => failure::sentence(outcome),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{job, sample_run};
    use super::*;

    #[test]
    fn what_was_not_run_is_counted_and_equal_reasons_are_told_once() {
        let (held, lost, mut other) =
            (sample_run(Verdict::Held), sample_run(Verdict::Inconclusive), sample_run(Verdict::Inconclusive));
        if let Some(trouble) = &mut other.outcome.trouble {
            trouble.what = "interrupted by Ctrl-C".into();
        }
        let outcomes = [&other.outcome, &lost.outcome, &held.outcome, &lost.outcome];
        let job = job();
        let said = lines(&outcomes, &[&job; 7], 4.0);
        let expected = [
            "no verdict, 2×: shop: the engine refused, 100%\n  to start (the first is features/shop/outage.feature:7)",
            "no verdict, 1×: interrupted by Ctrl-C (features/shop/outage.feature:7)",
            "1 held, 0 violated, 3 inconclusive, 7 not run, in 4.0 s",
        ];
        assert_eq!(said, expected);
        assert_eq!(closing(&outcomes), "1 passed, 3 failed");
        // One reason alone stands above already.
        let said = lines(&[&held.outcome, &lost.outcome], &[], 4.0);
        assert_eq!(said, ["1 held, 0 violated, 1 inconclusive, in 4.0 s"]);
    }
}
