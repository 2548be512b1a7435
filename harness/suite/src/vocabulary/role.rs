//! What a step is in an outage: what users do and what was done to the system, what users got and how it came about.

use gherkin::StepType;

/// What a step is in an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A state to begin with.
    State,
    /// What users do.
    Demand,
    /// What was done to the system.
    Trigger,
    /// What users got.
    Users,
    /// Who was told.
    Told,
    /// How it came about: a link, and no end.
    Mechanism,
}

impl Role {
    /// Which of the three such a step is.
    pub(crate) fn kind(self) -> StepType {
        match self {
            Self::State => StepType::Given,
            Self::Demand | Self::Trigger => StepType::When,
            Self::Users | Self::Told | Self::Mechanism => StepType::Then,
        }
    }

    /// As people read it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Demand => "demand",
            Self::Trigger => "trigger",
            Self::Users => "users",
            Self::Told => "told",
            Self::Mechanism => "mechanism",
        }
    }
}
