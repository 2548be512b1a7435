//! `{part} should be throttled`: in at least half of the scheduler's periods of the last seconds the part's processor limit held it up.

use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, Usage, What};

/// From the first figure to the last, at most; at least a quarter of it is needed.
const WINDOW_MS: u64 = 2_000;

/// A part's limit is felt.
#[derive(Debug, Clone)]
pub struct Throttled {
    /// The part.
    pub part: String,
}

impl Expectation for Throttled {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let mut figures = timeline.entries().iter().rev().filter_map(|entry| match &entry.what {
            What::Used { part, usage } if *part == self.part => Some((entry.at_ms, usage)),
            _ => None,
        });
        let Some((until, last)) = figures.next() else {
            return Sight::unknown(format!("what {} uses was never asked", self.part));
        };
        let earlier = figures.take_while(|(at_ms, _)| at_ms + WINDOW_MS >= until).last();
        let Some((since, first)) = earlier.filter(|(at_ms, _)| at_ms + WINDOW_MS / 4 <= until) else {
            return Sight::unknown(format!("what {} uses was not asked for long enough", self.part));
        };
        let Usage { periods, throttled_periods, cpu_seconds, memory_bytes } = last;
        let all = periods.saturating_sub(first.periods);
        let throttled = throttled_periods.saturating_sub(first.throttled_periods);
        #[expect(clippy::cast_precision_loss)]
        let processors = (cpu_seconds - first.cpu_seconds) / ((until - since) as f64 / 1000.0);
        let seen = format!(
            "{}: throttled in {throttled} of {all} periods of {} ms; {processors:.2} processors, {} MiB",
            self.part,
            until - since,
            memory_bytes >> 20
        );
        Sight::of(all > 0 && throttled * 2 >= all, seen)
    }
}
