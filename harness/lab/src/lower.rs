//! Whether everything of a lab is gone.

use crate::sweep::{Left, SweepError, SweepReport};

/// Why a lab is not gone altogether.
#[derive(Debug, thiserror::Error)]
pub enum LowerError {
    /// The engine did not say what is left.
    #[error("{0}\nUntil then the run's reaper tries, for a minute from now.")]
    Sweep(#[from] SweepError),
    /// The engine refused to remove things.
    #[error("the engine keeps {}\n`relapse leaks --remove` tries again; an engine that keeps a network with \"active endpoints\" and no container lets it go when it is restarted", .0.iter().map(|left| format!("{} {} ({})", left.thing.kind, left.thing.name, left.why)).collect::<Vec<_>>().join(", "))]
    Left(Vec<Left>),
}

/// What a sweep came to, for whoever wanted everything gone.
pub(crate) fn gone(swept: Result<SweepReport, SweepError>) -> Result<(), LowerError> {
    let left = swept?.left;
    if left.is_empty() { Ok(()) } else { Err(LowerError::Left(left)) }
}
