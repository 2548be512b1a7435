//! `relapse matrix`: the same scenario over levels of one or more factors, releases among them.

use std::path::PathBuf;

use clap::Args;
use relapse_model::levels::Levels;

use super::session::Session;
use super::{Shared, session};
use crate::analysis::{Matrix, axis, combinations, job, the_why};
use crate::exit::{Exit, Failure};
use crate::report::conclusion::Conclusion;
use crate::report::console::Each;
use crate::report::outputs::Outputs;
use crate::report::terminal::{Terminal, heading};
use crate::runner::Job;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// A factor, with all its levels or with these: `nginx_release` or `nginx_release=1.18,1.30`. Several make a table.
    #[arg(long = "factor", value_name = "NAME[=A,B]", required = true)]
    factors: Vec<String>,
    /// Over one factor whose levels are in order: runs the ends, then halves, to the place where the verdict changes.
    #[arg(long)]
    bisect: bool,
    /// Runs every cell so many times.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    #[command(flatten)]
    outputs: Outputs,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, mut scripts) = session::scripts(root, &options.shared, None)?;
    // One scenario is meant: the one that was named, or the folder's incident.
    let script = if scripts.len() == 1 { scripts.remove(0) } else { the_why(scripts).map_err(Failure::usage)? };
    let topology =
        project.topology(&script.lab, &Levels::new()).map_err(|error| Failure::usage(format!("{}: {error}", script.place())))?;
    let axes = options.factors.iter().map(|text| axis(&topology, text)).collect::<Result<Vec<_>, _>>().map_err(Failure::usage)?;
    if options.bisect && axes.len() != 1 {
        return Err(Failure::usage("--bisect takes one --factor, whose levels are in order"));
    }
    let terminal = Terminal::new();
    let reporters = session::reporters(&project, options.outputs, &terminal, Each::Nothing)?;
    let cells = combinations(&axes).map_err(Failure::usage)?;
    let jobs: Vec<Job> = cells.iter().map(|levels| job(&script, levels)).collect();
    let session = Session::begin(&project, &options.shared, &jobs)?.for_the_last_then();
    terminal.line(&format!("matrix  {}\n", heading(&script)));
    let bench = session.bench(options.shared.at_once(), options.repeat, None, &reporters);
    let matrix = Matrix::measure(bench, &script, cells, options.bisect);
    reporters.conclude(&Conclusion::Matrix(&matrix));
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    Ok(if matrix.is_judged() { Exit::Held } else { Exit::Inconclusive })
}
