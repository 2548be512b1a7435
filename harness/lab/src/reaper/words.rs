//! What a run and its reaper say to each other.

/// Holds the run's id in the environment of a reaper.
pub const ASKED: &str = "RELAPSE_REAPER";
/// What a reaper found when the run had cleaned up after itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Finished {
    /// How many things were still there: each is a gap in our own cleaning up.
    pub found: usize,
    /// How many it could not remove.
    pub left: usize,
}

/// `found 3 left 0`.
pub(super) fn finished(line: &str) -> Option<Finished> {
    let (found, left) = line.strip_prefix("found ")?.split_once(" left ")?;
    Some(Finished { found: found.parse().ok()?, left: left.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_farewell() {
        assert_eq!(finished("found 3 left 1"), Some(Finished { found: 3, left: 1 }));
        assert_eq!(finished("found left"), None);
    }
}
