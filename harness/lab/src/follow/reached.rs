//! A log that is followed, and how far it was read.

use relapse_model::timeline::{Missed, Source};
use tokio::sync::watch;

use crate::recorder::Recorder;

/// A container's log that is followed.
#[derive(Clone)]
pub(crate) struct Log {
    /// Whose it is.
    pub(crate) service: String,
    /// The container's id.
    pub(crate) container: String,
    /// How far it was read: told by its reader, and by who has compared that with the engine.
    pub(crate) reached: watch::Sender<Reached>,
}

impl Log {
    /// Notes that something of it was not read: it was written at any time since all was known to be.
    pub(crate) fn gap(&self, recorder: &Recorder, lasting: bool, why: Missed) {
        let since_ms = self.reached.borrow().whole_ms;
        recorder.gap(Source::Log { service: self.service.clone() }, since_ms, lasting, why);
    }
}

/// How far a log was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reached {
    /// The time of the last line that was read, as the engine writes times: of one width, so that they are ordered as texts.
    pub(crate) time: String,
    /// Whether it was read to its end: nothing more comes.
    pub(crate) over: bool,
    /// All that was written until then was read, in milliseconds since the lab's beginning.
    pub(crate) whole_ms: u64,
}
