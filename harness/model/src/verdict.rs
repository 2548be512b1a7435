//! Three-valued verdicts, and the order in which the gravest wins.

use serde::{Deserialize, Serialize};

/// What became of an expectation, a scenario, a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was as expected.
    Held,
    /// The lab, a fault or a probe failed: neither a pass nor a fail.
    Inconclusive,
    /// It was seen not to be as expected.
    Violated,
}

impl Verdict {
    /// The gravest of many; `None` of none, since no evidence is no verdict.
    pub fn gravest(verdicts: impl IntoIterator<Item = Self>) -> Option<Self> {
        verdicts.into_iter().max()
    }

    /// As people read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Inconclusive => "inconclusive",
            Self::Violated => "violated",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::*;

    #[test]
    fn the_gravest_wins_and_nothing_is_nothing() {
        assert_eq!(super::Verdict::gravest([Held, Inconclusive, Violated]), Some(Violated));
        assert_eq!(super::Verdict::gravest([Held, Inconclusive]), Some(Inconclusive));
        assert_eq!(super::Verdict::gravest([]), None);
    }
}
