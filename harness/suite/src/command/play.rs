//! What `run` and `prove` have in common: jobs are played, and reporters hear of them.

use std::time::Instant;

use relapse_lab::label::RunId;
use relapse_model::outcome::Outcome;

use super::Shared;
use super::session::Session;
use crate::analysis::{Listener, Proofs};
use crate::exit::Failure;
use crate::report::conclusion::{Conclusion, Played};
use crate::report::reporter::Reporters;
use crate::runner::{Job, run_all};
use crate::script::Project;

/// What became of jobs that were played.
pub(super) struct Ended {
    /// In the jobs' order; nothing of one that never began.
    pub(super) outcomes: Vec<Option<Outcome>>,
    pub(super) interrupted: bool,
    pub(super) seconds: f64,
}

/// Plays all jobs.
pub(super) fn play(project: &Project, shared: &Shared, jobs: &[Job], reporters: &Reporters) -> Result<Ended, Failure> {
    let session = Session::begin(project, shared, jobs)?;
    reporters.begin(jobs);
    let began = Instant::now();
    let hear = |index: usize, job: &Job, event: &_| reporters.hear(index, job, event);
    let outcomes = run_all(&session.runner, session.runtime.handle(), jobs, shared.at_once(), || false, hear);
    Ok(Ended { outcomes, interrupted: session.interrupted(), seconds: began.elapsed().as_secs_f64() })
}

impl Ended {
    /// Reports what `command` came to.
    pub(super) fn conclude(&self, command: &'static str, jobs: &[Job], proofs: Option<&Proofs<'_>>, reporters: &Reporters) {
        let id = RunId::new().to_string();
        let played = Played { command, id: &id, jobs, outcomes: &self.outcomes, seconds: self.seconds, proofs };
        reporters.conclude(&Conclusion::Played(played));
    }
}
