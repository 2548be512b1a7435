//! A count of records that is taken up where the last look ended: a log can have a hundred thousand lines, and is looked at after each.

use std::cell::Cell;

use crate::timeline::{Record, Timeline};

/// What was counted so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Cell<Counted>);

#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    /// Entries gone through.
    gone: usize,
    count: usize,
    /// Of these, from before the newest When.
    earlier: usize,
    /// The entry of the newest When, which stays the newest as long as one Then is watched.
    when: Option<usize>,
}

impl Tally {
    /// How many records from that entry on count. A timeline only grows, so what was gone through stays counted.
    pub(super) fn count(&self, timeline: &Timeline, from: usize, mut counts: impl FnMut(&Record) -> bool) -> usize {
        let mut counted = self.0.get();
        let when = *counted.when.get_or_insert_with(|| timeline.when_began().1);
        let entries = timeline.entries();
        for (index, entry) in entries.iter().enumerate().skip(counted.gone.max(from)) {
            if counts(&entry.what) {
                counted.count += 1;
                counted.earlier += usize::from(index < when);
            }
        }
        counted.gone = entries.len();
        self.0.set(counted);
        counted.count
    }

    /// How many of those that were counted were there before the newest When, in words; empty for none.
    pub(super) fn earlier(&self) -> String {
        match self.0.get().earlier {
            0 => String::new(),
            earlier => format!(" ({earlier} of them before the last When)"),
        }
    }
}
