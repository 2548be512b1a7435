//! What to raise, and how.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use relapse_model::topology::Topology;

use relapse_images::ImageIds;

/// What to raise.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The Compose file, beside which lies what its services are given. It is not read again.
    pub file: PathBuf,
    /// What was read of it, at the levels to raise it with.
    pub topology: Arc<Topology>,
    /// Compose profiles that this lab needs.
    pub profiles: BTreeSet<String>,
    /// Which images its services get; [`relapse_images::Images::ensure`] answers with them.
    pub images: ImageIds,
    /// Services that may end again and again: a scenario takes it as given.
    pub crash_loops: BTreeSet<String>,
    /// The scenario's name, for the labels.
    pub scenario: String,
    /// Scales every deadline.
    pub patience: f64,
    /// The executable that serves as reaper; the running one if none is named.
    pub reaper: Option<PathBuf>,
}
