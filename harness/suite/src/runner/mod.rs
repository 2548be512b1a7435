//! run(scenario, levels) → outcome: the one function that every judging command is a list of.
//!
//! cucumber-rs gives the vocabulary: expressions, parameters, matching. Its runner stops a scenario at the first step that fails and
//! polls all scenarios in one task; ours lets every Then be judged, and gives each scenario a thread.

mod event;
mod pool;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use relapse_lab::images::ImageIds;
use relapse_lab::quiet::Quiet;
use relapse_lab::raise::Plan;
use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::{Obstacle, Outcome, ThenOutcome, Trouble};
use relapse_model::timeline::{Missed, Timeline};
use relapse_model::topology::Topology;
use relapse_model::verdict::Verdict;
use tokio::sync::watch;

pub(crate) use event::{Event, ScenarioRun};
pub(crate) use pool::{Job, run_all};
pub(crate) use steps::{Moment, Steps};

use crate::script::{Finding, Project, Script};
use crate::vocabulary::{Setting, Site, World, crash_phrase};

/// The tag of scenarios that judge latency or error rates: two labs under load slow each other down, so these run alone, at the end, and
/// wait until others leave the machine alone.
pub(crate) const SERIAL: &str = "serial";

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
    /// Where labs are raised.
    pub(crate) site: Arc<dyn Site>,
    pub(crate) steps: Steps,
    pub(crate) images: ImageIds,
    pub(crate) project: Project,
    pub(crate) patience: f64,
    pub(crate) keep: Keep,
    /// Whether others leave the machine alone.
    pub(crate) quiet: Quiet,
    /// Turns true at Ctrl-C.
    pub(crate) cancelled: watch::Receiver<bool>,
}

impl Runner {
    /// The same, for who asks of each scenario only whether its last Then holds.
    pub(crate) fn for_the_last_then(mut self) -> Self {
        self.steps.for_the_last_then = true;
        self
    }

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
        Ok(Setting { site: self.site.clone(), plan, folder })
    }

    /// Runs one scenario at some levels. `hear` is told when it begins, each step as it begins, and each Then as it is judged.
    pub(crate) async fn run(&self, script: &Script, choice: &Choice, hear: impl Fn(Event)) -> ScenarioRun {
        let mut cancelled = self.cancelled.clone();
        if script.is(SERIAL) {
            tokio::select! {
                () = self.quiet.comes(|noise| hear(Event::Noise(noise))) => {}
                _ = cancelled.wait_for(|cancelled| *cancelled) => {}
            }
        }
        hear(Event::Began);
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
                let told = async |moment: Moment<'_>| hear(moment.into());
                tokio::select! {
                    () = self.steps.play(&mut world, script, &topology.variables, told) => {}
                    _ = cancelled.wait_for(|cancelled| *cancelled) => world.trouble(&Obstacle::Interrupted),
                }
            }
            Err(error) => world.trouble(&Obstacle::TopologyWrong { why: error.to_string() }),
        }
        if let Some(why) = world.lab.as_ref().and_then(|lab| lab.recorder().lost()).map(ToOwned::to_owned) {
            world.trouble_besides(&Missed::EngineLost { why });
        }
        let failures = world.lab.as_ref().map(|lab| lab.recorder().read(Timeline::failures)).unwrap_or_default();
        let judged = verdict(&world.thens, world.trouble.as_ref());
        let keep = match self.keep {
            Keep::Never => false,
            Keep::Failed => judged != Verdict::Held,
            Keep::Always => true,
        };
        let (mut timeline, mut lab_seconds, mut kept) = (Timeline::default(), 0.0, None);
        if let Some(lab) = world.lab.take() {
            timeline = lab.recorder().read(Clone::clone);
            lab_seconds = lab.raised_in().as_secs_f64();
            if keep {
                kept = Some(lab.keep().await);
            } else {
                let lowering = Instant::now();
                if let Err(error) = lab.lower().await {
                    world.trouble_besides(&Obstacle::LabNotRemoved { why: error.to_string() });
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
        ScenarioRun { outcome, timeline, catalogues, kept }
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
mod tests;
