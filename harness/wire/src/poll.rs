//! `relapse-agent poll`: one user asks for one thing again and again. It reads a [`Poll`] as JSON from standard input and writes a
//! [`PollLine`] a line, until it is over or standard input ends. Open loop: a request is due at its time whether or not the one before
//! was answered, and its time counts from then, so that a server that stalls does not hide it.

use serde::{Deserialize, Serialize};

use crate::visit::Withheld;

/// So often it says what is still out: [`Out`].
pub const EVERY_MS: u64 = 250;
/// Where nothing was said for longer, what is out is not known.
pub const MAX_SILENT_MS: u64 = 1_500;
/// So many of the requests that are out are named.
pub const MAX_OUT: usize = 2_000;

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

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "saw", rename_all = "kebab-case")]
pub enum PollLine {
    /// A request is over.
    Sample(Sample),
    /// What is still out.
    Out(Out),
}

/// The requests that are still out; written at once at the beginning and then every [`EVERY_MS`], so it is the sign of life as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Out {
    /// Now, in milliseconds of Unix time.
    pub at_ms: u64,
    /// When each of them was due, in milliseconds of Unix time: oldest first, at most [`MAX_OUT`].
    pub due: Vec<u64>,
    /// A request that is out for longer is given up.
    pub timeout_ms: u64,
}

/// What came of one request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When it was due, in milliseconds of Unix time.
    pub at_ms: u64,
    /// From then to the last byte of the answer, or to the failure.
    pub seconds: f64,
    /// The status, when there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was none; or, beside a status, how the rest of the answer broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Who served it, where the answer says so in `X-Served-By`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_by: Option<String>,
    /// The host that was asked, lower case, without a port.
    #[serde(default)]
    pub host: String,
    /// The names of the cookies that were sent. Load sends none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent: Vec<String>,
    /// The cookies in the jar that were not sent, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Withheld>,
}

impl Sample {
    /// What came of it, for people, where that was a failure: `such as 503`.
    #[must_use]
    pub fn such_as(&self) -> String {
        match (&self.error, self.status) {
            (None, Some(status)) => format!("such as {status}"),
            (why, _) => format!("such as: {}", why.as_deref().unwrap_or("no answer")),
        }
    }

    /// Whether the user got what was asked for.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.status.is_some_and(|status| status < 400) && self.error.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_broke_off_is_not_fine_though_its_status_is() {
        let whole = Sample { status: Some(200), ..Sample::default() };
        assert!(whole.is_fine());
        assert!(!Sample { error: Some("the body broke off".into()), ..whole.clone() }.is_fine());
        assert!(!Sample { status: Some(404), ..whole }.is_fine());
    }

    #[test]
    fn a_line_says_which_it_is() {
        let out = PollLine::Out(Out { at_ms: 2, due: vec![1], timeout_ms: 10 });
        let text = serde_json::to_string(&out).unwrap();
        assert_eq!(text, r#"{"saw":"out","at_ms":2,"due":[1],"timeout_ms":10}"#);
        assert_eq!(serde_json::from_str::<PollLine>(&text).unwrap(), out);
        let sample = r#"{"saw":"sample","at_ms":1,"seconds":0.5,"status":200}"#;
        assert!(matches!(serde_json::from_str(sample).unwrap(), PollLine::Sample(Sample { status: Some(200), .. })));
    }
}
