//! A timeline as lanes: steps, expectations, what was attempted, each user, each part. No drawing here.

use std::collections::BTreeMap;

use relapse_model::outcome::Outcome;
use relapse_model::timeline::{Entry, State, Timeline, What};
use relapse_model::verdict::Verdict;
use relapse_wire::log::Line;
use relapse_wire::members::Reading;

use super::bound::{seconds, short};
use crate::report::failure::describe;

/// All lanes of a scenario.
pub(super) struct Lanes {
    pub(super) lanes: Vec<Lane>,
    /// When the last thing happened.
    pub(super) end_ms: u64,
}

/// One row.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) spans: Vec<Span>,
    pub(super) marks: Vec<Mark>,
}

/// Something that lasted.
#[derive(Debug, PartialEq)]
pub(super) struct Span {
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
    pub(super) phase: Phase,
    pub(super) title: String,
}

/// What a part is in meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It exists, and has not run.
    Created,
    /// It runs.
    Running,
    /// Its work is done: it ended well, and no step had asked for it.
    Ended,
    /// It is down: frozen, or ended by a step or with an error, until it runs again or is gone.
    Down,
}

/// Something at one moment.
pub(super) struct Mark {
    pub(super) at_ms: u64,
    pub(super) sort: Sort,
    pub(super) title: String,
    /// The feature's line, for steps and expectations.
    pub(super) line: Option<usize>,
}

/// What a mark stands for; each has its own shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Step,
    Judged(Verdict),
    /// A container event, a health check's word, a page that was opened or stands still.
    Event,
    /// An attempt, or what a part says that came of one.
    Action,
    /// A request, to whoever answered it by itself.
    Served,
    /// A request that was passed on.
    Passed,
    /// A request without an answer, or with one of 500 and more.
    Failed,
    /// What a name was resolved to.
    Dns,
}

const LONGEST: usize = 200;

pub(super) fn lanes(outcome: &Outcome, timeline: &Timeline) -> Lanes {
    let entries = timeline.entries();
    let last = entries.last().map_or(0, |entry| entry.at_ms);
    let end_ms = outcome.thens.iter().map(|then| then.at_ms).fold(last, u64::max).max(1);
    let mut steps = Lane { name: "steps".into(), ..Lane::default() };
    let mut attempts = Lane { name: "attempts".into(), ..Lane::default() };
    let mut users: Vec<Lane> = Vec::new();
    let mut parts: Vec<Lane> = timeline.parts().into_iter().map(named).collect();
    for Entry { at_ms, what } in entries {
        let Some((sort, line)) = sort(what) else { continue };
        let lane = match what {
            What::Step { .. } => Some(&mut steps),
            What::Attempt { .. } | What::Gap(_) | What::Noted { .. } => Some(&mut attempts),
            What::Opened { user, .. }
            | What::Hop { user, .. }
            | What::VisitEnded { user, .. }
            | What::Sample { user, .. }
            | What::Held { user, .. } => of(&mut users, user),
            What::Container { part, .. }
            | What::Health { part, .. }
            | What::Log { part, .. }
            | What::Resolved { part, .. }
            | What::Members { part, .. }
            | What::Processes { part, .. }
            | What::Queried { part, .. } => of(&mut parts, part),
            What::Asked { .. } | What::Out { .. } | What::Used { .. } | What::Judged { .. } => None,
        };
        let Some(lane) = lane else { continue };
        let title = short(&title(what, timeline, *at_ms), LONGEST);
        lane.marks.push(Mark { at_ms: *at_ms, sort, title: format!("{}: {title}", seconds(*at_ms)), line });
    }
    for (part, spans) in phases(entries, end_ms) {
        if let Some(lane) = of(&mut parts, part) {
            lane.spans = spans;
        }
    }
    let mut thens = Lane { name: "expectations".into(), ..Lane::default() };
    for then in &outcome.thens {
        let title = format!("{}: {}: {}", seconds(then.at_ms), then.verdict, short(&then.text, LONGEST));
        thens.marks.push(Mark { at_ms: then.at_ms, sort: Sort::Judged(then.verdict), title, line: Some(then.line) });
    }
    let lanes = [steps, thens, attempts].into_iter().chain(users).chain(parts);
    Lanes { lanes: lanes.filter(|lane| !lane.marks.is_empty() || !lane.spans.is_empty()).collect(), end_ms }
}

