//! Crash loops: a service that ends by itself, is started again by its restart policy, and ends again.

use super::{Entry, Record, State, StepKind, Timeline};

/// So many ends in a row are a loop.
const ENDS: usize = 2;
/// The engine waits longer and longer, and takes one that ran for as long as this for healthy.
const HEALTHY_MS: u64 = 10_000;

impl Timeline {
    /// How often a service ended by itself in a row, if it is in a crash loop now. What a step does to it is not by itself.
    #[must_use]
    pub fn crash_loop(&self, service: &str) -> Option<usize> {
        let mut ends = 0;
        let mut after_ms = self.now_ms();
        for &index in self.containers.iter().rev() {
            let Some(Entry { at_ms, what: Record::Container { service: who, state } }) = self.entries.get(index) else {
                continue;
            };
            if who != service {
                continue;
            }
            match state {
                State::Exited { .. } if self.was_asked_for(index, service) => break,
                State::Exited { .. } => {
                    if at_ms + HEALTHY_MS < after_ms {
                        break;
                    }
                    ends += 1;
                    after_ms = *at_ms;
                }
                // It had run for long before it ended: that end begins a loop, or none.
                State::Running { .. } if ends > 0 && at_ms + HEALTHY_MS < after_ms => break,
                State::Removed | State::Paused => break,
                _ => {}
            }
        }
        // One that ended once and stays so has ended; the last of several may be about to be started again.
        (ends >= ENDS).then_some(ends)
    }

    /// Whether the step of that time was a When about that service.
    fn was_asked_for(&self, index: usize, service: &str) -> bool {
        let step = self.entries.iter().take(index).rev().find_map(|entry| match &entry.what {
            Record::Step { text, kind, .. } => Some((text, *kind)),
            _ => None,
        });
        step.is_some_and(|(text, kind)| kind == StepKind::When && text.split_whitespace().any(|word| word == service))
    }

    /// The last line of a service's log.
    #[must_use]
    pub fn last_words(&self, service: &str) -> Option<&str> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            Record::Log { service: who, text, .. } if who == service && !text.trim().is_empty() => Some(text.as_str()),
            _ => None,
        })
    }
}
