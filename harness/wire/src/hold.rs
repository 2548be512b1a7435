//! `relapse-agent hold`: one user keeps WebSockets open. It reads a [`Hold`] as JSON from standard input and writes a [`Holding`] a line: at
//! least every [`EVERY_MS`], and each time that one opens or is lost. Each is asked to echo something, again and again: one that is silent
//! is lost.

use serde::{Deserialize, Serialize};

/// So often each is asked for an echo, and something is told.
pub const EVERY_MS: u64 = 500;
/// Where nothing was told for longer, what is held is not known.
pub const MAX_SILENT_MS: u64 = 3 * EVERY_MS;

/// What to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// A `ws:` or `wss:` URL.
    pub url: String,
    /// How many, at least 1.
    pub count: u32,
    /// It ends by itself after this many seconds.
    pub most_seconds: u32,
}

/// How many there are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Open, and answering.
    pub open: u32,
    /// Lost since the beginning, or never opened; none of them is opened again.
    pub lost: u32,
    /// What became of the one that was lost last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}
