//! `relapse-agent load`: many users ask for one thing, each once and on a connection of its own. It reads a [`Load`] as JSON from standard
//! input and writes a [`crate::poll::PollLine`] a line. Open loop, as [`crate::poll`].

use serde::{Deserialize, Serialize};

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// An http or https URL.
    pub url: String,
    /// Requests a second, at least 1.
    pub per_second: u32,
    /// It ends by itself after this many seconds.
    pub most_seconds: u32,
}
