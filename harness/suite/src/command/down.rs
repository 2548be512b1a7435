//! `relapse down`: removes labs that `relapse up` raised.

use std::collections::BTreeMap;

use clap::Args;
use relapse_lab::engine::Engine;
use relapse_lab::label::{HOST, RunId, SCENARIO, host_name};
use relapse_lab::sweep::{leaks, sweep};
use tokio::runtime::Runtime;

use crate::exit::{Exit, Failure};
use crate::report::terminal::Terminal;

/// What stands in place of a scenario on the labels of such labs.
pub(super) const RAISED_BY: &str = "relapse up";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The labs, as `relapse up` named them; all that were raised from this machine if none is named.
    labs: Vec<RunId>,
}

pub(super) fn run(options: &Options) -> Result<Exit, Failure> {
    let runtime = Runtime::new().map_err(|error| Failure::defect(format!("no runtime: {error}")))?;
    let engine = runtime.block_on(Engine::connect())?;
    let found = runtime
        .block_on(engine.answers(leaks(&engine)))?
        .map_err(|error| Failure::inconclusive(format!("the engine could not be asked: {error}")))?;
    // Each lab, and the machine from which it was raised: an engine can be shared.
    let up: BTreeMap<&str, &str> = found
        .iter()
        .filter(|leak| leak.thing.labels.get(SCENARIO).is_some_and(|scenario| scenario == RAISED_BY))
        .map(|leak| (leak.run.as_str(), leak.thing.labels.get(HOST).map_or("", String::as_str)))
        .collect();
    if let Some(unknown) = options.labs.iter().find(|lab| !up.contains_key(lab.as_str())) {
        let known = if up.is_empty() { "none is up".into() } else { up.into_keys().collect::<Vec<_>>().join(", ") };
        return Err(Failure::usage(format!("`relapse up` raised no lab {unknown}; up: {known}")));
    }
    let terminal = Terminal::new();
    let here = host_name();
    let (ours, others): (Vec<_>, Vec<_>) = up.into_iter().partition(|(_, host)| *host == here);
    let meant: Vec<&str> = if options.labs.is_empty() {
        ours.into_iter().map(|(lab, _)| lab).collect()
    } else {
        options.labs.iter().map(RunId::as_str).collect()
    };
    if meant.is_empty() {
        terminal.line("no lab is up that was raised from this machine");
    }
    if options.labs.is_empty() {
        for (lab, host) in others {
            terminal.line(&format!("lab {lab} stays: it was raised from {host}; `relapse down {lab}` removes it"));
        }
    }
    for lab in meant {
        let run: RunId = lab.parse().map_err(|error| Failure::defect(format!("{error}")))?;
        let swept = runtime.block_on(sweep(&engine, &run)).map_err(|error| Failure::inconclusive(error.to_string()))?;
        terminal.line(&format!("lab {run} is down: {} things removed in {:.1} s", swept.count(), swept.seconds));
        if !swept.left.is_empty() {
            let stays = swept.left.iter().map(|left| format!("{} {} stays: {}", left.thing.kind, left.thing.name, left.why));
            return Err(Failure::inconclusive(stays.collect::<Vec<_>>().join("\n")));
        }
    }
    Ok(Exit::Held)
}
