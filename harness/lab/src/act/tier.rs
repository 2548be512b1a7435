//! Scales tiers and sets flags, by the commands that the topology declares. What a command came to is an observation.

use relapse_model::topology::{Scaling, Tier};

use super::error::ActError;
use crate::lab::Lab;

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
        let (service, command) = self.tier(tier)?.scaled(scaling).map_err(ActError::new)?;
        self.attempt("scale", tier, service, command).await
    }

    /// Replaces so many instances of a tier, and returns when its command has.
    ///
    /// # Errors
    /// As for [`Self::scale`].
    pub async fn replace(&self, tier: &str, scaling: &Scaling) -> Result<(), ActError> {
        let (service, command) = self.tier(tier)?.replaced(scaling).map_err(ActError::new)?;
        self.attempt("replace", tier, service, command).await
    }

    /// Brings a flag to a percentage.
    ///
    /// # Errors
    /// When there is no such flag, or its command could not be run.
    pub async fn flag(&self, flag: &str, percent: usize) -> Result<(), ActError> {
        let declared = self.topology.flags.get(flag).ok_or_else(|| self.unknown("flag", flag))?;
        self.attempt("flag", flag, &declared.service, declared.at_percent(percent)).await
    }

    fn unknown(&self, kind: &str, name: &str) -> ActError {
        ActError::new(format!("the topology `{}` declares no {kind} `{name}` in x-relapse", self.topology.name))
    }
}
