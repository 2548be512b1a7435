//! `{part} should log {comparison} lines with {text}`: for what a part only says in words, such as the end of a reload.

use super::logged::Comparison;
use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};

/// Lines of a part's log that have a text.
#[derive(Debug, Clone)]
pub struct Lines {
    /// The part.
    pub part: String,
    /// How many.
    pub comparison: Comparison,
    /// The text.
    pub text: String,
}

impl Expectation for Lines {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let (mut count, mut total, mut last) = (0, 0, "");
        for entry in timeline.entries() {
            if let What::Log { part, text, .. } = &entry.what
                && *part == self.part
            {
                total += 1;
                last = text;
                count += usize::from(text.contains(&self.text));
            }
        }
        let seen = format!("{count} of {total} lines of {}'s log have `{}`; the last line is `{last}`", self.part, self.text);
        Sight::of(self.comparison.matches(count), seen)
    }
}
