//! What the engine calls the things of a run.

use crate::label::RunId;

/// The container of a service, a network or a volume of a run, by its name in the topology.
#[must_use]
pub fn of(run: &RunId, short: &str) -> String {
    format!("{run}-{short}")
}
