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

use relapse_model::timeline::{Missed, Source};

pub use change::Change;
pub(crate) use helper::Helper;
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

impl crate::raise::Lab {
    /// Notes that a part could not be asked since then, and why: where it does not run, that is why, with its last words.
    pub fn not_asked(&self, part: &str, source: Source, since_ms: u64, error: &ActError) {
        let why = self.recorder.read(|timeline| match timeline.can_speak(part) {
            Ok(()) => Missed::NotAsked { service: part.to_owned(), why: error.to_string() },
            Err(state) => {
                let words = timeline.last_words(part).map(|text| format!("; its last words: `{text}`"));
                let why = format!("{state}{}", words.unwrap_or_default());
                Missed::NobodyToAsk { service: part.to_owned(), why }
            }
        });
        self.recorder.gap(source, since_ms, false, why);
    }
}
