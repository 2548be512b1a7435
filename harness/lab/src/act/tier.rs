//! Scales tiers and sets flags, by the commands that the topology declares. What a command came to is an observation.

use std::time::Duration;

use relapse_model::timeline::What;
use relapse_model::topology::Command;

use super::ActError;
use crate::exec;
use crate::raise::Lab;

/// A command that takes longer is not waited for.
const DONE_WITHIN: Duration = Duration::from_secs(120);

impl Lab {
    /// Brings a tier to so many instances, and returns when its command has.
    ///
    /// # Errors
    /// When there is no such tier, or its command could not be run.
    pub async fn scale(&self, tier: &str, count: usize) -> Result<(), ActError> {
        let declared = self.topology.tiers.get(tier).ok_or_else(|| self.unknown("tier", tier))?;
        self.attempt("scale", tier, &declared.scale.part, declared.scale.with("count", count)).await
    }

    /// Replaces so many instances of a tier, and returns when its command has.
    ///
    /// # Errors
    /// As for [`Self::scale`].
    pub async fn replace(&self, tier: &str, count: usize) -> Result<(), ActError> {
        let declared = self.topology.tiers.get(tier).ok_or_else(|| self.unknown("tier", tier))?;
        self.attempt("replace", tier, &declared.replace.part, declared.replace.with("count", count)).await
    }

    /// Brings a flag to a percentage.
    ///
    /// # Errors
    /// When there is no such flag, or its command could not be run.
    pub async fn flag(&self, flag: &str, percent: usize) -> Result<(), ActError> {
        let Command { part, .. } = self.topology.flags.get(flag).ok_or_else(|| self.unknown("flag", flag))?;
        let command = self.topology.flags.get(flag).map(|command| command.with("percent", percent)).unwrap_or_default();
        self.attempt("flag", flag, part, command).await
    }

    async fn attempt(&self, name: &str, target: &str, part: &str, command: Vec<String>) -> Result<(), ActError> {
        let container = self.find(part).await?;
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let running = exec::run(&self.engine, &container, &words, &[], b"");
        let shown = words.join(" ");
        let Ok(output) = tokio::time::timeout(DONE_WITHIN, running).await else {
            return Err(ActError::new(format!("`{shown}` in {part} did not end within {} s", DONE_WITHIN.as_secs())));
        };
        let output = output?;
        let outcome = if output.code == 0 { "success" } else { "failure" };
        let detail = format!("`{shown}` in {part}: exit {} {} {}", output.code, output.stdout.trim(), output.stderr.trim());
        let (name, target, outcome) = (name.to_owned(), target.to_owned(), outcome.to_owned());
        self.recorder.record(What::Attempt { name, target, outcome, detail });
        Ok(())
    }

    fn unknown(&self, kind: &str, name: &str) -> ActError {
        ActError::new(format!("the topology `{}` declares no {kind} `{name}` in x-relapse", self.topology.name))
    }
}
