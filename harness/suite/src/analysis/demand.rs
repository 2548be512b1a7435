//! An incident without its triggers: only what users do.

use relapse_model::ablation::{Effect, Seen};

/// Whether the incident happens with demand alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DemandAlone {
    /// There is no trigger but demand.
    NotAsked,
    /// It does not.
    DoesNotHappen,
    /// It does, so many times of so many.
    Happens(usize, usize),
    /// It could not be judged.
    Unknown(String),
}

impl DemandAlone {
    /// By what was seen without the triggers.
    pub(crate) fn of(seen: &Seen) -> Self {
        match &seen.effect {
            Effect::DoesNotHappen => Self::DoesNotHappen,
            Effect::Happens | Effect::Otherwise | Effect::Sometimes => Self::Happens(seen.occurred, seen.of),
            Effect::NotRun => Self::Unknown("it was not run".into()),
            Effect::NotApplicable(why) | Effect::Inconclusive(why) => Self::Unknown(why.clone()),
        }
    }

    /// In a word; where it is not known, why.
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::NotAsked => "not asked",
            Self::DoesNotHappen => "does not happen",
            Self::Happens(..) => "happens",
            Self::Unknown(why) => why,
        }
    }

    /// In words.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::NotAsked => "No step of it is a trigger, so whether demand alone is enough was not asked.".into(),
            Self::DoesNotHappen => "With demand alone, without its triggers, it does not happen.".into(),
            Self::Happens(occurred, of) => {
                format!(
                    "It happens with demand alone, {occurred} of {of} times: the trigger is not needed, and gates are red whatever was done."
                )
            }
            Self::Unknown(why) => format!("Whether it happens with demand alone is not known: {why}."),
        }
    }
}
