//! Why a lab could not be raised.

use relapse_model::topology::TopologyError;

use super::subnet::NetworkError;
use crate::lower::LowerError;
use crate::reaper::ReaperError;

/// Why a lab could not be raised.
#[derive(Debug, thiserror::Error)]
pub enum RaiseError {
    /// A file that a service is given cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The Compose file does not read on the lab's own subnet: the author's error.
    #[error("{path}{}: {source}", .source.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default())]
    Topology {
        /// The file.
        path: String,
        /// What is wrong.
        source: TopologyError,
    },
    /// The reaper did not start, so nothing else was.
    #[error(transparent)]
    Reaper(#[from] ReaperError),
    /// No network could be made.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The engine refused something.
    #[error("{service}: the engine refused to {action}: {why}")]
    Engine {
        /// The service.
        service: String,
        /// What was asked.
        action: &'static str,
        /// In the engine's words.
        why: String,
    },
    /// A service did not become ready.
    #[error("{service} ({image}) did not become ready: {why}; awaited: {awaited}\n{log}")]
    NotReady {
        /// The service.
        service: String,
        /// Its image.
        image: String,
        /// The last status.
        why: String,
        /// The condition.
        awaited: String,
        /// The log's tail.
        log: String,
    },
    /// The engine went away.
    #[error("{why}")]
    Lost {
        /// What was seen.
        why: String,
    },
    /// One of these, and what had been made is not gone altogether.
    #[error("{cause}\nand what had been made is not gone: {left}")]
    Left {
        /// Why it was not raised.
        cause: Box<RaiseError>,
        /// Why it is not gone.
        left: LowerError,
    },
}

impl RaiseError {
    /// Whether a service, or the engine about a service, was the reason: the lab never became steady.
    #[must_use]
    pub fn is_not_steady(&self) -> bool {
        match self {
            Self::NotReady { .. } | Self::Engine { .. } => true,
            Self::Left { cause, .. } => cause.is_not_steady(),
            _ => false,
        }
    }
}
