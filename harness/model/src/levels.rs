//! Levels: which value each contributing factor has, and who says so last.

use std::collections::BTreeMap;

/// A factor's name to its level.
pub type Levels = BTreeMap<String, String>;

/// Where levels come from, weakest first: as on the day (the topology), the scenario's own, `--set`, what a command forces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// From the scenario's `with {factor} at {level}`.
    pub scenario: Levels,
    /// From `--set`.
    pub set: Levels,
    /// From the command, over all else.
    pub forced: Levels,
}

impl Choice {
    /// Every level that differs from the day's, with the strongest source last.
    #[must_use]
    pub fn merged(&self) -> Levels {
        let mut levels = self.scenario.clone();
        levels.extend(self.set.clone());
        levels.extend(self.forced.clone());
        levels
    }
}

/// Reads `factor=level`.
///
/// # Errors
/// In words, when there is no `=`.
pub fn parse_assignment(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(factor, _)| !factor.is_empty())
        .map(|(factor, level)| (factor.to_owned(), level.to_owned()))
        .ok_or_else(|| format!("`{text}` is not of the form factor=level"))
}
