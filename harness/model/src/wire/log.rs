//! What a part's log can say to the lab: lines of JSON among others. Any part may speak it, a real nginx through its `log_format`.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// A line that the lab understands. Other lines are kept as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// `{"access":{…}}`: a request was answered.
    Access(Access),
    /// `{"action":{…}}`: something was attempted, and this came of it.
    Action(Action),
}

/// One answered request, as the part that answered it saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Access {
    /// Unix time of the answer, in seconds with a fraction, as nginx's `$msec`.
    pub at: f64,
    /// `X-Request-Id`, or empty.
    #[serde(default)]
    pub id: String,
    /// The `Host` that was asked for.
    pub host: String,
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The addresses asked in turn, as nginx writes `$upstream_addr`; empty when the part answered by itself.
    #[serde(default)]
    pub upstream: String,
    /// Seconds spent.
    #[serde(default)]
    pub seconds: f64,
    /// Who was logged in, or empty.
    #[serde(default)]
    pub user: String,
}

impl Access {
    /// The addresses asked in turn. HAProxy names the last one only, and `-` where it had none.
    pub fn upstreams(&self) -> impl Iterator<Item = SocketAddr> {
        self.upstream.split([',', ' ']).filter_map(|piece| piece.parse().ok())
    }

    /// Unix time at which it was sent, in seconds. nginx dates a line when it answers; HAProxy, which says no `seconds`, when it accepts.
    #[must_use]
    pub fn sent_at(&self) -> f64 {
        self.at - self.seconds
    }
}

/// An attempt and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// For example `deploy`.
    pub name: String,
    /// What it was done to, for example `example.to-hutohu.trap.show`.
    pub target: String,
    /// `success`, `failure` or `refused`.
    pub outcome: String,
    /// Why, and what was done, in words.
    #[serde(default)]
    pub detail: String,
}
