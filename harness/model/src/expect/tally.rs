//! A count of records that is taken up where the last look ended: a log can have a hundred thousand lines, and is looked at after each.

use std::cell::Cell;

use crate::timeline::{Timeline, What};

/// What was counted so far: (entries gone through, of these counted).
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Cell<(usize, usize)>);

impl Tally {
    /// How many records from that entry on count. A timeline only grows, so what was gone through stays counted.
    pub(super) fn count(&self, timeline: &Timeline, from: usize, mut counts: impl FnMut(&What) -> bool) -> usize {
        let (gone, mut count) = self.0.get();
        let gone = gone.max(from);
        let entries = timeline.entries();
        count += entries.iter().skip(gone).filter(|entry| counts(&entry.what)).count();
        self.0.set((entries.len(), count));
        count
    }
}
