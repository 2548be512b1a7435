//! What a step is in an outage: what users do and what was done to the system, what users got and how it came about.

use gherkin::StepType;

/// What a step is in an outage. It says which of Given, When and Then the step is as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A Given: a state to begin with.
    State,
    /// A When: what users do.
    Demand,
    /// A When: what was done to the system.
    Trigger,
    /// A Then: what users got.
    Users,
    /// A Then: who was told.
    Told,
    /// A Then: how it came about. It is a link, and no end.
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
