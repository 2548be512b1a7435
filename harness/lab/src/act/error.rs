//! Why something could not be done.

/// The harness itself could not act or look: Inconclusive, never a verdict on the lab.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ActError(pub(crate) String);

impl ActError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<relapse_engine::exec::ExecError> for ActError {
    fn from(error: relapse_engine::exec::ExecError) -> Self {
        Self(error.to_string())
    }
}
