//! `relapse-agent resolve NAME`: what a name means where the command runs, by that machine's own resolver.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// One look-up by `getaddrinfo`, IPv4 only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The name that was asked for.
    pub name: String,
    /// The answers, in the resolver's order; empty when there was none.
    pub addresses: Vec<IpAddr>,
    /// The resolver's own words when it had no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
