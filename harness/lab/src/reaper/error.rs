//! Why there is no reaper, or why it did not end well.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use relapse_engine::label::RunId;

/// How long a reaper may take to say that it is ready.
pub(super) const READY_WITHIN: Duration = Duration::from_secs(10);
/// And to come to its end.
pub(super) const DONE_WITHIN: Duration = Duration::from_secs(15);

/// Why there is no reaper, or why it did not end well.
#[derive(Debug, thiserror::Error)]
pub enum ReaperError {
    /// The process could not be started.
    #[error("the reaper could not be started from {}: {source}", executable.display())]
    NotStarted {
        /// What was to be run.
        executable: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It has no engine.
    #[error("the reaper cannot reach the Docker engine: {why}")]
    NoEngine {
        /// Its words.
        why: String,
    },
    /// It said something else than `ready`, or nothing.
    #[error(
        "the reaper did not say `ready` within {} s: {seen}\nDoes {} call `relapse_lab::reaper::serve_if_asked()` first thing in main?",
        READY_WITHIN.as_secs(), executable.display()
    )]
    NotReady {
        /// What was run.
        executable: PathBuf,
        /// What was seen instead.
        seen: String,
    },
    /// It had ended before the run did.
    #[error("the reaper of run {run} was gone before the run ended: {seen}")]
    Gone {
        /// The run.
        run: RunId,
        /// How it ended.
        seen: String,
    },
    /// It does not come to an end.
    #[error("the reaper of run {run} is still removing things after {} s; it goes on without us", DONE_WITHIN.as_secs())]
    Busy {
        /// The run.
        run: RunId,
    },
}
