//! Outcomes for the reports' tests, with what a hostile part could write.
use std::collections::BTreeMap;

use relapse_model::ablation::{Effect, Plan, Seen, Table, Varied};
use relapse_model::levels::Choice;
use relapse_model::outcome::{Outcome, ThenOutcome, Trouble};
use relapse_model::timeline::{State, Timeline, What};
use relapse_model::verdict::Verdict;
use relapse_wire::log::{Alert, Line};

use crate::analysis::{DemandAlone, Findings};
use crate::runner::{Job, Told};
use crate::script::Script;

pub(crate) fn job() -> Job {
    let script = Script {
        feature: "features/shop/outage.feature".into(),
        source: "".into(),
        line: 7,
        last_line: 12,
        name: "Carts & <orders>".into(),
        tags: vec!["gate".into()],
        steps: Vec::new(),
        lab: "shop".into(),
        levels: [("resolver".to_owned(), "at-request".to_owned())].into(),
    };
    let choice =
        Choice { scenario: script.levels.clone(), set: [("port".to_owned(), "it's".to_owned())].into(), ..Choice::default() };
    Job { script, choice }
}

pub(crate) fn told(verdict: Verdict) -> Told {
    let job = job();
    let mut timeline = Timeline::default();
    timeline
        .push(500, What::Step { text: "When nginx is killed".into(), line: 9, kind: relapse_model::timeline::StepKind::When });
    timeline.push(600, What::Container { part: "nginx".into(), state: State::Exited { code: 137 } });
    timeline.push(900, What::Log { part: "nginx".into(), text: "::error::<script>\u{1b}[31m".into(), line: None });
    let then = |verdict, line, text: &str, seen: &str| ThenOutcome {
        text: text.into(),
        line,
        verdict,
        seen: seen.into(),
        watched_seconds: 1.0,
        at_ms: 1000,
    };
    let mut thens = vec![then(Verdict::Held, 10, "nginx should be exited within 5s", "nginx is exited, with code 137")];
    if verdict == Verdict::Violated {
        thens.push(then(
            verdict,
            11,
            "ada should be answered 200 by shop within 5s",
            "ada was answered: 502 by nginx (1×)\u{1b}[2J]]>",
        ));
    }
    let trouble = (verdict == Verdict::Inconclusive).then(|| Trouble {
        not_steady: false,
        line: Some(8),
        what: "shop: the engine refused, 100%\nto start".into(),
    });
    let outcome = Outcome {
        feature: job.script.feature,
        line: job.script.line,
        name: job.script.name,
        tags: job.script.tags,
        levels: job.choice.merged(),
        verdict,
        seconds: 1.5,
        lab_seconds: 0.5,
        thens,
        failures: Vec::new(),
        trouble,
    };
    Told { outcome, timeline, catalogues: BTreeMap::new(), kept: None }
}

/// What `why` found of that scenario: each of these at another level of one factor.
pub(super) fn findings(seen: Vec<Seen>) -> Findings {
    let levels = (0..=seen.len()).map(|level| level.to_string()).collect();
    let factors = vec![Varied { name: "nginx_<b>".into(), about: String::new(), levels }];
    let day = Seen { occurred: 1, of: 1, effect: Effect::Happens, ..Seen::default() };
    let cells = std::iter::once(day).chain(seen).enumerate().map(|(level, seen)| (vec![level], seen)).collect();
    Findings {
        scenario: job().script,
        triggers: Vec::new(),
        demand_alone: DemandAlone::NotAsked,
        table: Table { factors, cells },
        plan: Plan { sets: true, most: 10, at_once: 1, ..Plan::default() },
        contradictions: Vec::new(),
        runs: 1,
        resumed: 0,
        seconds: 1.0,
    }
}

/// A line of whoever is told of alerts.
pub(super) fn alert(name: &str, state: &str, instance: &str) -> What {
    let labels = [("instance".to_owned(), instance.to_owned())].into();
    let alert = Alert { name: name.into(), state: state.into(), labels, summary: String::new(), starts_at: 0.0 };
    What::Log { part: "pager".into(), text: String::new(), line: Some(Line::Alert(alert)) }
}
