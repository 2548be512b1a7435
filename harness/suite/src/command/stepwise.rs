//! `relapse up --step FEATURE:LINE`: a scenario at a person's pace. Its lab stays, to be looked at, until `relapse down`.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use relapse_model::levels::{Choice, Levels};
use relapse_model::text::clean;
use relapse_model::verdict::Verdict;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, channel};

use super::session::{self, Session};
use super::stays::stays;
use super::{Shared, down};
use crate::exit::{Exit, Failure};
use crate::report::failure::next;
use crate::report::terminal::{Terminal, heading};
use crate::runner::{Job, Keep, Moment, verdict};
use crate::vocabulary::World;

pub(super) fn run(
    root: Option<PathBuf>,
    place: String,
    set: Levels,
    patience: f64,
    allow_engine_socket: bool,
) -> Result<Exit, Failure> {
    let shared = Shared { paths: vec![place], tags: None, jobs: None, keep: Keep::Always, patience, allow_engine_socket };
    let (project, scripts) = session::scripts(root, &shared, None)?;
    let [script] = scripts.as_slice() else {
        return Err(Failure::usage(format!("--step takes one scenario, FEATURE:LINE; there are {}", scripts.len())));
    };
    let choice = Choice { scenario: script.levels.clone(), set, ..Choice::default() };
    let jobs = [Job { script: script.clone(), choice: choice.clone() }];
    let terminal = Terminal::new();
    let session = Session::begin(&project, &shared, &jobs)?;
    let mut setting = session.runner.setting(script, &choice.merged()).map_err(|error| Failure::usage(error.to_string()))?;
    let topology = setting.plan.topology.clone();
    setting.plan.scenario = down::RAISED_BY.into();
    let mut world = World { setting: Some(Arc::new(setting)), ..World::default() };
    terminal.line(&heading(script));
    let enter = std::io::stdin().is_terminal().then(|| Mutex::new(lines()));
    let told = async |moment: Moment<'_>| match moment {
        Moment::Judged(then) => {
            terminal.line(&format!("     {}: {}", terminal.verdict(then.verdict), then.seen));
            then.reason.iter().for_each(|reason| terminal.line(&format!("   {}", clean(&next(reason)))));
        }
        Moment::Begins(step) => {
            terminal.line(&format!("{:4} {} {}", step.position.line, step.keyword.trim(), step.value));
            if let Some(enter) = &enter {
                enter.lock().await.recv().await;
            }
        }
    };
    let mut cancelled = session.runner.cancelled.clone();
    session.runtime.block_on(async {
        tokio::select! {
            () = session.runner.steps.play(&mut world, script, &topology.variables, told) => {}
            _ = cancelled.wait_for(|cancelled| *cancelled) => {
                let lowered = match world.lab.take() {
                    Some(lab) => lab.lower().await,
                    None => Ok(()),
                };
                let message = lowered.map_or_else(|error| format!("the lab was not removed: {error}"), |()| "interrupted".into());
                return Err(Failure { exit: Exit::Interrupted, message });
            }
        }
        if let Some(trouble) = &world.trouble {
            terminal.line(&format!("     {}: {}", terminal.verdict(Verdict::Inconclusive), trouble.what));
            trouble.reason.iter().for_each(|reason| terminal.line(&format!("   {}", clean(&next(reason)))));
        }
        let came_to = verdict(&world.thens, world.trouble.as_ref());
        if let Some(lab) = world.lab.take() {
            terminal.line("");
            stays(&terminal, lab).await?;
        }
        terminal.line(&format!("the scenario: {}", terminal.verdict(came_to)));
        Ok(Exit::of(came_to))
    })
}

/// What is typed. On a thread of its own, which nobody waits for: a read of a terminal cannot be broken off. At the end of input
/// nothing waits any more.
fn lines() -> Receiver<()> {
    let (sender, receiver) = channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if line.is_err() || sender.blocking_send(()).is_err() {
                return;
            }
        }
    });
    receiver
}
