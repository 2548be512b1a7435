//! A limit on how often one session may call within a time that slides along.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When there are more sessions, those that have been silent are forgotten.
const MOST_SESSIONS: usize = 1024;

/// Admits at most `most` calls of a session within `window`. Calls that were not admitted do not count.
pub(super) struct Limit {
    most: usize,
    window: Duration,
    admitted: Mutex<HashMap<String, VecDeque<Instant>>>,
}

impl Limit {
    pub(super) fn new(most: usize, window: Duration) -> Self {
        Self { most, window, admitted: Mutex::default() }
    }

    /// Whether a session may call now.
    pub(super) fn admits(&self, session: &str, now: Instant) -> bool {
        let mut admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |call: &Instant| now.duration_since(*call) < self.window;
        if admitted.len() >= MOST_SESSIONS && !admitted.contains_key(session) {
            admitted.retain(|_, calls| calls.back().is_some_and(is_recent));
        }
        let calls = admitted.entry(session.to_owned()).or_default();
        while calls.front().is_some_and(|call| !is_recent(call)) {
            calls.pop_front();
        }
        let admits = calls.len() < self.most;
        if admits {
            calls.push_back(now);
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_the_limit_a_session_waits_for_the_window_to_slide_on() {
        let limit = Limit::new(20, Duration::from_secs(1));
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert!((0..20).all(|n| limit.admits("a", at(n * 10))));
        assert!(!limit.admits("a", at(500)));
        assert!(limit.admits("b", at(500)));
        assert!(limit.admits("a", at(1000)), "the first call is a second ago");
        assert!(!limit.admits("a", at(1005)));
    }
}
