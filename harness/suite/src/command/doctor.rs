//! `relapse doctor`: is this machine fit, and what does each missing thing cost?

use relapse_lab::engine::Engine;
use relapse_lab::examine::{Fitness, examine};
use tokio::runtime::Runtime;

use crate::exit::{Exit, Failure};
use crate::report::terminal::Terminal;

pub(super) fn run() -> Result<Exit, Failure> {
    let runtime = Runtime::new().map_err(|error| Failure::defect(format!("no runtime: {error}")))?;
    let engine = runtime.block_on(Engine::connect())?;
    let findings = runtime
        .block_on(examine(&engine))
        .map_err(|error| Failure::inconclusive(format!("the engine could not be asked: {error}")))?;
    let terminal = Terminal::new();
    for finding in &findings {
        let mark = match finding.fitness {
            Fitness::Fit => "fit  ",
            Fitness::Costs => "costs",
            Fitness::Stops => "STOPS",
        };
        terminal.line(&format!("{mark}  {:16}  {}", finding.of, finding.seen));
        if !finding.advice.is_empty() {
            terminal.line(&format!("{:25}{}", "", finding.advice));
        }
    }
    match findings.iter().map(|finding| finding.fitness).max() {
        Some(Fitness::Stops) => Err(Failure::inconclusive("this machine cannot raise a lab: see what STOPS it above")),
        Some(Fitness::Costs) => {
            terminal.line("this machine raises labs; what costs something is above");
            Ok(Exit::Held)
        }
        Some(Fitness::Fit) | None => {
            terminal.line("this machine is fit");
            Ok(Exit::Held)
        }
    }
}
