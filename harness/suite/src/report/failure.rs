//! What a failing expectation shows, in this order: the feature's line, what was expected, what was seen, how long it was watched, the
//! next move where there is no verdict, the timeline around it, the logs of the services it names, the command that runs it again.

use relapse_model::outcome::{Outcome, ThenOutcome};
use relapse_model::reason::Reason;
use relapse_model::timeline::{Record, Timeline};
use relapse_model::verdict::Verdict;

use crate::runner::{Job, ScenarioRun};

/// Records shown before the verdict.
const BEFORE: usize = 12;
/// Lines of each log.
const TAIL: usize = 6;

/// By how much its deadline was longer than it says, where it was.
pub(crate) fn longer(then: &ThenOutcome) -> String {
    let seconds = then.longer_seconds;
    if seconds > 0.0 { format!(" ({seconds:.1} s longer, since others used the machine)") } else { String::new() }
}

/// The lines that explain why a scenario did not hold.
pub(crate) fn explain(job: &Job, told: &ScenarioRun) -> Vec<String> {
    let script = &job.script;
    let mut lines = Vec::new();
    let failed = told.outcome.thens.iter().filter(|then| then.verdict != Verdict::Held);
    for (index, then) in failed.enumerate() {
        lines.push(String::new());
        lines.push(format!("{}:{}", script.feature, then.line));
        lines.push(format!("  expected  {}", then.text));
        lines.push(format!("  seen      {}", then.seen));
        let for_good = if then.is_final { ": it can no longer be so" } else { "" };
        lines.push(format!("  watched   for {:.1} s{}, then {}{for_good}", then.watched_seconds, longer(then), then.verdict));
        lines.extend(then.reason.as_ref().map(next));
        // The first failure explains the others more often than not.
        if index == 0 {
            lines.extend(slice(&told.timeline, then));
            lines.extend(logs(&told.timeline, then));
        }
    }
    if let Some(trouble) = &told.outcome.trouble {
        lines.push(String::new());
        let line = trouble.line.unwrap_or(script.line);
        lines.push(format!("{}:{line}: {}", script.feature, trouble.what.replace('\n', "\n  ")));
        lines.extend(trouble.reason.as_ref().map(next));
    }
    lines.push(String::new());
    lines.push(format!("again, with its lab kept: {}", again(job)));
    lines
}

/// What to do about a missing verdict.
pub(crate) fn next(reason: &Reason) -> String {
    format!("  next      {} (`relapse explain {}`)", reason.next, reason.id)
}

/// In a sentence, why a scenario did not hold.
pub(crate) fn sentence(outcome: &Outcome) -> String {
    match (gravest(outcome), &outcome.trouble) {
        (Some(then), _) => format!("expected: {}\nseen: {}", then.text, then.seen),
        (None, Some(trouble)) => trouble.what.clone(),
        (None, None) => "nothing was judged".into(),
    }
}

/// The line in the feature of what did not hold.
pub(crate) fn line(outcome: &Outcome) -> usize {
    let trouble = || outcome.trouble.as_ref().and_then(|trouble| trouble.line);
    gravest(outcome).map(|then| then.line).or_else(trouble).unwrap_or(outcome.line)
}

/// The first Then that was violated, or else inconclusive.
fn gravest(outcome: &Outcome) -> Option<&ThenOutcome> {
    let inconclusive = || outcome.thens.iter().find(|then| then.verdict == Verdict::Inconclusive);
    outcome.first_violated().or_else(inconclusive)
}

/// The command that runs it again, at the same levels and with its lab kept.
pub(crate) fn again(job: &Job) -> String {
    let mut levels = job.choice.set.clone();
    levels.extend(job.choice.forced.clone());
    let set: String = levels.iter().map(|(factor, level)| format!(" --set {}", quoted(&format!("{factor}={level}")))).collect();
    format!("relapse run {}{set} --keep failed", quoted(&job.script.place()))
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn slice(timeline: &Timeline, then: &ThenOutcome) -> Vec<String> {
    let until: Vec<_> = timeline.entries().iter().filter(|entry| entry.at_ms <= then.at_ms).collect();
    let mut told: Vec<String> = until
        .iter()
        .rev()
        .filter(|entry| !entry.what.is_one_of_many())
        .filter_map(|entry| Some(format!("    {:>8.3} s  {}", seconds(entry.at_ms), entry.what.describe(timeline, entry.at_ms)?)))
        .take(BEFORE)
        .collect();
    told.reverse();
    told.insert(0, "  the timeline until then:".into());
    told
}

#[expect(clippy::cast_precision_loss)]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

fn logs(timeline: &Timeline, then: &ThenOutcome) -> Vec<String> {
    let mut lines = Vec::new();
    // What was seen names services as well: whoever answered instead, for example.
    let words: Vec<&str> = then.text.split_whitespace().chain(then.seen.split_whitespace()).collect();
    let named = |service: &&str| words.iter().any(|word| word.trim_matches(|c| "():;,".contains(c)) == *service);
    for service in timeline.services().into_iter().filter(named) {
        let mut tail: Vec<String> = timeline
            .entries()
            .iter()
            .rev()
            .filter(|entry| entry.at_ms <= then.at_ms)
            .filter_map(|entry| match &entry.what {
                Record::Log { service: who, text, .. } if who == service => Some(format!("    {text}")),
                _ => None,
            })
            .take(TAIL)
            .collect();
        tail.reverse();
        lines.push(format!("  the end of {service}'s log:"));
        lines.append(&mut tail);
    }
    lines
}

#[cfg(test)]
mod tests {
    use relapse_model::reason::Explain;
    use relapse_model::timeline::Missed;

    use super::super::sample::{job, sample_run};
    use super::*;

    #[test]
    fn a_failure_is_told_in_the_order_of_the_design() {
        let lines = explain(&job(), &sample_run(Verdict::Violated)).join("\n");
        let order = [
            "features/shop/outage.feature:11",
            "expected  ada should be answered 200",
            "seen      ada was answered: 502",
            "watched   for 1.0 s, then violated",
            "the timeline until then",
            "When nginx is killed",
            "the end of nginx's log",
            "again, with its lab kept: relapse run features/shop/outage.feature:7 --set 'port=it'\\''s' --keep failed",
        ];
        let places: Vec<Option<usize>> = order.iter().map(|words| lines.find(words)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in\n{lines}");
    }

    #[test]
    fn why_it_was_watched_for_less_or_for_longer_is_told() {
        let mut told = sample_run(Verdict::Violated);
        for then in &mut told.outcome.thens {
            (then.is_final, then.longer_seconds) = (true, 0.5);
        }
        let lines = explain(&job(), &told).join("\n");
        let words = "watched   for 1.0 s (0.5 s longer, since others used the machine), then violated: it can no longer be so";
        assert!(lines.contains(words), "{lines}");
    }

    #[test]
    fn where_there_is_no_verdict_the_next_move_is_told() {
        let mut told = sample_run(Verdict::Inconclusive);
        let mut then = told.outcome.thens[0].clone();
        then.verdict = Verdict::Inconclusive;
        then.reason = Some(Missed::ReaderBehind { seconds: 20 }.reason());
        told.outcome.thens.push(then);
        let lines = explain(&job(), &told).join("\n");
        for words in [
            "then inconclusive\n  next      give the machine less to do (`--jobs 1`, the tag @serial), or let the service log less (`relapse explain reader-behind`)\n",
            "to start\n  next      see what shop asks for in the Compose file",
        ] {
            assert!(lines.contains(words), "{words} is not in\n{lines}");
        }
    }
}
