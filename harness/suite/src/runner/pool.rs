//! Runs many at once, each on a thread of its own: a step that blocks delays only itself.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError, mpsc};

use relapse_model::levels::Choice;
use relapse_model::outcome::Outcome;

use super::{Event, Runner, SERIAL};
use crate::script::Script;

/// One scenario at some levels.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) script: Script,
    pub(crate) choice: Choice,
}

/// Runs all jobs, `at_once` of them side by side; `hear` is told what happens with which job, one event after the other. Gives the outcomes
/// in the jobs' order; none of a job that never began. A timeline lasts until `hear` was told that its job ended.
/// After Ctrl-C, or once `stop` says so, no further job begins.
pub(crate) fn run_all(
    runner: &Runner,
    runtime: &tokio::runtime::Handle,
    jobs: &[Job],
    at_once: usize,
    stop: impl Fn() -> bool + Sync,
    mut hear: impl FnMut(usize, &Job, &Event),
) -> Vec<Option<Outcome>> {
    let mut outcomes: Vec<Option<Outcome>> = jobs.iter().map(|_| None).collect();
    let (alone, together): (Vec<usize>, Vec<usize>) =
        (0..jobs.len()).partition(|index| jobs.get(*index).is_some_and(|job| job.script.is(SERIAL)));
    for (batch, at_once) in [(together, at_once), (alone, 1)] {
        let threads = at_once.clamp(1, batch.len().max(1));
        let queue: Mutex<VecDeque<usize>> = Mutex::new(batch.into());
        let (sender, receiver) = mpsc::channel::<(usize, Event)>();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (sender, queue, stop) = (sender.clone(), &queue, &stop);
                scope.spawn(move || {
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                        let Some(index) = next.filter(|_| !*runner.cancelled.borrow() && !stop()) else { return };
                        let Some(job) = jobs.get(index) else { return };
                        // The receiver lives as long as any sender does.
                        let send = |event| drop(sender.send((index, event)));
                        let ended = runtime.block_on(runner.run(&job.script, &job.choice, send));
                        send(Event::Ended(Box::new(ended)));
                    }
                });
            }
            drop(sender);
            for (index, event) in receiver {
                let Some(job) = jobs.get(index) else { continue };
                hear(index, job, &event);
                if let (Event::Ended(ended), Some(slot)) = (event, outcomes.get_mut(index)) {
                    *slot = Some(ended.outcome);
                }
            }
        });
    }
    outcomes
}