fn named(name: &str) -> Lane {
    Lane { name: name.to_owned(), ..Lane::default() }
}

/// The lane of that name, made when it is new.
fn of<'a>(lanes: &'a mut Vec<Lane>, name: &str) -> Option<&'a mut Lane> {
    if !lanes.iter().any(|lane| lane.name == name) {
        lanes.push(named(name));
    }
    lanes.iter_mut().find(|lane| lane.name == name)
}

/// What a record is drawn as; `None` for what has no place of its own.
fn sort(what: &What) -> Option<(Sort, Option<usize>)> {
    let fine = |fine: bool| if fine { Sort::Served } else { Sort::Failed };
    let sort = match what {
        What::Step { line, .. } => return Some((Sort::Step, Some(*line))),
        What::Gap(_) => Sort::Failed,
        What::Attempt { .. } | What::Log { line: Some(Line::Action(_) | Line::Alert(_)), .. } | What::Noted { .. } => {
            Sort::Action
        }
        What::Container { .. } | What::Health { .. } | What::Opened { .. } | What::VisitEnded { .. } | What::Processes { .. } => {
            Sort::Event
        }
        What::Hop { hop, .. } => fine(hop.status.is_some_and(|status| status < 500)),
        What::Sample { sample, .. } => fine(sample.is_fine()),
        What::Held { holding, .. } => fine(holding.lost == 0),
        What::Log { line: Some(Line::Access(access)), .. } if access.status >= 500 => Sort::Failed,
        What::Log { line: Some(Line::Access(access)), .. } if access.upstream.is_empty() => Sort::Served,
        What::Log { line: Some(Line::Access(_)), .. } => Sort::Passed,
        What::Resolved { .. } => Sort::Dns,
        What::Members { reading: Reading::Unchanged, .. } => return None,
        What::Members { reading, .. } => fine(matches!(reading, Reading::Servers(_))),
        What::Queried { answer, .. } => fine(answer.error.is_none()),
        What::Log { line: None, .. } | What::Asked { .. } | What::Out { .. } | What::Used { .. } | What::Judged { .. } => {
            return None;
        }
    };
    Some((sort, None))
}

fn title(what: &What, timeline: &Timeline, at_ms: u64) -> String {
    match what {
        What::Log { line: Some(Line::Access(access)), .. } => {
            let on = if access.upstream.is_empty() { String::new() } else { format!(", passed on to {}", access.upstream) };
            format!("{} {}{} → {}{on}", access.method, access.host, access.path, access.status)
        }
        What::Sample { user, sample } => {
            let answer = sample.status.map_or_else(|| sample.error.clone().unwrap_or_default(), |status| status.to_string());
            format!("{user} asks: {answer} after {:.3} s", sample.seconds)
        }
        What::Held { user, holding } => format!("{user} holds {} WebSockets, and lost {}", holding.open, holding.lost),
        What::Processes { part, commands } => format!("{part} runs {} processes", commands.len()),
        What::Members { part, reading: Reading::Servers(servers), .. } => {
            let listed = servers.iter().filter(|server| server.listed).count();
            format!("{part} lists {listed}")
        }
        What::Members { part, reading: Reading::Failed(why), .. } => format!("the list of {part} cannot be read: {why}"),
        What::Queried { answer, .. } => {
            let values: Vec<&str> = answer.values.iter().map(|value| value.value.as_str()).collect();
            let said =
                answer.error.clone().unwrap_or_else(|| if values.is_empty() { "no data".into() } else { values.join(", ") });
            format!("{} is {said}", answer.expression)
        }
        What::Resolved { resolution, .. } => {
            let owners: Vec<String> = resolution
                .addresses
                .iter()
                .map(|address| format!("{address} ({})", timeline.owner(*address, at_ms).unwrap_or("nobody of this lab")))
                .collect();
            let nothing = || resolution.error.clone().unwrap_or_else(|| "nothing".into());
            format!("{} is {}", resolution.name, if owners.is_empty() { nothing() } else { owners.join(", ") })
        }
        other => describe(other, timeline, at_ms).unwrap_or_default(),
    }
}

