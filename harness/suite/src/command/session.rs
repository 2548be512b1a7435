//! What a judging command begins with: the project, the scripts, their checks, the engine, the images; and Ctrl-C.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::time::Instant;

use relapse_lab::engine::Engine;
use relapse_lab::quiet::Quiet;
use relapse_model::levels::Choice;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::{Shared, prepare};
use crate::analysis::{Bench, Listener};
use crate::exit::{Exit, Failure};
use crate::report::console::{Console, Each};
use crate::report::outputs::Outputs;
use crate::report::reporter::{Reporter, Reporters};
use crate::report::terminal::Terminal;
use crate::report::{finding, github, output};
use crate::runner::{Job, Runner, Steps};
use crate::script::{Checker, Finding, Project, Refused, Script, Selection, select};

/// Reads the project and the scripts that are meant.
pub(super) fn scripts(root: Option<PathBuf>, shared: &Shared, tags: Option<&str>) -> Result<(Project, Vec<Script>), Failure> {
    let project = Project::find(root).map_err(Failure::usage)?.allowing_engine_socket(shared.allow_engine_socket);
    let tags = match (tags, &shared.tags) {
        (Some(own), Some(asked)) => Some(format!("{own} and ({asked})")),
        (own, asked) => own.map(ToOwned::to_owned).or_else(|| asked.clone()),
    };
    let selection = Selection { paths: shared.paths.clone(), tags };
    let scripts = select(&project, &selection)?;
    Ok((project, scripts))
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Use(message) => Self::usage(message),
            Refused::Features(findings) => Self::usage(format!("this cannot be run\n\n{}", finding::render(&findings))),
        }
    }
}

/// All who hear of a command that plays scenarios: people, a CI server if we run on one, and the files that were asked for. Whether these can
/// be written is seen now, before anything is run.
pub(super) fn reporters(project: &Project, outputs: Outputs, terminal: &Terminal, each: Each) -> Result<Reporters, Failure> {
    let mut all: Vec<Box<dyn Reporter>> = vec![Box::new(Console::new(terminal, each))];
    all.extend(github::reporter(&project.root, terminal));
    all.extend(outputs.open()?);
    Ok(Reporters::new(all))
}

/// Tells what labs have otherwise than their topologies say, once each.
pub(super) fn notes<'a>(project: &Project, labs: impl Iterator<Item = &'a str>) {
    for notice in labs.collect::<BTreeSet<_>>().into_iter().flat_map(|lab| project.notices(lab)) {
        output::aside(&format!("note: {notice}"));
    }
}

/// An engine with every image that the jobs need.
pub(super) struct Session {
    pub(super) runtime: Runtime,
    pub(super) runner: Runner,
}

impl Session {
    /// Checks every job before anything is started, then reaches the engine and makes the images.
    pub(super) fn begin(project: &Project, shared: &Shared, jobs: &[Job]) -> Result<Self, Failure> {
        let mut checker = Checker::new(project);
        let wrong: BTreeSet<Finding> = jobs.iter().flat_map(|job| checker.check(&job.script, &job.choice)).collect();
        let wrong: Vec<Finding> = wrong.into_iter().filter(|finding| finding.kind.forbids_running()).collect();
        if !wrong.is_empty() {
            return Err(Refused::Features(wrong).into());
        }
        notes(project, jobs.iter().map(|job| job.script.lab.as_str()));
        let runtime = Runtime::new().map_err(|error| Failure::defect(format!("no runtime: {error}")))?;
        let cancelled = watch_for_ctrl_c(&runtime);
        let engine = runtime.block_on(Engine::connect())?;
        let needed: Vec<(&Script, &Choice)> = jobs.iter().map(|job| (&job.script, &job.choice)).collect();
        let mut stop = cancelled.clone();
        let images = runtime.block_on(async {
            tokio::select! {
                made = prepare::for_jobs(&engine, project, &needed) => made,
                _ = stop.wait_for(|cancelled| *cancelled) => Err(Failure { exit: Exit::Interrupted, message: "interrupted while images were made".into() }),
            }
        })?;
        let runner = Runner {
            quiet: Quiet::of(&engine),
            site: Arc::new(engine),
            steps: Steps::default(),
            images,
            project: project.clone(),
            patience: shared.patience,
            keep: shared.keep,
            cancelled,
        };
        Ok(Self { runtime, runner })
    }

    /// Where experiments are run, and who hears of them.
    pub(super) fn bench<'a>(
        &'a self,
        at_once: usize,
        repeats: u16,
        until: Option<Instant>,
        listener: &'a dyn Listener,
    ) -> Bench<'a> {
        let (runner, runtime) = (&self.runner, self.runtime.handle());
        Bench { runner, runtime, at_once, repeats: usize::from(repeats), until, listener }
    }

    /// The same, of which each run is asked only whether its last Then holds.
    pub(super) fn for_the_last_then(self) -> Self {
        Self { runner: self.runner.for_the_last_then(), ..self }
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn interrupted(&self) -> bool {
        *self.runner.cancelled.borrow()
    }
}

/// The first Ctrl-C (or SIGTERM) ends scenarios and removes their labs; the second ends us, and the reapers remove them.
fn watch_for_ctrl_c(runtime: &Runtime) -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    runtime.spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
        for first in [true, false] {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            if !first {
                process::exit(i32::from(Exit::Interrupted.code()));
            }
            output::aside("\nrelapse: interrupted; removing the labs (once more to leave that to the reaper)");
            let _ = sender.send(true);
        }
    });
    receiver
}
