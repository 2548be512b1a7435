//! `relapse leaks`: what is left of any run.

use clap::Args;
use relapse_lab::engine::Engine;
use relapse_lab::sweep::{Leak, Maker, leaks, remove_leaks};
use tokio::runtime::Runtime;

use crate::exit::{Exit, Failure};
use crate::report::terminal::Terminal;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Removes what is left of runs whose process is gone: labs that were kept, too.
    #[arg(long)]
    remove: bool,
    /// With --remove: also of runs whose process is alive, or not known here.
    #[arg(long, requires = "remove")]
    all: bool,
}

pub(super) fn run(options: Options) -> Result<Exit, Failure> {
    let runtime = Runtime::new().map_err(|error| Failure::defect(format!("no runtime: {error}")))?;
    let engine = runtime.block_on(Engine::connect())?;
    let terminal = Terminal::new();
    let failed = |error: &dyn std::fmt::Display| Failure::inconclusive(format!("the engine could not be asked: {error}"));
    let found = runtime.block_on(engine.answers(leaks(&engine)))?.map_err(|error| failed(&error))?;
    for leak in &found {
        let age = leak.age.map_or_else(|| "of unknown age".into(), |age| format!("{} s old", age.as_secs()));
        let maker = match leak.maker {
            Maker::Alive => "its maker is alive",
            Maker::Gone => "its maker is gone",
            Maker::Unknown => "its maker is not known here",
        };
        terminal.line(&format!("{} {} of run {}, {age}; {maker}", leak.thing.kind, leak.thing.name, leak.run));
    }
    terminal.line(&format!("{} left", found.len()));
    let removed: Vec<Leak> = found.into_iter().filter(|leak| options.all || leak.maker == Maker::Gone).collect();
    if options.remove && !removed.is_empty() {
        let swept = runtime.block_on(remove_leaks(&engine, &removed)).map_err(|error| failed(&error))?;
        terminal.line(&format!("{} removed", swept.count()));
        if !swept.left.is_empty() {
            let stays = swept.left.iter().map(|left| format!("{} {} stays: {}", left.thing.kind, left.thing.name, left.why));
            return Err(Failure::inconclusive(stays.collect::<Vec<_>>().join("\n")));
        }
    }
    Ok(Exit::Held)
}
