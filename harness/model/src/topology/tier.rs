//! Tiers and flags, as the section `x-relapse` declares them: what `{tier} scales to {int}` and `{flag} is at {percent}` run, and where a
//! tier's instances are listed. Any command of any part will do: a cloud's, an orchestrator's, ours.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A command, and the part in which it is run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The part.
    pub part: String,
    /// With its arguments; `{count}` or `{percent}` stands for the number of the step.
    pub command: Vec<String>,
}

impl Command {
    /// The command with the number in the place of `{name}`.
    #[must_use]
    pub fn with(&self, name: &str, number: usize) -> Vec<String> {
        let placeholder = format!("{{{name}}}");
        self.command.iter().map(|word| word.replace(&placeholder, &number.to_string())).collect()
    }
}

/// Instances that are started and terminated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Brings it to `{count}` instances.
    pub scale: Command,
    /// Replaces `{count}` of them, one after the other.
    pub replace: Command,
    /// Of `lists`, the one that is right.
    pub catalogue: String,
    /// Who lists its instances: the part, and the command that tells, as `wire::members`, in that part or in one beside it.
    pub lists: BTreeMap<String, Command>,
}
