//! What a command came to: each reporter makes what it can of it.

use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;
use serde::Serialize;

use crate::analysis::{Findings, Matrix, Proofs};
use crate::runner::Job;
use crate::script::Finding;

/// What a command came to.
#[derive(Clone, Copy)]
pub(crate) enum Conclusion<'a> {
    /// `run` and `prove`.
    Played(Played<'a>),
    Why(&'a Findings),
    Matrix(&'a Matrix),
    Lint(&'a Linted<'a>),
}

/// Jobs that were played.
#[derive(Clone, Copy)]
pub(crate) struct Played<'a> {
    /// The command's name: `run` or `prove`.
    pub(crate) command: &'static str,
    /// Of this call alone.
    pub(crate) id: &'a str,
    pub(crate) jobs: &'a [Job],
    /// In the jobs' order; nothing of one that never began.
    pub(crate) outcomes: &'a [Option<Outcome>],
    /// From the first scenario to the last.
    pub(crate) seconds: f64,
    /// What `prove` says of them.
    pub(crate) proofs: Option<&'a Proofs<'a>>,
}

impl<'a> Played<'a> {
    /// Every job that ended, with its number, and what it came to.
    pub(crate) fn ended(self) -> impl Iterator<Item = (usize, &'a Job, &'a Outcome)> {
        self.each().filter_map(|(index, job, outcome)| Some((index, job, outcome?)))
    }

    /// Every job; nothing came of one that never began.
    pub(crate) fn each(self) -> impl Iterator<Item = (usize, &'a Job, Option<&'a Outcome>)> {
        self.jobs.iter().zip(self.outcomes).enumerate().map(|(index, (job, outcome))| (index, job, outcome.as_ref()))
    }

    /// What they came to.
    pub(crate) fn outcomes(self) -> Vec<&'a Outcome> {
        self.outcomes.iter().flatten().collect()
    }

    /// Every job that never began: Ctrl-C was pressed before.
    pub(crate) fn not_run(self) -> Vec<&'a Job> {
        self.each().filter(|(.., outcome)| outcome.is_none()).map(|(_, job, _)| job).collect()
    }

    /// How many came to that verdict.
    pub(crate) fn count(self, verdict: Verdict) -> usize {
        self.outcomes.iter().flatten().filter(|outcome| outcome.verdict == verdict).count()
    }

    /// The gravest verdict.
    pub(crate) fn verdict(self) -> Verdict {
        Verdict::gravest(self.outcomes.iter().flatten().map(|outcome| outcome.verdict)).unwrap_or(Verdict::Inconclusive)
    }

    /// What the command says of a scenario besides its verdict.
    pub(crate) fn note(self, outcome: &Outcome) -> Option<String> {
        Some(self.proofs?.of(outcome)?.0)
    }

    /// Whether what became of a scenario is not as it should be, and makes the command fail.
    pub(crate) fn is_wrong(self, outcome: &Outcome) -> bool {
        match self.proofs {
            Some(proofs) => proofs.of(outcome).is_some_and(|(_, wrong)| wrong),
            None => outcome.verdict != Verdict::Held,
        }
    }
}

/// What `lint` found; its JSON is this.
#[derive(Debug, Serialize)]
pub(crate) struct Linted<'a> {
    pub(crate) files: usize,
    pub(crate) scenarios: usize,
    pub(crate) topologies: usize,
    pub(crate) findings: &'a [Finding],
    /// What topologies say and labs have otherwise.
    pub(crate) notices: &'a [Finding],
    /// Phrases that no step has.
    pub(crate) unused: Vec<&'static str>,
}
