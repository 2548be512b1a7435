//! The red-proof of many gates: each with every factor as on the day, and each of their incidents with demand alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use relapse_model::ablation::seen;
use relapse_model::levels::Levels;
use relapse_model::outcome::Outcome;
use relapse_model::topology::Topology;

use super::demand::DemandAlone;
use super::experiment::job;
use super::proof::{Proof, Red};
use crate::runner::Job;
use crate::script::{Checker, Project, Refused, Script, beside, demand_alone, end, folder};
use crate::vocabulary::role::Role;

/// What is to be proved.
pub(crate) struct Proving {
    /// Each gate, with what its last Then is.
    gates: Vec<(Script, Option<Role>)>,
    /// The incidents of the gates, each without its triggers, if it has any.
    incidents: Vec<(Script, Option<Script>)>,
    repeats: usize,
    /// All that is played: of each gate, and then of each incident with triggers, all its repeats.
    pub(crate) jobs: Vec<Job>,
}

/// What became of it.
pub(crate) struct Proofs<'a> {
    /// How many gates were to be proved.
    pub(crate) count: usize,
    /// Those that were begun.
    pub(crate) gates: Vec<(&'a Script, Proof<'a>)>,
    pub(crate) incidents: Vec<(&'a Script, DemandAlone)>,
}

impl Proving {
    pub(crate) fn new(project: &Project, gates: Vec<Script>, repeats: usize) -> Result<Self, Refused> {
        let checker = Checker::new(project);
        let mut jobs = Vec::new();
        let mut play = |script: &Script, day: &Topology| jobs.extend(std::iter::repeat_n(job(script, &day.levels()), repeats));
        let mut folders: BTreeMap<String, Script> = BTreeMap::new();
        let mut ends = Vec::new();
        for gate in &gates {
            let day = as_on_the_day(project, gate)?;
            play(gate, &day);
            ends.push(end(&checker, gate, &day));
            if let Some(folder) = folder(&gate.feature) {
                folders.entry(folder.to_owned()).or_insert_with(|| gate.clone());
            }
        }
        let mut incidents = Vec::new();
        for gate in folders.values() {
            for why in beside(project, gate)?.into_iter().filter(|script| script.is("why")) {
                let day = as_on_the_day(project, &why)?;
                let alone = demand_alone(&checker, &why, &day);
                if let Some(alone) = &alone {
                    play(alone, &day);
                }
                incidents.push((why, alone));
            }
        }
        Ok(Self { gates: gates.into_iter().zip(ends).collect(), incidents, repeats, jobs })
    }

    /// By the outcomes of the jobs, in their order; nothing of one that never began. A gate that never began is not among them.
    pub(crate) fn results<'a>(&'a self, outcomes: &'a [Option<Outcome>]) -> Proofs<'a> {
        let mut each = outcomes.chunks(self.repeats).map(|told| told.iter().flatten().collect::<Vec<&Outcome>>());
        let mut next = || each.next().unwrap_or_default();
        let mut gates = Vec::new();
        for (script, end) in &self.gates {
            let outcomes = next();
            if !outcomes.is_empty() {
                gates.push((script, Proof::of(script, outcomes, self.repeats, *end)));
            }
        }
        let incidents = self.incidents.iter().map(|(why, alone)| match alone {
            Some(alone) => (why, DemandAlone::of(&seen(&[], &next(), alone.thens(), self.repeats))),
            None => (why, DemandAlone::NotAsked),
        });
        Proofs { count: self.gates.len(), incidents: incidents.collect(), gates }
    }
}

impl Proofs<'_> {
    /// How many gates are red.
    pub(crate) fn reds(&self) -> usize {
        self.gates.iter().filter(|(_, proof)| proof.is_red()).count()
    }

    /// Whether something was seen that is not as it should be: a gate that is not red, an incident that needs no trigger.
    pub(crate) fn is_refuted(&self) -> bool {
        let gates = self.gates.iter().any(|(_, proof)| !matches!(proof.red, Red::Outcome | Red::NotJudged));
        gates || self.incidents.iter().any(|(_, alone)| matches!(alone, DemandAlone::Happens(..)))
    }

    /// Whether everything could be judged.
    pub(crate) fn is_judged(&self) -> bool {
        let gates = self.gates.iter().all(|(_, proof)| proof.red != Red::NotJudged);
        gates && !self.incidents.iter().any(|(_, alone)| matches!(alone, DemandAlone::Unknown(_)))
    }

    /// What is said of a scenario that was played, and whether it makes the command fail.
    pub(crate) fn of(&self, outcome: &Outcome) -> Option<(String, bool)> {
        let is =
            |script: &Script| (&script.feature, script.line, &script.name) == (&outcome.feature, outcome.line, &outcome.name);
        let gate = self.gates.iter().find(|(script, _)| is(script)).map(|(_, proof)| (proof.sentence(), !proof.is_red()));
        gate.or_else(|| {
            let (_, alone) = self.incidents.iter().find(|(script, _)| is(script))?;
            Some((alone.sentence(), *alone != DemandAlone::DoesNotHappen))
        })
    }
}

fn as_on_the_day(project: &Project, script: &Script) -> Result<Arc<Topology>, Refused> {
    project.topology(&script.lab, &Levels::new()).map_err(|error| Refused::Use(format!("{}: {error}", script.place())))
}
