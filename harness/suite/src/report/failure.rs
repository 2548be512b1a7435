//! What a failing expectation shows, in this order: the feature's line, what was expected, what was seen, how long it was watched,
//! the timeline around it, the logs of the parts it names, the command that runs it again.

use relapse_model::outcome::ThenOutcome;
use relapse_model::timeline::{Client, State, Timeline, What};
use relapse_model::verdict::Verdict;
use relapse_model::wire::log::Line;

use crate::runner::Told;
use crate::script::Script;

/// Records shown before the verdict.
const BEFORE: usize = 12;
/// Lines of each log.
const TAIL: usize = 6;

/// The lines that explain why a scenario did not hold.
pub(crate) fn explain(script: &Script, told: &Told) -> Vec<String> {
    let mut lines = Vec::new();
    let failed = told.outcome.thens.iter().filter(|then| then.verdict != Verdict::Held);
    for (index, then) in failed.enumerate() {
        lines.push(String::new());
        lines.push(format!("{}:{}", script.feature, then.line));
        lines.push(format!("  expected  {}", then.text));
        lines.push(format!("  seen      {}", then.seen));
        lines.push(format!("  {} after {:.1} s", then.verdict, then.watched_seconds));
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
    }
    lines.push(String::new());
    lines.push(format!("again, with its lab kept: relapse run {} --keep failed", script.place()));
    lines
}

fn slice(timeline: &Timeline, then: &ThenOutcome) -> Vec<String> {
    let until: Vec<_> = timeline.entries().iter().filter(|entry| entry.at_ms <= then.at_ms).collect();
    let mut told: Vec<String> = until
        .iter()
        .rev()
        .filter_map(|entry| {
            Some(format!("    {:>8.3} s  {}", seconds(entry.at_ms), describe(&entry.what, timeline, entry.at_ms)?))
        })
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

/// One record for people; `None` for what says nothing by itself.
fn describe(what: &What, timeline: &Timeline, at_ms: u64) -> Option<String> {
    Some(match what {
        What::Step { text, .. } => text.clone(),
        What::Attempt { name, target, outcome, .. } => format!("{name} of {target}: {outcome}"),
        What::Container { part, state } => match state {
            State::Exited { code } => format!("{part} exited with code {code}"),
            other => format!("{part} is {}", other.word()),
        },
        What::Health { part, status } => format!("{part} is {status}"),
        What::Log { part, line: Some(Line::Action(action)), .. } => {
            format!("{part}: {} of {}: {}", action.name, action.target, action.outcome)
        }
        What::Opened { user, url, with, .. } => {
            format!("{user} opens {url}{}", if *with == Client::Browser { " in the browser" } else { "" })
        }
        What::Hop { user, hop, .. } => {
            let answer = hop.status.map_or_else(|| hop.error.clone().unwrap_or_default(), |status| status.to_string());
            format!("{user} {} {} → {answer} by {}", hop.method, hop.url, timeline.answered_by(at_ms, hop).name())
        }
        What::VisitEnded { user, end, .. } => format!("{user} {}", relapse_model::expect::seen::describe(end)),
        What::Resolved { part, resolution } => format!("{part} resolves {} to {:?}", resolution.name, resolution.addresses),
        What::Trouble { message } => format!("trouble: {message}"),
        What::Judged { text, verdict, .. } => format!("{verdict}: {text}"),
        What::Log { .. } | What::Sample { .. } | What::Used { .. } | What::Queried { .. } => return None,
    })
}

fn logs(timeline: &Timeline, then: &ThenOutcome) -> Vec<String> {
    let mut lines = Vec::new();
    let named = |part: &&str| then.text.split_whitespace().any(|word| word == *part);
    for part in timeline.parts().into_iter().filter(named) {
        let mut tail: Vec<String> = timeline
            .entries()
            .iter()
            .rev()
            .filter(|entry| entry.at_ms <= then.at_ms)
            .filter_map(|entry| match &entry.what {
                What::Log { part: who, text, .. } if who == part => Some(format!("    {text}")),
                _ => None,
            })
            .take(TAIL)
            .collect();
        tail.reverse();
        lines.push(format!("  the end of {part}'s log:"));
        lines.append(&mut tail);
    }
    lines
}