/// Which phase each part was in, and when.
fn phases(entries: &[Entry], end_ms: u64) -> BTreeMap<&str, Vec<Span>> {
    let mut open: BTreeMap<&str, (u64, Phase, String)> = BTreeMap::new();
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let close = |part: &str, (from_ms, phase, word): (u64, Phase, String), to_ms: u64| Span {
        from_ms,
        to_ms,
        phase,
        title: format!("{part}: {word} from {} to {}", seconds(from_ms), seconds(to_ms)),
    };
    let mut step = "";
    for Entry { at_ms, what } in entries {
        if let What::Step { text, .. } = what {
            step = text;
        }
        let What::Container { part, state } = what else { continue };
        let asked_for = step.split_whitespace().any(|word| word == part);
        let next = match state {
            State::Created => Some((Phase::Created, "created".to_owned())),
            State::Running { .. } => Some((Phase::Running, "running".to_owned())),
            State::Paused => Some((Phase::Down, "paused".to_owned())),
            State::Exited { code: 0 } if !asked_for => Some((Phase::Ended, "ended well".to_owned())),
            State::Exited { code } => Some((Phase::Down, format!("exited with code {code}"))),
            State::Removed => None,
        };
        // A part that runs with one container more, or less, still runs.
        if open.get(part.as_str()).is_some_and(|(_, phase, _)| next.as_ref().is_some_and(|(other, _)| other == phase)) {
            continue;
        }
        if let Some(before) = open.remove(part.as_str()) {
            spans.entry(part).or_default().push(close(part, before, *at_ms));
        }
        if let Some((phase, word)) = next {
            open.insert(part, (*at_ms, phase, word));
        }
    }
    for (part, before) in open {
        spans.entry(part).or_default().push(close(part, before, end_ms));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_down_from_its_end_until_it_runs_again() {
        let mut timeline = Timeline::default();
        let mut at = |ms, state| timeline.push(ms, What::Container { part: "nginx".into(), state });
        let running = || State::Running { addresses: Vec::new() };
        at(0, State::Created);
        at(10, running());
        at(15, running());
        at(20, State::Exited { code: 137 });
        at(30, running());
        at(40, State::Exited { code: 0 });
        at(50, running());
        at(60, State::Removed);
        timeline
            .push(70, What::Step { text: "When dns is stopped".into(), line: 1, kind: relapse_model::timeline::StepKind::When });
        timeline.push(71, What::Container { part: "dns".into(), state: State::Exited { code: 0 } });
        let spans = phases(timeline.entries(), 100);
        let seen: Vec<(u64, u64, Phase)> =
            spans.get("nginx").into_iter().flatten().map(|span| (span.from_ms, span.to_ms, span.phase)).collect();
        let expected = [
            (0, 10, Phase::Created),
            (10, 20, Phase::Running),
            (20, 30, Phase::Down),
            (30, 40, Phase::Running),
            (40, 50, Phase::Ended),
            (50, 60, Phase::Running),
        ];
        assert_eq!(seen, expected);
        assert_eq!(
            spans.get("nginx").and_then(|spans| spans.get(2)).map(|span| span.title.as_str()),
            Some("nginx: exited with code 137 from 0.020 s to 0.030 s")
        );
    }

    #[test]
    fn a_list_of_a_thousand_is_one_mark_that_says_how_many() {
        use relapse_wire::members::Server;

        let mut timeline = Timeline::default();
        let server = |port| Server { address: ([10, 0, 0, 1], port).into(), listed: true, state: "passing".into() };
        for reading in [Reading::Servers((1..=1000).map(server).collect()), Reading::Unchanged] {
            timeline.push(10, What::Members { tier: "webapp".into(), part: "consul".into(), reading });
        }
        let lanes = lanes(&crate::report::sample::told(Verdict::Held).outcome, &timeline).lanes;
        let consul = lanes.iter().find(|lane| lane.name == "consul");
        let titles: Vec<&str> = consul.into_iter().flat_map(|lane| &lane.marks).map(|mark| mark.title.as_str()).collect();
        assert_eq!(titles, ["0.010 s: consul lists 1000"]);
    }
}
