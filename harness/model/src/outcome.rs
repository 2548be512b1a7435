//! What became of one scenario: the return value of `run(scenario, levels)`, from which every command makes its table.

mod obstacle;

use serde::{Deserialize, Serialize};

use crate::levels::Levels;
use crate::reason::{Explain, Reason};
use crate::verdict::Verdict;
pub use obstacle::Obstacle;

/// What became of one scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    /// The feature's path, relative to the root.
    pub feature: String,
    /// The scenario's line.
    pub line: usize,
    /// The scenario's name.
    pub name: String,
    /// Its tags and its feature's, without `@`.
    pub tags: Vec<String>,
    /// Every factor's level.
    pub levels: Levels,
    /// The gravest of its Thens, or what kept it from being judged.
    pub verdict: Verdict,
    /// From the first step to the last.
    pub seconds: f64,
    /// Of these, raising the lab and lowering it.
    pub lab_seconds: f64,
    /// Each Then, in order.
    pub thens: Vec<ThenOutcome>,
    /// What users met at the end that is a failure itself, whatever was asked: no answer, a server's error.
    #[serde(default)]
    pub failures: Vec<String>,
    /// Why it is inconclusive, when not because of a Then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
}

/// What became of one Then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ThenOutcome {
    /// The step's text, with variables replaced.
    pub text: String,
    /// Its line in the feature.
    pub line: usize,
    /// Its verdict.
    pub verdict: Verdict,
    /// What was seen.
    pub seen: String,
    /// How long it was watched.
    pub watched_seconds: f64,
    /// Whether it is violated for good, so that the rest of its time was not awaited.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_final: bool,
    /// By how much its deadline was longer than it says, since others used the machine.
    #[serde(default)]
    pub longer_seconds: f64,
    /// When it was decided, in milliseconds of the lab's time.
    pub at_ms: u64,
    /// Why it is inconclusive, if it is, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What kept a scenario from being judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trouble {
    /// Whether the lab never became steady.
    pub not_steady: bool,
    /// The step at which it happened, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What was expected, what was seen, what to do.
    pub what: String,
    /// Which kind of trouble it is, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

impl Trouble {
    /// Trouble for that reason, at that line. It is `not_steady` where the lab itself was never ready.
    pub fn of(reason: &impl Explain, not_steady: bool, line: Option<usize>) -> Self {
        Self { not_steady, line, what: crate::text::clean(&reason.to_string()), reason: Some(reason.reason()) }
    }
}

impl Outcome {
    /// The first Then that was violated.
    #[must_use]
    pub fn first_violated(&self) -> Option<&ThenOutcome> {
        self.thens.iter().find(|then| then.verdict == Verdict::Violated)
    }
}
