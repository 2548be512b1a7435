//! What should be, by when, and how many.

use std::str::FromStr;
use std::time::Duration;

use cucumber::Parameter;
use relapse_model::expect::{deadline, logged};

use super::word::word;
use crate::parameter;

/// `should` or `should not`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "should", regex = "should not|should")]
pub struct Should(pub bool);

parameter!(Should);

impl FromStr for Should {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text == "should"))
    }
}

/// `within 10s` or `throughout 2s`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "deadline", regex = r"(?:within|throughout) \d+(?:\.\d+)?(?:ms|s|m)")]
pub struct Deadline(pub deadline::Deadline);

parameter!(Deadline);

/// A step that takes longer is broken off, so no deadline is longer; patience makes both longer.
pub(crate) const MAX_DEADLINE: Duration = Duration::from_secs(300);

impl FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let deadline: deadline::Deadline = text.parse()?;
        match Duration::from_millis(deadline.milliseconds(1.0)) {
            Duration::ZERO => Err(format!("`{text}` is no time at all: nothing could be seen in it")),
            time if time > MAX_DEADLINE => {
                let most = MAX_DEADLINE.as_secs();
                Err(format!("`{text}` is longer than a step may take, which is {most} s: write two Thens, or a shorter time"))
            }
            _ => Ok(Self(deadline)),
        }
    }
}

/// `at least 3`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "comparison", regex = r"(?:at least|at most|exactly) \d+")]
pub struct Comparison(pub logged::Comparison);

parameter!(Comparison);

impl FromStr for Comparison {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

word!(
    /// A cookie's name.
    Cookie names Nothing, "cookie", r"[A-Za-z0-9_-]+"
);
word!(
    /// What was attempted: the name of an action in a service's log, or `push`, `run`, `scale`, `replace`, `flag`.
    Action names Nothing, "action", r"[a-z-]+"
);
word!(
    /// What it was done to: `user/app` for a push, the service for a run, otherwise as the log says.
    Target names Nothing, "target", r"[^\s]+"
);
word!(
    /// What came of it.
    Outcome names Nothing, "outcome", r"success|failure|refused"
);
word!(
    /// What a container is.
    Condition names Nothing, "state", r"running|exited|paused|removed|in a crash loop"
);
