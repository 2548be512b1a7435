//! What `run` and `prove` have in common: jobs are played, told as they end, and told once more in files and to GitHub.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use relapse_model::outcome::Outcome;

use super::Shared;
use super::session::Session;
use crate::exit::Failure;
use crate::report::github::{self, Github};
use crate::report::terminal::Terminal;
use crate::report::{html, junit};
use crate::runner::{Event, Job, Told, run_all};
use crate::script::Project;

/// Files made of what was played.
#[derive(Debug, Clone, Args)]
pub(super) struct Files {
    /// Writes a report: one HTML file in this folder, which needs no network.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Writes JUnit's XML for a CI server.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Files {
    /// Tells before anything is run that they could not be written afterwards.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.report.as_deref().map_or(Ok(()), html::check)?;
        self.junit.as_deref().map_or(Ok(()), junit::check)
    }
}

/// Jobs that were played.
pub(super) struct Played<'a> {
    pub(super) session: Session,
    github: Option<Github>,
    jobs: &'a [Job],
    results: Vec<Option<Told>>,
    pub(super) seconds: f64,
}

/// Plays all jobs; `ended` tells of each that ended.
pub(super) fn play<'a>(
    project: &Project,
    shared: &Shared,
    jobs: &'a [Job],
    terminal: &Terminal,
    ended: impl Fn(&Job, &Told),
) -> Result<Played<'a>, Failure> {
    let session = Session::begin(project, shared, jobs, terminal)?;
    let github = Github::here(&project.root);
    if let Some(github) = &github {
        github.quiet(terminal);
    }
    let began = Instant::now();
    let told = |index: usize, event: &Event| {
        let Some(job) = jobs.get(index) else { return };
        terminal.progress(index, job, event);
        if let Event::Ended(told) = event {
            ended(job, told);
        }
    };
    let results = run_all(&session.runner, session.runtime.handle(), jobs, shared.at_once(), || false, told);
    Ok(Played { session, github, jobs, results, seconds: began.elapsed().as_secs_f64() })
}

impl Played<'_> {
    /// Every job that ended, and what it came to.
    pub(super) fn ended(&self) -> impl Iterator<Item = (&Job, &Told)> {
        self.jobs.iter().zip(&self.results).filter_map(|(job, told)| Some((job, told.as_ref()?)))
    }

    /// What became of each job, in their order; nothing of one that never began.
    pub(super) fn each(&self) -> impl Iterator<Item = Option<&Told>> {
        self.results.iter().map(Option::as_ref)
    }

    /// Every job that never began: Ctrl-C was pressed before.
    pub(super) fn not_run(&self) -> Vec<&Job> {
        self.jobs.iter().zip(&self.results).filter(|(_, told)| told.is_none()).map(|(job, _)| job).collect()
    }

    /// What they came to.
    pub(super) fn outcomes(&self) -> Vec<&Outcome> {
        self.ended().map(|(_, told)| &told.outcome).collect()
    }

    /// Writes the files, and tells GitHub. `note` is what the command says of a scenario besides its verdict; `wrong` are those that make
    /// the command fail.
    pub(super) fn tell(
        &self,
        command: &'static str,
        files: &Files,
        note: impl Fn(&Outcome) -> Option<String>,
        wrong: impl Fn(&Outcome) -> bool,
    ) {
        let outcomes = self.outcomes();
        if let Some(github) = &self.github {
            github.annotate(&self.session.terminal, outcomes.iter().copied().filter(|outcome| wrong(outcome)), &note);
            github.summary(&github::table(command, &outcomes, &note));
        }
        if let Some(folder) = &files.report {
            let scenarios = self.ended().map(|(job, told)| html::Scenario { job, told, note: note(&told.outcome) }).collect();
            html::write(folder, &html::Report { command, seconds: self.seconds, scenarios });
        }
        if let Some(path) = &files.junit {
            let cases = self.jobs.iter().zip(self.each()).map(|(job, told)| {
                let said = told.and_then(|told| Some((note(&told.outcome)?, wrong(&told.outcome))));
                junit::Case { job, told, said }
            });
            junit::write(path, self.seconds, cases);
        }
    }
}
