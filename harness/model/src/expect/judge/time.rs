//! How long an expectation has: as long as its author wrote, and what others took of the machine meanwhile.

use crate::expect::deadline::{Deadline, stretched};

/// Until the first look that can tell, a `throughout` has not begun; it begins within this, or nothing was seen.
pub(super) const FIRST_LOOK_MS: u64 = 5_000;

/// An expectation's time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    pub(super) deadline: Deadline,
    pub(super) began_ms: u64,
    limit_ms: u64,
    /// How much others have taken since it began.
    pub(super) taken_ms: u64,
}

impl Time {
    pub(super) fn new(deadline: Deadline, began_ms: u64, patience: f64) -> Self {
        Self { deadline, began_ms, limit_ms: deadline.milliseconds(patience), taken_ms: 0 }
    }

    /// When it is over, given when the first look was made that could tell, if one was.
    pub(super) fn ends_ms(&self, known_ms: Option<u64>) -> u64 {
        match (self.deadline, known_ms) {
            (Deadline::Within(_), _) => self.began_ms + stretched(self.limit_ms, self.taken_ms),
            (Deadline::Throughout(_), Some(known_ms)) => known_ms + self.limit_ms,
            (Deadline::Throughout(_), None) => self.began_ms + stretched(self.limit_ms.max(FIRST_LOOK_MS), self.taken_ms),
        }
    }

    /// By how much a deadline was longer by that moment than its author wrote.
    pub(super) fn longer_ms(&self, now_ms: u64) -> u64 {
        match self.deadline {
            Deadline::Within(_) => now_ms.saturating_sub(self.began_ms + self.limit_ms).min(self.taken_ms),
            Deadline::Throughout(_) => 0,
        }
    }

    /// Whether even four times a deadline was not enough: what others did not take of it has not reached what its author wrote.
    pub(super) fn was_too_short(&self, now_ms: u64) -> bool {
        let own_ms = now_ms.saturating_sub(self.began_ms).saturating_sub(self.taken_ms);
        matches!(self.deadline, Deadline::Within(_)) && own_ms < self.limit_ms
    }
}
