//! `relapse-parts poll`: one user asks for one thing again and again. It reads a [`Poll`] as JSON from standard input and writes a
//! [`Sample`] a line, until it is over or standard input ends. Open loop: a request is due at its time whether or not the one before
//! was answered, and its time counts from then, so that a server that stalls does not hide it.

use serde::{Deserialize, Serialize};

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// Whose cookie jar, as for a visit.
    pub user: String,
    /// What to ask for.
    pub url: String,
    /// With how many bytes of a made-up image in the body, by POST; `None` is a GET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_bytes: Option<u32>,
    /// From one request to the next.
    pub every_ms: u32,
    /// It ends by itself after this many seconds.
    pub most_seconds: u32,
}

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When it was due, in milliseconds of Unix time.
    pub at_ms: u64,
    /// From then to the last byte of the answer, or to the failure.
    pub seconds: f64,
    /// The status, when there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Who served it, where the answer says so in `X-Served-By`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_by: Option<String>,
}

impl Sample {
    /// Whether the user got what was asked for.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.status.is_some_and(|status| status < 400)
    }
}
