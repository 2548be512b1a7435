//! Who hears what happens, and what it came to. A format is one file with one reporter; `outputs` has the table of them.

use std::sync::{Mutex, PoisonError};

use super::conclusion::Conclusion;
use crate::analysis::Listener;
use crate::runner::{Event, Job};

/// Makes something of what is played, for people or for machines. It keeps what it needs of an event, since a timeline is gone afterwards.
pub(crate) trait Reporter: Send {
    /// A run begins: these are its jobs. An experiment finds its jobs as it goes, and begins none.
    fn begin(&mut self, _jobs: &[Job]) {}

    /// Something happened with the job of that number.
    fn hear(&mut self, _index: usize, _job: &Job, _event: &Event) {}

    /// What is to be said meanwhile, in a line for people.
    fn note(&mut self, _text: &str) {}

    /// Nothing more will be played, and this is what it came to.
    fn conclude(&mut self, conclusion: &Conclusion<'_>);
}

/// Reporters, each told everything, in this order.
pub(crate) struct Reporters {
    all: Mutex<Vec<Box<dyn Reporter>>>,
}

impl Reporters {
    pub(crate) fn new(all: Vec<Box<dyn Reporter>>) -> Self {
        Self { all: Mutex::new(all) }
    }

    /// A run begins: these are its jobs.
    pub(crate) fn begin(&self, jobs: &[Job]) {
        self.each(|reporter| reporter.begin(jobs));
    }

    /// Nothing more will be played.
    pub(crate) fn conclude(&self, conclusion: &Conclusion<'_>) {
        self.each(|reporter| reporter.conclude(conclusion));
    }

    fn each(&self, tell: impl FnMut(&mut Box<dyn Reporter>)) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).iter_mut().for_each(tell);
    }
}

impl Listener for Reporters {
    fn hear(&self, index: usize, job: &Job, event: &Event) {
        self.each(|reporter| reporter.hear(index, job, event));
    }

    fn note(&self, text: &str) {
        self.each(|reporter| reporter.note(text));
    }
}
