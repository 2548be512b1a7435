//! A cell of a matrix.

use relapse_model::ablation::Seen;
use relapse_model::levels::Levels;
use relapse_model::verdict::Verdict;

/// A cell of the table: its levels, and what the scenario came to there.
pub(crate) struct Cell {
    pub(crate) levels: Levels,
    /// The gravest of its runs.
    pub(crate) verdict: Verdict,
    /// In how many runs the scenario held, and in how many it was violated.
    pub(crate) held: usize,
    pub(crate) violated: usize,
    /// What its last Then came to.
    pub(crate) seen: Seen,
}

impl Cell {
    /// How many runs.
    pub(crate) fn of(&self) -> usize {
        self.seen.of
    }

    /// What it came to each time; `None` where it could not be judged, or came to both.
    pub(super) fn always(&self) -> Option<Verdict> {
        let of = self.of();
        match (self.held, self.violated) {
            _ if of == 0 => None,
            (held, 0) if held == of => Some(Verdict::Held),
            (0, violated) if violated == of => Some(Verdict::Violated),
            _ => None,
        }
    }

    /// `held 3 of 4`, of more runs than one.
    pub(crate) fn count(&self) -> Option<String> {
        (self.of() > 1).then(|| format!("held {} of {}", self.held, self.of()))
    }
}

/// Levels in a line.
pub(crate) fn name(levels: &Levels) -> String {
    levels.iter().map(|(factor, level)| format!("{factor} {level}")).collect::<Vec<_>>().join(", ")
}
