//! Modules take turns on the engine: the tests of one run side by side, as many as libtest-mimic has threads, and those of two modules do
//! not. So what is measured in one does not depend on what else there is; and a test can have the engine to itself.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Whose turn it is. Clones share it.
#[derive(Clone)]
pub(crate) struct Turns(Arc<(Mutex<Turn>, Condvar)>);

/// A module by its number, and a test by its number where that is to run alone.
pub(crate) type Group = (usize, Option<usize>);

struct Turn {
    group: Group,
    running: usize,
}

/// One test is running until this is dropped, also by a panic.
struct Running<'a>(&'a Turns);

impl Turns {
    pub(crate) fn new() -> Self {
        Self(Arc::new((Mutex::new(Turn { group: (0, None), running: 0 }), Condvar::new())))
    }

    /// Runs a test of that group once no other group's test is running.
    pub(crate) fn take<T>(&self, group: Group, test: impl FnOnce() -> T) -> T {
        let (turn, changed) = &*self.0;
        let is_anothers = |turn: &mut Turn| turn.running > 0 && turn.group != group;
        let own = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = changed.wait_while(own, is_anothers).unwrap_or_else(PoisonError::into_inner);
        (own.group, own.running) = (group, own.running + 1);
        drop(own);
        let _running = Running(self);
        test()
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let (turn, changed) = &*self.0.0;
        turn.lock().unwrap_or_else(PoisonError::into_inner).running -= 1;
        changed.notify_all();
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
    fn the_tests_of_a_module_run_side_by_side_and_those_of_two_do_not() {
        let (turns, both, done) = (Turns::new(), Barrier::new(2), AtomicUsize::new(0));
        let (turns, both, done) = (&turns, &both, &done);
        scope(|scope| {
            for _ in 0..2 {
                // Alone, neither would come past the barrier.
                scope.spawn(move || {
                    turns.take((0, None), || {
                        both.wait();
                        std::thread::sleep(std::time::Duration::from_millis(50));
                        done.fetch_add(1, Ordering::SeqCst);
                    })
                });
            }
            scope.spawn(move || {
                while turns.0.0.lock().unwrap().running == 0 && done.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now();
                }
                turns.take((1, None), || assert_eq!(done.load(Ordering::SeqCst), 2, "the other module was not done"));
            });
        });
    }

    #[test]
    fn a_test_that_panics_gives_its_turn_back() {
        let turns = Turns::new();
        assert!(catch_unwind(AssertUnwindSafe(|| turns.take((0, None), || panic!("as a test fails")))).is_err());
        assert_eq!(turns.take((1, None), || 7), 7);
    }
}
