//! `run` and `prove`: scenarios that were played, and gates that are red or not.

use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;
use serde::Serialize;

use crate::analysis::{self, Proof, Proofs, Red};
use crate::report::conclusion::Played;
use crate::runner::Job;
use crate::script::Script;
use crate::vocabulary::role::Role;

/// `relapse run --json`.
#[derive(Debug, Serialize)]
pub(super) struct Run<'a> {
    run: &'a str,
    verdict: Verdict,
    seconds: f64,
    scenarios: Vec<&'a Outcome>,
    not_run: Vec<NotRun<'a>>,
}

impl<'a> Run<'a> {
    pub(super) fn of(played: Played<'a>) -> Self {
        Self {
            run: played.id,
            verdict: played.verdict(),
            seconds: played.seconds,
            scenarios: played.outcomes(),
            not_run: played.not_run().into_iter().map(NotRun::of).collect(),
        }
    }
}

/// `relapse prove --json`.
#[derive(Debug, Serialize)]
pub(super) struct Prove<'a> {
    gates: Vec<Gate<'a>>,
    demand_alone: Vec<DemandAlone<'a>>,
    not_run: Vec<NotRun<'a>>,
}

impl<'a> Prove<'a> {
    pub(super) fn of(proofs: &'a Proofs<'a>, not_run: Vec<&'a Job>) -> Self {
        Self {
            gates: proofs.gates.iter().filter_map(|(script, proof)| Gate::of(script, proof)).collect(),
            demand_alone: proofs
                .incidents
                .iter()
                .map(|(script, alone)| DemandAlone { scenario: script.place(), happened: happened(alone), said: alone.word() })
                .collect(),
            not_run: not_run.into_iter().map(NotRun::of).collect(),
        }
    }
}

/// Null where it was not asked, or could not be judged.
fn happened(alone: &analysis::DemandAlone) -> Option<bool> {
    match alone {
        analysis::DemandAlone::DoesNotHappen => Some(false),
        analysis::DemandAlone::Happens(..) => Some(true),
        _ => None,
    }
}

/// A scenario that never began.
#[derive(Debug, Serialize)]
struct NotRun<'a> {
    feature: &'a str,
    line: usize,
    name: &'a str,
    tags: &'a [String],
}

impl<'a> NotRun<'a> {
    fn of(job: &'a Job) -> Self {
        let Script { feature, line, name, tags, .. } = &job.script;
        Self { feature, line: *line, name, tags }
    }
}

/// One gate with every factor as on the day.
#[derive(Debug, Serialize)]
struct Gate<'a> {
    feature: &'a str,
    line: usize,
    name: &'a str,
    red: bool,
    reds: usize,
    of: usize,
    red_by_link: bool,
    ends_with: Option<&'static str>,
    never_violated: Vec<&'a str>,
    /// Of the first run.
    outcome: &'a Outcome,
}

impl<'a> Gate<'a> {
    fn of(script: &'a Script, proof: &'a Proof<'a>) -> Option<Self> {
        Some(Self {
            feature: &script.feature,
            line: script.line,
            name: &script.name,
            red: proof.is_red(),
            reds: proof.reds,
            of: proof.of,
            red_by_link: proof.red == Red::Link,
            ends_with: proof.end.map(Role::word),
            never_violated: proof.never_violated(),
            outcome: proof.outcomes.first()?,
        })
    }
}

/// An incident with demand alone.
#[derive(Debug, Serialize)]
struct DemandAlone<'a> {
    scenario: String,
    happened: Option<bool>,
    said: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{Sample, proofs};

    /// The keys of a document, in its order.
    fn keys(document: &impl Serialize) -> Vec<String> {
        let text = serde_json::to_string_pretty(document).unwrap();
        let own = |line: &&str| line.starts_with("  \"");
        text.lines().filter(own).filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect()
    }

    #[test]
    fn the_keys_are_those_that_scripts_rely_on() {
        let sample = Sample::of(&[Some(Verdict::Violated), None]);
        let played = sample.played();
        assert_eq!(keys(&Run::of(played)), ["run", "verdict", "seconds", "scenarios", "not_run"]);
        let proofs = proofs(&sample);
        let prove = Prove::of(&proofs, played.not_run());
        assert_eq!(keys(&prove), ["gates", "demand_alone", "not_run"]);
        let gate = ["feature", "line", "name", "red", "reds", "of", "red_by_link", "ends_with", "never_violated", "outcome"];
        assert_eq!(keys(&prove.gates[0]), gate);
        assert_eq!(keys(&prove.not_run[0]), ["feature", "line", "name", "tags"]);
    }
}
