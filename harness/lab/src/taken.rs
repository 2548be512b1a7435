//! The time that others took from a lab. A deadline is its author's word on how long the system under test may take; what somebody else's
//! work adds on the same machine is no evidence about it. `follow` measures it.

use std::sync::{Mutex, PoisonError};

/// What others have taken, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Taken(Mutex<Vec<Mark>>);

/// What others took of some time, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Took {
    /// Of whatever the lab is to do: it waited for processors, for disks, or for the engine.
    pub(crate) of_all: f64,
    /// Of what it does without the engine: to answer requests.
    pub(crate) of_requests: f64,
}

/// All that was taken up to a moment.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    at_ms: u64,
    sum: Took,
}

impl Taken {
    /// How much was taken between two moments, in milliseconds of the lab's clock.
    pub(crate) fn between(&self, from_ms: u64, until_ms: u64) -> u64 {
        self.sum(from_ms, until_ms, |took| took.of_all)
    }

    /// The same of requests alone.
    pub(crate) fn of_requests_between(&self, from_ms: u64, until_ms: u64) -> u64 {
        self.sum(from_ms, until_ms, |took| took.of_requests)
    }

    fn sum(&self, from_ms: u64, until_ms: u64, of: fn(Took) -> f64) -> u64 {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = sum_at(&marks, until_ms, of) - sum_at(&marks, from_ms, of);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is no larger than the time between the two"
        )]
        let taken = taken.max(0.0) as u64;
        taken.min(until_ms.saturating_sub(from_ms))
    }

    /// Notes how much was taken since the last note, which is up to that moment.
    pub(crate) fn add(&self, at_ms: u64, took: Took) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = marks.last().map_or_else(Took::default, |last| last.sum);
        let sum = Took { of_all: last.of_all + took.of_all, of_requests: last.of_requests + took.of_requests };
        marks.push(Mark { at_ms, sum });
    }
}

/// Between two marks it was taken evenly; after the last one nothing is known to be.
fn sum_at(marks: &[Mark], at_ms: u64, of: fn(Took) -> f64) -> f64 {
    let next = marks.partition_point(|mark| mark.at_ms <= at_ms);
    let before = next.checked_sub(1).and_then(|last| marks.get(last)).copied();
    let (Some(before), Some(after)) = (before, marks.get(next)) else { return of(before.unwrap_or_default().sum) };
    #[expect(clippy::cast_precision_loss)]
    let part = (at_ms - before.at_ms) as f64 / (after.at_ms - before.at_ms) as f64;
    of(before.sum) + part * (of(after.sum) - of(before.sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_told_between_any_two_moments() {
        let taken = Taken::default();
        assert_eq!(taken.between(0, 5_000), 0, "nobody has measured");
        for (at_ms, taken_ms) in [(1_000, 0.0), (1_250, 100.0), (1_500, 0.0), (1_750, 250.0)] {
            taken.add(at_ms, Took { of_all: taken_ms, of_requests: taken_ms / 2.0 });
        }
        assert_eq!(taken.between(0, 5_000), 350);
        assert_eq!(taken.of_requests_between(0, 5_000), 175);
        assert_eq!(taken.between(1_125, 1_250), 50, "half of what the first quarter of a second had");
        assert_eq!(taken.between(1_250, 1_500), 0);
        assert_eq!(taken.between(1_700, 1_750), 50);
        assert_eq!(taken.between(1_750, 9_000), 0, "nothing is known of it yet");
    }
}
