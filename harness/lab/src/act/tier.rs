//! Scales tiers and sets flags, by the commands that the topology declares. What a command came to is an observation.

use std::time::Duration;

use relapse_model::timeline::What;
use relapse_model::topology::{Scaling, Tier};

use super::ActError;
use crate::exec;
use crate::raise::Lab;

/// A command that takes longer is not waited for.
const DONE_WITHIN: Duration = Duration::from_secs(120);

impl Lab {
    /// A tier, as the topology declares it.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn tier(&self, name: &str) -> Result<&Tier, ActError> {
        self.topology.tiers.get(name).ok_or_else(|| self.unknown("tier", name))
    }

    /// Brings a tier to so many instances, and returns when its command has.
    ///
    /// # Errors
    /// When there is no such tier, its command cannot be told what is asked, or could not be run.
    pub async fn scale(&self, tier: &str, scaling: &Scaling) -> Result<(), ActError> {
        let (part, command) = self.tier(tier)?.scaled(scaling).map_err(ActError::new)?;
        self.attempt("scale", tier, part, command).await
    }

    /// Replaces so many instances of a tier, and returns when its command has.
    ///
    /// # Errors
    /// As for [`Self::scale`].
    pub async fn replace(&self, tier: &str, scaling: &Scaling) -> Result<(), ActError> {
        let (part, command) = self.tier(tier)?.replaced(scaling).map_err(ActError::new)?;
        self.attempt("replace", tier, part, command).await
    }

    /// Brings a flag to a percentage.
    ///
    /// # Errors
    /// When there is no such flag, or its command could not be run.
    pub async fn flag(&self, flag: &str, percent: usize) -> Result<(), ActError> {
        let declared = self.topology.flags.get(flag).ok_or_else(|| self.unknown("flag", flag))?;
        self.attempt("flag", flag, &declared.part, declared.at_percent(percent)).await
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
