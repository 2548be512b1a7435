//! The time that others took from a lab. A deadline is its author's word on how long the system under test may take; what somebody else's
//! work adds on the same machine is no evidence about it. `follow` measures it.

use std::sync::{Mutex, PoisonError};

/// What others have taken, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Taken(Mutex<Vec<Mark>>);

/// All that was taken up to a moment, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    at_ms: u64,
    sum_ms: f64,
}

impl Taken {
    /// How much was taken between two moments, in milliseconds of the lab's clock.
    pub(crate) fn between(&self, from_ms: u64, until_ms: u64) -> u64 {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = sum_at(&marks, until_ms) - sum_at(&marks, from_ms);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is no larger than the time between the two"
        )]
        let taken = taken.max(0.0) as u64;
        taken.min(until_ms.saturating_sub(from_ms))
    }

    /// Notes how much was taken since the last note, which is up to that moment.
    pub(crate) fn add(&self, at_ms: u64, taken_ms: f64) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sum_ms = marks.last().map_or(0.0, |last| last.sum_ms) + taken_ms;
        marks.push(Mark { at_ms, sum_ms });
    }
}

/// Between two marks it was taken evenly; after the last one nothing is known to be.
fn sum_at(marks: &[Mark], at_ms: u64) -> f64 {
    let next = marks.partition_point(|mark| mark.at_ms <= at_ms);
    let before = next.checked_sub(1).and_then(|last| marks.get(last)).copied();
    let (Some(before), Some(after)) = (before, marks.get(next)) else { return before.unwrap_or_default().sum_ms };
    #[expect(clippy::cast_precision_loss)]
    let part = (at_ms - before.at_ms) as f64 / (after.at_ms - before.at_ms) as f64;
    before.sum_ms + part * (after.sum_ms - before.sum_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_told_between_any_two_moments() {
        let taken = Taken::default();
        assert_eq!(taken.between(0, 5_000), 0, "nobody has measured");
        for (at_ms, taken_ms) in [(1_000, 0.0), (1_250, 100.0), (1_500, 0.0), (1_750, 250.0)] {
            taken.add(at_ms, taken_ms);
        }
        assert_eq!(taken.between(0, 5_000), 350);
        assert_eq!(taken.between(1_125, 1_250), 50, "half of what the first quarter of a second had");
        assert_eq!(taken.between(1_250, 1_500), 0);
        assert_eq!(taken.between(1_700, 1_750), 50);
        assert_eq!(taken.between(1_750, 9_000), 0, "nothing is known of it yet");
    }
}
