//! Exit codes, and the errors that lead to them: the user's world and our own defects apart.

use relapse_model::verdict::Verdict;

/// How the command ends. Documented in the README; scripts rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything held.
    Held,
    /// 3: something was inconclusive.
    Inconclusive,
    /// 1: something was violated; for `prove`, a gate was not red.
    Violated,
    /// 2: wrong use, a bad feature or topology, no scenario selected.
    Usage,
    /// 4: no usable Docker.
    NoDocker,
    /// 70: a defect of ours.
    Defect,
    /// 130: Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Held => 0,
            Self::Violated => 1,
            Self::Usage => 2,
            Self::Inconclusive => 3,
            Self::NoDocker => 4,
            Self::Defect => 70,
            Self::Interrupted => 130,
        }
    }

    /// Of a verdict.
    #[must_use]
    pub fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Held => Self::Held,
            Verdict::Inconclusive => Self::Inconclusive,
            Verdict::Violated => Self::Violated,
        }
    }
}

/// An error that ends the command, with its exit code. The text says what was expected, what was seen and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// How the command ends.
    pub exit: Exit,
    /// For people.
    pub message: String,
}

impl Failure {
    /// The user's input is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// A defect of ours.
    pub fn defect(message: impl Into<String>) -> Self {
        Self { exit: Exit::Defect, message: message.into() }
    }

    /// The machine does not let us judge.
    pub fn inconclusive(message: impl Into<String>) -> Self {
        Self { exit: Exit::Inconclusive, message: message.into() }
    }
}

/// Whether a missing engine is a failure also where tests would be skipped: `RELAPSE_REQUIRE_ENGINE=1`.
pub(crate) fn engine_is_required() -> bool {
    std::env::var_os("RELAPSE_REQUIRE_ENGINE").is_some_and(|value| value == "1")
}

impl From<relapse_lab::engine::EngineError> for Failure {
    fn from(error: relapse_lab::engine::EngineError) -> Self {
        Self { exit: Exit::NoDocker, message: error.to_string() }
    }
}
