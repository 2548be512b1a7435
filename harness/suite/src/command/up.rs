//! `relapse up`: a lab to poke at by hand. It stays until `relapse down`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use relapse_lab::Lab;
use relapse_lab::engine::Engine;
use relapse_lab::raise::Plan;
use tokio::runtime::Runtime;

use super::session::notes;
use super::stays::stays;
use super::{down, prepare, stepwise};
use crate::exit::{Exit, Failure};
use crate::report::terminal::Terminal;
use crate::script::{Project, Refused};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The topology: a folder in `fixtures/`.
    #[arg(required_unless_present = "step")]
    topology: Option<String>,
    /// Instead of a topology: one scenario, FEATURE:LINE, step by step; Enter goes on. Its lab stays.
    #[arg(long, value_name = "FEATURE:LINE", conflicts_with_all = ["topology", "profile"])]
    step: Option<String>,
    /// A factor's level: `factor=level`, or a file's path where the factor stands for a file.
    #[arg(long, value_name = "FACTOR=LEVEL", value_parser = super::assignment)]
    set: Vec<(String, String)>,
    /// A Compose profile: its services are raised as well.
    #[arg(long)]
    profile: Vec<String>,
    /// Scales every deadline on slow machines.
    #[arg(long, env = "RELAPSE_PATIENCE", default_value_t = 1.0, value_parser = super::patience)]
    patience: f64,
    /// Lets a topology give the engine's socket to anything, and not only to our socket proxy: whoever has it is root on the engine's
    /// machine.
    #[arg(long, env = "RELAPSE_ALLOW_ENGINE_SOCKET")]
    allow_engine_socket: bool,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let levels = super::levels(options.set)?;
    let name = match (options.step, options.topology) {
        (Some(place), _) => return stepwise::run(root, place, levels, options.patience, options.allow_engine_socket),
        (None, name) => name.unwrap_or_default(),
    };
    let project = Project::find(root).map_err(Failure::usage)?.allowing_engine_socket(options.allow_engine_socket);
    let topology = project.topology(&name, &levels).map_err(|finding| Refused::Features(vec![finding]))?;
    let profiles: BTreeSet<String> = options.profile.into_iter().collect();
    let known: BTreeSet<&String> = topology.services.iter().flat_map(|service| &service.profiles).collect();
    if let Some(unknown) = profiles.iter().find(|profile| !known.contains(profile)) {
        let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
        return Err(Failure::usage(format!("there is no profile `{unknown}`; there are: {}", known.join(", "))));
    }
    notes(&project, std::iter::once(name.as_str()));
    let runtime = Runtime::new().map_err(|error| Failure::defect(format!("no runtime: {error}")))?;
    let engine = runtime.block_on(Engine::connect())?;
    let file = project.compose_file(&name);
    let folder = file.parent().map(PathBuf::from).unwrap_or_default();
    let specs = prepare::specs(&topology, &folder, &|profile| profiles.contains(profile));
    let images = runtime.block_on(prepare::ensure(&engine, specs))?;
    let plan = Plan {
        file,
        topology,
        profiles,
        images,
        // Who pokes at a lab wants to see one that crashes as well; but it has to be steady to be raised.
        crash_loops: BTreeSet::new(),
        scenario: down::RAISED_BY.into(),
        patience: options.patience,
        reaper: None,
    };
    let terminal = Terminal::new();
    runtime.block_on(async {
        let lab = Lab::raise(&engine, &plan).await.map_err(|error| Failure::inconclusive(error.to_string()))?;
        stays(&terminal, Box::new(lab)).await?;
        Ok(Exit::Held)
    })
}
