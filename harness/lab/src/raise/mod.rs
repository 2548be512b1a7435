//! Raises a topology: networks and volumes, containers, what they wait for, until every part is ready; and lowers it.
//!
//! `network` finds free addresses, `container` says a service in the engine's words, `files` copies what is mounted (`within` says what
//! may be, `archive` writes it), `ready` knows when a part is.

mod archive;
mod container;
mod files;
mod network;
pub(crate) mod ready;
mod whereabouts;
mod within;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use relapse_model::topology::{NetworkMode, Service, Topology, TopologyError};

pub use network::NetworkError;
pub(crate) use network::{SUBNETS, subnet};
pub use whereabouts::Whereabouts;
pub use within::{outside, project_root};

use crate::engine::Engine;
use crate::follow::Follower;
use crate::images::Ids;
use crate::label::{Labels, RunId};
use crate::reaper::{Reaper, ReaperError};
use crate::recorder::Recorder;
use crate::sweep::{Left, SweepError, Swept, sweep};
use crate::wait;

pub(crate) use archive::Archive;
pub(crate) use files::upload;

/// What to raise.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The Compose file, beside which lies what its services are given. It is not read again.
    pub file: PathBuf,
    /// What was read of it, at the levels to raise it with.
    pub topology: Arc<Topology>,
    /// Compose profiles that this lab needs.
    pub profiles: BTreeSet<String>,
    /// Which images its services get; [`crate::images::Images::ensure`] answers with them.
    pub images: Ids,
    /// Services that may end again and again: a scenario takes it as given.
    pub crash_loops: BTreeSet<String>,
    /// The scenario's name, for the labels.
    pub scenario: String,
    /// Scales every deadline.
    pub patience: f64,
    /// The executable that serves as reaper; the running one if none is named.
    pub reaper: Option<PathBuf>,
}

/// Why a lab could not be raised.
#[derive(Debug, thiserror::Error)]
pub enum RaiseError {
    /// A file that a service is given cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The Compose file does not read on the lab's own subnet: the author's error.
    #[error("{path}{}: {source}", .source.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default())]
    Topology {
        /// The file.
        path: String,
        /// What is wrong.
        source: TopologyError,
    },
    /// The reaper did not start, so nothing else was.
    #[error(transparent)]
    Reaper(#[from] ReaperError),
    /// No network could be made.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The engine refused something.
    #[error("{part}: the engine refused to {action}: {why}")]
    Engine {
        /// The part.
        part: String,
        /// What was asked.
        action: &'static str,
        /// In the engine's words.
        why: String,
    },
    /// A part did not become ready.
    #[error("{part} ({image}) did not become ready: {why}; awaited: {awaited}\n{log}")]
    NotReady {
        /// The part.
        part: String,
        /// Its image.
        image: String,
        /// The last status.
        why: String,
        /// The condition.
        awaited: String,
        /// The log's tail.
        log: String,
    },
    /// The engine went away.
    #[error("{why}")]
    Lost {
        /// What was seen.
        why: String,
    },
    /// One of these, and what had been made is not gone altogether.
    #[error("{cause}\nand what had been made is not gone: {left}")]
    Left {
        /// Why it was not raised.
        cause: Box<RaiseError>,
        /// Why it is not gone.
        left: LowerError,
    },
}

impl RaiseError {
    /// Whether a part, or the engine about a part, was the reason: the lab never became steady.
    #[must_use]
    pub fn is_not_steady(&self) -> bool {
        match self {
            Self::NotReady { .. } | Self::Engine { .. } => true,
            Self::Left { cause, .. } => cause.is_not_steady(),
            _ => false,
        }
    }
}

/// Why a lab is not gone altogether.
#[derive(Debug, thiserror::Error)]
pub enum LowerError {
    /// The engine did not say what is left.
    #[error("{0}\nUntil then the run's reaper tries, for a minute from now.")]
    Sweep(#[from] SweepError),
    /// The engine refused to remove things.
    #[error("the engine keeps {}\n`relapse leaks --remove` tries again; an engine that keeps a network with \"active endpoints\" and no container lets it go when it is restarted", .0.iter().map(|left| format!("{} {} ({})", left.thing.kind, left.thing.name, left.why)).collect::<Vec<_>>().join(", "))]
    Left(Vec<Left>),
}

/// A topology that is running.
pub struct Lab {
    /// The run's id: everything of this lab carries it.
    pub run: RunId,
    /// What was raised.
    pub topology: Topology,
    /// What was done and seen.
    pub recorder: Recorder,
    /// How long it took to raise.
    pub raised_in: Duration,
    pub(crate) engine: Engine,
    pub(crate) helpers: tokio::sync::Mutex<BTreeMap<String, crate::act::Helper>>,
    pub(crate) tabs: tokio::sync::Mutex<BTreeMap<String, crate::act::Tab>>,
    pub(crate) follower: Follower,
    /// Scales every time that something may take.
    pub(crate) patience: f64,
    reaper: Reaper,
}

impl Lab {
    /// Raises a topology until it is steady. Whatever was made before an error is removed again.
    ///
    /// # Errors
    /// [`RaiseError`]: the author's, the machine's or a part's.
    pub async fn raise(engine: &Engine, plan: &Plan) -> Result<Self, RaiseError> {
        let began = Instant::now();
        let run = RunId::new();
        let reaper = match &plan.reaper {
            Some(executable) => Reaper::start_with(executable, &run).await?,
            None => Reaper::start(&run).await?,
        };
        let recorder = Recorder::new();
        let follower = Follower::start(engine, &run, &recorder, plan.topology.speaks.clone());
        let filled = tokio::select! {
            biased;
            why = wait::lost(&recorder) => Err(RaiseError::Lost { why }),
            filled = Self::fill(engine, plan, &run, &recorder) => filled,
        };
        match filled {
            Ok(topology) => Ok(Self {
                run,
                topology,
                recorder,
                raised_in: began.elapsed(),
                engine: engine.clone(),
                helpers: tokio::sync::Mutex::default(),
                tabs: tokio::sync::Mutex::default(),
                follower,
                patience: plan.patience,
                reaper,
            }),
            Err(error) => {
                follower.stop().await;
                let gone = gone(sweep(engine, &run).await);
                // Requests that were under way when one failed can still take effect: a reaper that is dropped looks until nothing
                // more comes.
                drop(reaper);
                Err(match gone {
                    Ok(()) => error,
                    Err(left) => RaiseError::Left { cause: Box::new(error), left },
                })
            }
        }
    }

