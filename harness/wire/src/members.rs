//! `relapse-agent members`: which servers a list has. It writes one [`Reading`] a line: each time that the list changed, and, while it
//! does not, one that says so at least every [`HEARTBEAT_MS`].

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// So often something is said. Where three of them are missing, nobody is looking any more.
pub const HEARTBEAT_MS: u64 = 500;
/// A list of which nothing was said for longer is not known.
pub const MAX_SILENT_MS: u64 = 3 * HEARTBEAT_MS;

/// One look at a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// These are its servers from now on.
    Servers(Vec<Server>),
    /// As before.
    Unchanged,
    /// It could not be read, in words.
    Failed(String),
}

/// A server of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Where it is.
    pub address: SocketAddr,
    /// Whether the list has it to be used: passing in Consul, not in maintenance in HAProxy.
    pub listed: bool,
    /// The list's own word for its state.
    pub state: String,
}
