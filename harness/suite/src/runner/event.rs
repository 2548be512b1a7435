//! What happens while jobs are played. The runner never prints: reports are made of these events.

use std::collections::BTreeMap;

use relapse_lab::quiet::Noise;
use relapse_model::outcome::{Outcome, ThenOutcome};
use relapse_model::timeline::Timeline;

/// What happens with one job. A job may wait, begins, has steps and Thens that are judged, and ends.
#[derive(Debug)]
pub(crate) enum Event {
    /// It does not begin yet, or it begins although others use the machine.
    Noise(Noise),
    /// It began.
    Began,
    /// A step began.
    Step {
        /// With its keyword.
        text: String,
        /// In the feature file.
        line: usize,
    },
    /// A Then was judged.
    Judged(ThenOutcome),
    /// It ended. Whoever hears this keeps what they need of it: the timeline is dropped afterwards.
    Ended(Box<ScenarioRun>),
}

/// An outcome with what it was judged by.
#[derive(Debug, Clone)]
pub(crate) struct ScenarioRun {
    pub(crate) outcome: Outcome,
    pub(crate) timeline: Timeline,
    /// Tier to the service whose list is right.
    pub(crate) catalogues: BTreeMap<String, String>,
    /// The run's id, when its lab was kept.
    pub(crate) kept: Option<String>,
}