    async fn fill(engine: &Engine, plan: &Plan, run: &RunId, recorder: &Recorder) -> Result<Topology, RaiseError> {
        let labels = Labels::of(run).scenario(&plan.scenario);
        let topology = network::raise(engine, run, &labels, plan).await?;
        let raised = topology.raised(&plan.profiles);
        try_join_all(topology.volumes.iter().map(|volume| network::volume(engine, run, volume, &labels))).await?;
        let folder = plan.file.parent().map(PathBuf::from).unwrap_or_default();
        // A container that joins another's network namespace can only be created once that one exists.
        let (joining, own): (Vec<&Service>, Vec<&Service>) =
            raised.iter().copied().partition(|service| matches!(service.network, NetworkMode::Of(_)));
        for batch in [own, joining] {
            try_join_all(batch.into_iter().map(|service| {
                let (folder, labels, variables) = (folder.clone(), labels.clone(), &topology.variables);
                async move {
                    let environment = files::environment(service, &folder, variables)?;
                    let given = container::Given { image: plan.images.of(&service.image), labels, environment };
                    container::create(engine, run, service, given).await?;
                    files::copy_in(engine, run, service, &folder).await
                }
            }))
            .await?;
        }
        let limit = Duration::from_secs_f64(ready::LIMIT.as_secs_f64() * plan.patience);
        let starts = raised.iter().map(|service| {
            let may_crash = plan.crash_loops.contains(&service.name);
            ready::start(engine, run, &topology, ready::Start { service, may_crash }, recorder, limit)
        });
        try_join_all(starts).await?;
        ready::none_crashes(recorder, &raised, &plan.crash_loops)?;
        Ok(topology)
    }

    /// Removes everything of this lab.
    ///
    /// # Errors
    /// What could not be removed; the reaper has then tried as well.
    pub async fn lower(self) -> Result<(), LowerError> {
        self.tabs.lock().await.clear();
        for (_, helper) in std::mem::take(&mut *self.helpers.lock().await) {
            helper.remove().await;
        }
        self.follower.stop().await;
        let swept = sweep(&self.engine, &self.run).await;
        if swept.is_ok() {
            // It looks once more, and says in its log what it found. Where the engine does not answer, it is dropped, and goes on
            // without us.
            let _ = self.reaper.finish().await;
        }
        gone(swept)
    }

    /// Leaves everything as it is, for a person to look at; gives the run's id. `relapse leaks --remove` removes it.
    pub async fn keep(self) -> String {
        self.follower.stop().await;
        self.reaper.release().await;
        self.run.to_string()
    }

    /// The container of a part, by name: a service's, or one that a part created.
    #[must_use]
    pub fn container(&self, part: &str) -> String {
        if self.topology.service(part).is_some() { container::name(&self.run, part) } else { part.to_owned() }
    }
}

fn gone(swept: Result<Swept, SweepError>) -> Result<(), LowerError> {
    let left = swept?.left;
    if left.is_empty() { Ok(()) } else { Err(LowerError::Left(left)) }
}
