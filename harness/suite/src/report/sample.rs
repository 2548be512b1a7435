//! Outcomes for the reports' tests, with what a hostile service could write.
use std::collections::BTreeMap;

use relapse_model::ablation::{Effect, Plan, Seen, Table, Varied};
use relapse_model::levels::Choice;
use relapse_model::outcome::{Obstacle, Outcome, ThenOutcome, Trouble};
use relapse_model::reason::Explain;
use relapse_model::timeline::{Record, State, Timeline};
use relapse_model::verdict::Verdict;
use relapse_wire::log::{Alert, Line};

use super::conclusion::Played;
use super::reporter::Reporter;
use crate::analysis::{DemandAlone, Findings, Proof, Proofs};
use crate::runner::{Event, Job, ScenarioRun};
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

pub(crate) fn sample_run(verdict: Verdict) -> ScenarioRun {
    let job = job();
    let mut timeline = Timeline::default();
    timeline
        .push(500, Record::Step { text: "When nginx is killed".into(), line: 9, kind: relapse_model::timeline::StepKind::When });
    timeline.push(600, Record::Container { service: "nginx".into(), state: State::Exited { code: 137 } });
    timeline.push(900, Record::Log { service: "nginx".into(), text: "::error::<script>\u{1b}[31m".into(), line: None });
    let then = |verdict, line, text: &str, seen: &str| ThenOutcome {
        text: text.into(),
        line,
        verdict,
        seen: seen.into(),
        watched_seconds: 1.0,
        is_final: false,
        longer_seconds: 0.0,
        at_ms: 1000,
        reason: None,
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
        reason: Some(Obstacle::EngineRefused { service: "shop".into(), why: "it refused".into() }.reason()),
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
    ScenarioRun { outcome, timeline, catalogues: BTreeMap::new(), kept: None }
}

/// Jobs that were played, each with what it came to; nothing of one that never began.
pub(super) struct Sample {
    jobs: Vec<Job>,
    told: Vec<Option<ScenarioRun>>,
    outcomes: Vec<Option<Outcome>>,
}

impl Sample {
    pub(super) fn of(verdicts: &[Option<Verdict>]) -> Self {
        let all: Vec<Option<ScenarioRun>> = verdicts.iter().map(|verdict| verdict.map(sample_run)).collect();
        let outcomes = all.iter().map(|told| told.as_ref().map(|told| told.outcome.clone())).collect();
        Self { jobs: verdicts.iter().map(|_| job()).collect(), told: all, outcomes }
    }

    /// Tells a reporter what happened, but not what it came to.
    pub(super) fn tell(&self, reporter: &mut dyn Reporter) {
        reporter.begin(&self.jobs);
        for (index, (job, told)) in self.jobs.iter().zip(&self.told).enumerate() {
            if let Some(told) = told {
                reporter.hear(index, job, &Event::Began);
                reporter.hear(index, job, &Event::Ended(Box::new(told.clone())));
            }
        }
    }

    pub(super) fn played(&self) -> Played<'_> {
        Played { command: "run", id: "1", jobs: &self.jobs, outcomes: &self.outcomes, seconds: 4.5, proofs: None }
    }
}

/// What `prove` would say of them, were each a gate.
pub(super) fn proofs(sample: &Sample) -> Proofs<'_> {
    let ended = sample.jobs.iter().zip(&sample.outcomes).filter_map(|(job, outcome)| Some((&job.script, outcome.as_ref()?)));
    let gates = ended.map(|(script, outcome)| (script, Proof::of(script, vec![outcome], 1, None)));
    Proofs { count: sample.jobs.len(), gates: gates.collect(), incidents: Vec::new() }
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
pub(super) fn alert(name: &str, state: &str, instance: &str) -> Record {
    let labels = [("instance".to_owned(), instance.to_owned())].into();
    let alert = Alert { name: name.into(), state: state.into(), labels, summary: String::new(), starts_at: 0.0 };
    Record::Log { service: "pager".into(), text: String::new(), line: Some(Line::Alert(alert)) }
}
