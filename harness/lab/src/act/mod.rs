//! What is done in a lab for a scenario: attempts, and questions asked of parts. One file each; to add one, copy a neighbour.

mod background;
mod change;
mod helper;
mod hold;
mod link;
mod load;
mod members;
mod poll;
mod processes;
mod promql;
mod push;
mod resolve;
mod run;
mod tab;
mod tier;
mod usage;
mod visit;

pub use change::Change;
pub(crate) use helper::{HELPER, Helper};
pub(crate) use tab::Tab;

/// The harness itself could not act or look: Inconclusive, never a verdict on the lab.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ActError(pub(crate) String);

impl ActError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<crate::exec::ExecError> for ActError {
    fn from(error: crate::exec::ExecError) -> Self {
        Self(error.to_string())
    }
}
