//! How long each test took: a suite that everybody waits for says where its time goes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many are named.
const MAX_NAMED: usize = 20;
/// A test that is quicker is not worth a word.
const MIN: Duration = Duration::from_secs(5);

#[derive(Clone, Default)]
pub(crate) struct Times(Arc<Mutex<Vec<(Duration, String)>>>);

impl Times {
    /// Runs a test, and keeps how long it took. One that panics has no time.
    pub(crate) fn of<T>(&self, name: String, test: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let value = test();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((began.elapsed(), name));
        value
    }

    /// The slowest, one a line; nothing where all were quick.
    pub(crate) fn slowest(&self) -> Vec<String> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_by(|a, b| b.cmp(a));
        all.iter()
            .take(MAX_NAMED)
            .take_while(|(time, _)| *time >= MIN)
            .map(|(time, name)| format!("{:7.1} s  {name}", time.as_secs_f64()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_come_first_and_quick_ones_are_left_out() {
        let times = Times::default();
        assert_eq!(times.of("quick".into(), || 7), 7);
        let kept = [(6, "slow"), (70, "slower"), (1, "fast")];
        times.0.lock().unwrap().extend(kept.map(|(seconds, name)| (Duration::from_secs(seconds), name.to_owned())));
        assert_eq!(times.slowest(), ["   70.0 s  slower", "    6.0 s  slow"]);
    }
}
