//! A service that could not be asked, as a gap on the timeline.

use relapse_model::timeline::{Missed, Source};

use super::error::ActError;
use crate::lab::Lab;

impl Lab {
    /// Notes that a service could not be asked since then, and why: where it does not run, that is why, with its last words.
    pub fn not_asked(&self, service: &str, source: Source, since_ms: u64, error: &ActError) {
        let why = self.recorder.read(|timeline| match timeline.can_speak(service) {
            Ok(()) => Missed::NotAsked { service: service.to_owned(), why: error.to_string() },
            Err(state) => {
                let words = timeline.last_words(service).map(|text| format!("; its last words: `{text}`"));
                let why = format!("{state}{}", words.unwrap_or_default());
                Missed::NobodyToAsk { service: service.to_owned(), why }
            }
        });
        self.recorder.gap(source, since_ms, false, why);
    }
}
