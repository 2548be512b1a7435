//! run(scenario, levels) → outcome: the one function that every judging command is a list of.
//!
//! cucumber-rs gives the vocabulary: expressions, parameters, matching. Its runner stops a scenario at the first step that fails and
//! polls all scenarios in one task; ours lets every Then be judged, and gives each scenario a thread.

mod pool;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use relapse_lab::engine::Engine;
use relapse_lab::images::Ids;
use relapse_lab::raise::Plan;
use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::{Outcome, ThenOutcome, Trouble};
use relapse_model::timeline::Timeline;
use relapse_model::topology::Topology;
use relapse_model::verdict::Verdict;
use tokio::sync::watch;

pub(crate) use pool::{Event, Job, SERIAL, run_all};
pub(crate) use steps::{Moment, play};

use crate::script::{Finding, Project, Script};
use crate::vocabulary::{Setting, World, crash_phrase};

/// Whether a lab stays after its scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Keep {
    /// It is always removed.
    #[default]
    Never,
    /// It stays if the scenario did not hold.
    Failed,
    /// It stays.
    Always,
}

/// What every run of a command shares.
#[derive(Debug, Clone)]
pub(crate) struct Runner {
    pub(crate) engine: Engine,
    pub(crate) images: Ids,
    pub(crate) project: Project,
    pub(crate) patience: f64,
    pub(crate) keep: Keep,
    /// Turns true at Ctrl-C.
    pub(crate) cancelled: watch::Receiver<bool>,
}

/// An outcome with what it was judged by.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) outcome: Outcome,
    pub(crate) timeline: Timeline,
    /// Tier to the part whose list is right.
    pub(crate) catalogues: BTreeMap<String, String>,
    /// The run's id, when its lab was kept.
    pub(crate) kept: Option<String>,
}

impl Runner {
    /// What a scenario is run with at some levels. What it raises is what was checked: the project has read it.
    pub(crate) fn setting(&self, script: &Script, levels: &Levels) -> Result<Setting, Finding> {
        let topology = self.project.topology(&script.lab, levels)?;
        let plan = Plan {
            file: self.project.compose_file(&script.lab),
            profiles: profiles(script, &topology),
            topology,
            images: self.images.clone(),
            crash_loops: script.steps.iter().filter_map(|step| crash_phrase(&step.value)).map(ToOwned::to_owned).collect(),
            scenario: script.name.clone(),
            patience: self.patience,
            reaper: None,
        };
        let folder = plan.file.parent().map(PathBuf::from).unwrap_or_default();
        Ok(Setting { engine: self.engine.clone(), plan, folder })
    }

    /// Runs one scenario at some levels; `step` is told each step as it begins.
    pub(crate) async fn run(&self, script: &Script, choice: &Choice, step: impl Fn(&gherkin::Step)) -> Told {
        let began = Instant::now();
        let mut world = World::default();
        let mut levels = choice.merged();
        let mut catalogues = BTreeMap::new();
        match self.setting(script, &levels) {
            Ok(setting) => {
                let topology = setting.plan.topology.clone();
                levels = topology.levels();
                catalogues = topology.tiers.iter().map(|(name, tier)| (name.clone(), tier.catalogue.clone())).collect();
                world.setting = Some(Arc::new(setting));
                let mut cancelled = self.cancelled.clone();
                let told = async |moment: Moment<'_>| {
                    if let Moment::Begins(begins) = moment {
                        step(begins);
                    }
                };
                tokio::select! {
                    () = play(&mut world, script, &topology.variables, told) => {}
                    _ = cancelled.wait_for(|cancelled| *cancelled) => world.trouble(false, "interrupted by Ctrl-C".into()),
                }
            }
            Err(error) => world.trouble(false, error.to_string()),
        }
        if let Some(why) = world.lab.as_ref().and_then(|lab| lab.recorder.lost()).map(ToOwned::to_owned) {
            world.trouble_besides(why);
        }
        let failures = world.lab.as_ref().map(|lab| lab.recorder.read(Timeline::failures)).unwrap_or_default();
        let judged = verdict(&world.thens, world.trouble.as_ref());
        let keep = match self.keep {
            Keep::Never => false,
            Keep::Failed => judged != Verdict::Held,
            Keep::Always => true,
        };
        let (mut timeline, mut lab_seconds, mut kept) = (Timeline::default(), 0.0, None);
        if let Some(lab) = world.lab.take() {
            timeline = lab.recorder.read(Clone::clone);
            lab_seconds = lab.raised_in.as_secs_f64();
            if keep {
                kept = Some(lab.keep().await);
            } else {
                let lowering = Instant::now();
                if let Err(error) = lab.lower().await {
                    world.trouble_besides(format!("the lab was not removed: {error}"));
                }
                lab_seconds += lowering.elapsed().as_secs_f64();
            }
        }
        let outcome = Outcome {
            feature: script.feature.clone(),
            line: script.line,
            name: script.name.clone(),
            tags: script.tags.clone(),
            levels,
            verdict: verdict(&world.thens, world.trouble.as_ref()),
            seconds: began.elapsed().as_secs_f64(),
            lab_seconds,
            thens: world.thens,
            failures,
            trouble: world.trouble,
        };
        Told { outcome, timeline, catalogues, kept }
    }
}

/// What a scenario came to.
pub(crate) fn verdict(thens: &[ThenOutcome], trouble: Option<&Trouble>) -> Verdict {
    let judged = Verdict::gravest(thens.iter().map(|then| then.verdict));
    match trouble {
        // What was seen to be wrong stays wrong, whatever kept the rest from being judged.
        Some(_) => judged.map_or(Verdict::Inconclusive, |verdict| verdict.max(Verdict::Inconclusive)),
        None => judged.unwrap_or(Verdict::Inconclusive),
    }
}

/// The Compose profiles that a scenario names by its tags.
pub(crate) fn profiles(script: &Script, topology: &Topology) -> BTreeSet<String> {
    topology.services.iter().flat_map(|service| &service.profiles).filter(|profile| script.is(profile)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_is_a_scenarios_verdict_also_where_trouble_ends_it() {
        let then =
            |verdict| ThenOutcome { text: String::new(), line: 1, verdict, seen: String::new(), watched_seconds: 0.0, at_ms: 0 };
        let trouble = Trouble { not_steady: false, line: None, what: "the engine went away".into() };
        for (thens, with, without) in [
            (vec![], Verdict::Inconclusive, Verdict::Inconclusive),
            (vec![Verdict::Held], Verdict::Inconclusive, Verdict::Held),
            (vec![Verdict::Violated, Verdict::Held], Verdict::Violated, Verdict::Violated),
            (vec![Verdict::Violated, Verdict::Inconclusive], Verdict::Violated, Verdict::Violated),
        ] {
            let thens: Vec<ThenOutcome> = thens.into_iter().map(then).collect();
            assert_eq!((verdict(&thens, Some(&trouble)), verdict(&thens, None)), (with, without));
        }
    }
}
