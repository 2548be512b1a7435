//! What is wrong with a topology.

/// What is wrong with a topology, with the place in its file.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
pub struct TopologyError {
    /// What was expected, what was found, what to do.
    pub message: String,
    /// 1-based line and column in the Compose file, when known.
    pub place: Option<(usize, usize)>,
}

impl TopologyError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None }
    }
}
