//! What a sweep came to.

use std::collections::BTreeMap;

use relapse_engine::label::RunId;

use super::listing::{Kind, Thing};

/// The engine could not even be asked what is left.
#[derive(Debug, thiserror::Error)]
#[error(
    "the Docker engine at {endpoint} did not say what is left of run {run}: {why}\nOnce it answers, `docker ps --all --filter label=relapse.run={run}` lists that, and `relapse leaks --remove` removes it."
)]
pub struct SweepError {
    /// The run.
    pub run: RunId,
    /// Where the engine is.
    pub endpoint: String,
    /// What was seen.
    pub why: String,
}

/// What a sweep did.
#[derive(Debug, Clone, Default)]
#[must_use = "something may be left"]
pub struct SweepReport {
    /// How many of each kind are gone.
    pub removed: BTreeMap<Kind, usize>,
    /// What is still there; empty when all went well.
    pub left: Vec<Left>,
    /// How long it took.
    pub seconds: f64,
}

impl SweepReport {
    /// How many things are gone.
    #[must_use]
    pub fn count(&self) -> usize {
        self.removed.values().sum()
    }
}

/// Something that could not be removed.
#[derive(Debug, Clone)]
pub struct Left {
    /// What it is.
    pub thing: Thing,
    /// What the engine said last.
    pub why: String,
}
