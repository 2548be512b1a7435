//! A timeline as lanes: steps, expectations, what was attempted, each user, each service. No drawing here.

use relapse_model::outcome::Outcome;
use relapse_model::timeline::{Entry, Lane as Owner, Record, Timeline, Tone};

use super::bound::{seconds, short};
use super::phases::{Span, phases};

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

/// Something at one moment.
pub(super) struct Mark {
    pub(super) at_ms: u64,
    /// Each kind has its own shape.
    pub(super) tone: Tone,
    pub(super) title: String,
    /// The feature's line, for steps and expectations.
    pub(super) line: Option<usize>,
}

const MAX_CHARS: usize = 200;

pub(super) fn lanes(outcome: &Outcome, timeline: &Timeline) -> Lanes {
    let entries = timeline.entries();
    let last = entries.last().map_or(0, |entry| entry.at_ms);
    let end_ms = outcome.thens.iter().map(|then| then.at_ms).fold(last, u64::max).max(1);
    let mut steps = Lane { name: "steps".into(), ..Lane::default() };
    let mut attempts = Lane { name: "attempts".into(), ..Lane::default() };
    let mut users: Vec<Lane> = Vec::new();
    let mut services: Vec<Lane> = timeline.services().into_iter().map(named).collect();
    for Entry { at_ms, what } in entries {
        let (Some(lane), Some(tone)) = (what.lane(), what.tone()) else { continue };
        let lane = match lane {
            Owner::Steps => Some(&mut steps),
            Owner::Attempts => Some(&mut attempts),
            Owner::User(name) => of(&mut users, name),
            Owner::Service(name) => of(&mut services, name),
        };
        let Some(lane) = lane else { continue };
        let title = short(&what.describe(timeline, *at_ms).unwrap_or_default(), MAX_CHARS);
        let line = if let Record::Step { line, .. } = what { Some(*line) } else { None };
        lane.marks.push(Mark { at_ms: *at_ms, tone, title: format!("{}: {title}", seconds(*at_ms)), line });
    }
    for (service, spans) in phases(entries, end_ms) {
        if let Some(lane) = of(&mut services, service) {
            lane.spans = spans;
        }
    }
    let mut thens = Lane { name: "expectations".into(), ..Lane::default() };
    for then in &outcome.thens {
        let title = format!("{}: {}: {}", seconds(then.at_ms), then.verdict, short(&then.text, MAX_CHARS));
        thens.marks.push(Mark { at_ms: then.at_ms, tone: Tone::Judged(then.verdict), title, line: Some(then.line) });
    }
    let lanes = [steps, thens, attempts].into_iter().chain(users).chain(services);
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

#[cfg(test)]
mod tests {
    use relapse_model::verdict::Verdict;
    use relapse_wire::members::{Reading, Server};

    use super::*;

    #[test]
    fn a_list_of_a_thousand_is_one_mark_that_says_how_many() {
        let mut timeline = Timeline::default();
        let server = |port| Server { address: ([10, 0, 0, 1], port).into(), listed: true, state: "passing".into() };
        for reading in [Reading::Servers((1..=1000).map(server).collect()), Reading::Unchanged] {
            timeline.push(10, Record::Members { tier: "webapp".into(), service: "consul".into(), reading });
        }
        let lanes = lanes(&crate::report::sample::sample_run(Verdict::Held).outcome, &timeline).lanes;
        let consul = lanes.iter().find(|lane| lane.name == "consul");
        let titles: Vec<&str> = consul.into_iter().flat_map(|lane| &lane.marks).map(|mark| mark.title.as_str()).collect();
        assert_eq!(titles, ["0.010 s: consul lists 1000"]);
    }
}
