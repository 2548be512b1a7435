//! What counts from when: a look from its Then on, a rate from the last When on, a request from when it was sent.

use super::{Entry, Record, StepKind, Timeline};
use relapse_wire::log::Access;

/// What requests come to now is told by those that were over in so many milliseconds before.
pub const RECENT_MS: u64 = 3_000;
/// And by no fewer than so many.
pub const MIN_REQUESTS: usize = 10;
/// Servers log a request once its answer is out. Within so many milliseconds, by then it can be read.
pub const LINE_MS: u64 = 1_000;
/// A request that is out for as long has no answer.
pub const NO_ANSWER_MS: u64 = 1_000;

impl Timeline {
    /// Notes that a step begins; its entry is the next one.
    pub(super) fn step_begins(&mut self, at_ms: u64) {
        // A When lasts until the next step begins.
        if matches!(self.step(), Some(Entry { what: Record::Step { kind: StepKind::When, .. }, .. })) {
            self.acted_ms = at_ms;
        }
        self.step = Some(self.entries.len());
    }

    /// The newest step.
    fn step(&self) -> Option<&Entry> {
        self.entries.get(self.step?)
    }

    /// When the newest step began; 0 where there is none.
    #[must_use]
    pub fn step_ms(&self) -> u64 {
        self.step().map_or(0, |entry| entry.at_ms)
    }

    /// The index of the newest step's entry; 0 where there is none.
    #[must_use]
    pub fn step_index(&self) -> usize {
        self.step.unwrap_or_default()
    }

    /// What was done and seen since the newest step began, newest first: what is from before it is of that time.
    pub fn of_this_step(&self) -> impl Iterator<Item = &Entry> {
        self.entries.get(self.step.unwrap_or_default()..).unwrap_or_default().iter().rev()
    }

    /// When the last When was done with; the lab's beginning where there is none.
    #[must_use]
    pub fn acted_ms(&self) -> u64 {
        self.acted_ms
    }

    /// When the newest When began, and the index of its entry; both 0 where there is none.
    #[must_use]
    pub fn when_began(&self) -> (u64, usize) {
        let when = |entry: &Entry| matches!(entry.what, Record::Step { kind: StepKind::When, .. });
        let found = self.entries.iter().enumerate().rev().find(|(_, entry)| when(entry));
        found.map_or((0, 0), |(index, entry)| (entry.at_ms, index))
    }

    /// A moment of Unix time, in milliseconds, on this timeline. Before the beginning is the beginning.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn at_unix_ms(&self, unix_ms: u64) -> u64 {
        (unix_ms as f64 - self.began_at * 1000.0).round().max(0.0) as u64
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "before the beginning is the beginning")]
    pub(super) fn sent_ms(&self, access: &Access) -> u64 {
        ((access.sent_at() - self.began_at) * 1000.0).round().max(0.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_when_is_done_with_once_the_next_step_begins() {
        let mut timeline = Timeline::default();
        let step = |kind| Record::Step { text: String::new(), line: 1, kind };
        timeline.push(5, step(StepKind::Given));
        timeline.push(10, step(StepKind::When));
        assert_eq!((timeline.acted_ms(), timeline.step_ms(), timeline.when_began().0), (0, 10, 10));
        timeline.push(30, step(StepKind::Then));
        timeline.push(40, step(StepKind::Then));
        assert_eq!((timeline.acted_ms(), timeline.step_ms(), timeline.when_began().0), (30, 40, 10));
        timeline.push(50, Record::Noted { text: String::new() });
        assert_eq!(timeline.of_this_step().count(), 2, "the step, and what came since");
    }
}
