//! The `relapse` command. Each judging command is a list of levels, and a table of outcomes.

mod doctor;
mod down;
mod explain;
mod leaks;
mod lint;
mod matrix;
mod new;
mod play;
mod prepare;
mod program;
mod prove;
mod run;
mod session;
mod shard;
mod stays;
mod steps;
mod stepwise;
mod under_test;
mod up;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use relapse_model::levels::Levels;

pub use program::Run;
pub use under_test::test_main;

use crate::exit::{Exit, Failure};
use crate::report::output;
use crate::runner::Keep;

#[derive(Parser)]
#[command(
    name = "relapse",
    version,
    about = "Executable postmortems: replay a past incident on real containers",
    after_help = "Exit codes: 0 held, 1 violated (prove: a gate is not red), 2 wrong use, 3 inconclusive, 4 no usable Docker, 70 a defect of relapse, 130 Ctrl-C."
)]
struct Cli {
    /// The project: a folder with `features/` and `fixtures/`. Otherwise the nearest one upward.
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    /// What the harness logs: text or json; RUST_LOG says how much.
    #[arg(long, global = true, value_enum, default_value_t)]
    log: Log,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Log {
    #[default]
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Runs scenarios.
    Run(run::Options),
    /// Shows that every @gate can fail: runs it with all factors as on the day.
    Prove(prove::Options),
    /// Which contributing factors the @why scenario needed: every other level of every factor, alone; then the smallest sets.
    Why(why::Options),
    /// The same scenario over levels of one or more factors.
    Matrix(matrix::Options),
    /// Checks every feature and topology against the vocabulary, without Docker.
    Lint(lint::Options),
    /// Writes a small topology and a first red scenario of an incident.
    New(new::Options),
    /// Makes the images that the topologies need, or lists or removes ours.
    Images(prepare::Options),
    /// Raises a lab to poke at by hand.
    Up(up::Options),
    /// Removes labs that `relapse up` raised.
    Down(down::Options),
    /// Is this machine fit, and what does each missing thing cost?
    Doctor,
    /// What is left of any run; --remove removes it.
    Leaks(leaks::Options),
    /// What a reason of no verdict or a finding of `lint` means, and what to do next.
    Explain(explain::Options),
    /// The vocabulary.
    Steps(steps::Options),
}

/// What every judging command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shared {
    /// Feature files, folders, or FILE:LINE; all features if none is named.
    paths: Vec<String>,
    /// A tag expression, for example `@gate and not @nightly`.
    #[arg(long)]
    tags: Option<String>,
    /// Scenarios side by side; one more than the machine has processors if not said. Those tagged @serial run alone.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,
    /// Whether a scenario's lab stays.
    #[arg(long, value_enum, default_value_t)]
    keep: Keep,
    /// Scales every deadline on slow machines.
    #[arg(long, env = "RELAPSE_PATIENCE", default_value_t = 1.0, value_parser = patience)]
    patience: f64,
    /// Lets a topology give the engine's socket to anything, and not only to our socket proxy: whoever has it is root on the engine's
    /// machine.
    #[arg(long, env = "RELAPSE_ALLOW_ENGINE_SOCKET")]
    allow_engine_socket: bool,
}

impl Shared {
    /// Scenarios side by side.
    fn at_once(&self) -> usize {
        self.jobs.map_or_else(side_by_side, usize::from)
    }
}

/// Scenarios side by side, unless told otherwise: one more than the machine has processors, since each waits for much of its time.
fn side_by_side() -> usize {
    1 + std::thread::available_parallelism().map_or(1, usize::from)
}

fn patience(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.1..=100.0).contains(&number) => Ok(number),
        _ => Err("a number from 0.1 to 100".into()),
    }
}

/// The command, with the process's own arguments.
#[must_use]
pub fn main() -> ExitCode {
    relapse_lab::reaper::serve_if_asked();
    ExitCode::from(with_arguments(std::env::args_os().collect()).code())
}

fn with_arguments(arguments: Vec<std::ffi::OsString>) -> Exit {
    exit_of(attempt(arguments))
}

fn exit_of(outcome: Result<Exit, Failure>) -> Exit {
    outcome.unwrap_or_else(|Failure { exit, message }| {
        output::aside(&format!("relapse: {message}"));
        exit
    })
}

fn attempt(arguments: Vec<std::ffi::OsString>) -> Result<Exit, Failure> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return Ok(if error.use_stderr() { Exit::Usage } else { Exit::Held });
        }
    };
    start_tracing(cli.log);
    match cli.command {
        Command::Run(options) => run::run(cli.root, options),
        Command::Prove(options) => prove::run(cli.root, options),
        Command::Why(options) => why::run(cli.root, options),
        Command::Matrix(options) => matrix::run(cli.root, options),
        Command::Lint(options) => lint::run(cli.root, options),
        Command::New(options) => new::run(cli.root, options),
        Command::Images(options) => prepare::run(cli.root, options),
        Command::Up(options) => up::run(cli.root, options),
        Command::Down(options) => down::run(&options),
        Command::Doctor => doctor::run(),
        Command::Leaks(options) => leaks::run(options),
        Command::Explain(options) => explain::run(options),
        Command::Steps(options) => steps::run(options),
    }
}

fn start_tracing(log: Log) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    let _ = match log {
        Log::Text => builder.try_init(),
        Log::Json => builder.json().try_init(),
    };
}

/// Whether the environment says `--allow-engine-socket`, for who has no command line.
fn engine_socket_is_allowed() -> bool {
    std::env::var_os("RELAPSE_ALLOW_ENGINE_SOCKET").is_some_and(|value| value == "1" || value == "true")
}

/// What `--set` says of each factor, which it can say once.
fn levels(set: Vec<(String, String)>) -> Result<Levels, Failure> {
    let mut levels = Levels::new();
    for (factor, level) in set {
        if let Some(other) = levels.insert(factor.clone(), level.clone()) {
            return Err(Failure::usage(format!("--set {factor}: it is said twice, {other} and {level}: only one can be so")));
        }
    }
    Ok(levels)
}

/// Reads `factor=level`. A path becomes an absolute one: the topology looks for its own files elsewhere.
fn assignment(text: &str) -> Result<(String, String), String> {
    let (factor, level) = relapse_model::levels::parse_assignment(text)?;
    if !level.starts_with(['.', '/']) {
        return Ok((factor, level));
    }
    let path = std::path::Path::new(&level).canonicalize().map_err(|error| format!("{level}: {error}"))?;
    Ok((factor, path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_one_that_clap_can_read() {
        Cli::command().debug_assert();
    }
}
