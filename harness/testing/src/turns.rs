//! Tests of an engine run side by side, as many as libtest-mimic has threads; and a test can have the engine to itself.

use std::sync::{Arc, PoisonError, RwLock};

/// Who has the engine now. Clones share it.
#[derive(Default, Clone)]
pub(crate) struct Turns(Arc<RwLock<()>>);

impl Turns {
    /// Runs a test: one that is alone once no other is running, and any other once none that is alone is.
    pub(crate) fn take<T>(&self, is_alone: bool, test: impl FnOnce() -> T) -> T {
        // A test that panics gives its turn back, and has spoilt nothing of it.
        if is_alone {
            let _alone = self.0.write().unwrap_or_else(PoisonError::into_inner);
            test()
        } else {
            let _shared = self.0.read().unwrap_or_else(PoisonError::into_inner);
            test()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread::scope;

    use super::*;

    #[test]
    fn tests_run_side_by_side_and_one_that_is_alone_does_not() {
        let (turns, both, done) = (Turns::default(), Barrier::new(3), AtomicUsize::new(0));
        let (turns, both, done) = (&turns, &both, &done);
        scope(|scope| {
            for _ in 0..2 {
                // Alone, neither would come past the barrier.
                scope.spawn(move || {
                    turns.take(false, || {
                        both.wait();
                        std::thread::sleep(std::time::Duration::from_millis(50));
                        done.fetch_add(1, Ordering::SeqCst);
                    })
                });
            }
            // Both are running by then.
            both.wait();
            turns.take(true, || assert_eq!(done.load(Ordering::SeqCst), 2, "others were not done"));
        });
    }

    #[test]
    fn a_test_that_panics_gives_its_turn_back() {
        let turns = Turns::default();
        for is_alone in [true, false] {
            assert!(catch_unwind(AssertUnwindSafe(|| turns.take(is_alone, || panic!("as a test fails")))).is_err());
            assert_eq!(turns.take(!is_alone, || 7), 7);
        }
    }
}
