//! Removes everything of a run, by label, however much of it there is and whoever is still adding to it.
//! [`listing`] asks what there is; [`leaks`] tells what earlier runs left behind.

mod leaks;
mod listing;

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::time::{Duration, Instant};

use bollard::errors::Error;
use bollard::models::NetworkDisconnectRequest;
use bollard::query_parameters::{InspectNetworkOptions, RemoveContainerOptions, RemoveVolumeOptions};
use futures_util::future::join_all;
use futures_util::{Stream, StreamExt, stream};

pub use leaks::{Leak, Maker, leaks, remove_leaks};
pub(crate) use listing::list;
pub use listing::{Kind, Thing};

use crate::engine::{Engine, answer, in_full};
use crate::label::{RunId, filter_of};

/// How many removals are under way at once; the engine does not get faster beyond.
const AT_ONCE: usize = 8;
/// How long a sweep tries.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the last listing may take, when time is up.
const LAST_LOOK: Duration = Duration::from_secs(5);
/// Between two tries where something could not be removed yet.
const PAUSE: Duration = Duration::from_millis(200);

/// The engine could not even be asked what is left.
#[derive(Debug, thiserror::Error)]
#[error(
    "the Docker engine at {endpoint} did not say what is left of run {run}: {why}\nOnce it answers, `docker ps --all --filter label=relapse.run={run}` lists that, and `relapse leaks --remove` removes it."
)]
pub struct SweepError {
    /// The run.
    pub run: RunId,
    /// Where the engine is.
    pub endpoint: String,
    /// What was seen.
    pub why: String,
}

/// What a sweep did.
#[derive(Debug, Clone, Default)]
#[must_use = "something may be left"]
pub struct Swept {
    /// How many of each kind are gone.
    pub removed: BTreeMap<Kind, usize>,
    /// What is still there; empty when all went well.
    pub left: Vec<Left>,
    /// How long it took.
    pub seconds: f64,
}

impl Swept {
    /// How many things are gone.
    #[must_use]
    pub fn count(&self) -> usize {
        self.removed.values().sum()
    }
}

/// Something that could not be removed.
#[derive(Debug, Clone)]
pub struct Left {
    /// What it is.
    pub thing: Thing,
    /// What the engine said last.
    pub why: String,
}

/// Removes everything that carries the run's label: containers, then networks and volumes, again and again until a listing is
/// empty, for at most 30 s or so. What is being created meanwhile (by a part that holds the engine's socket) is caught too.
///
/// # Errors
/// [`SweepError`] if the engine does not answer. What it refuses to remove is in [`Swept::left`].
pub async fn sweep(engine: &Engine, run: &RunId) -> Result<Swept, SweepError> {
    sweep_within(engine, run, PATIENCE).await
}

pub(crate) async fn sweep_within(engine: &Engine, run: &RunId, patience: Duration) -> Result<Swept, SweepError> {
    let began = Instant::now();
    let deadline = tokio::time::Instant::now() + patience;
    let mut swept = Swept::default();
    let mut refused: HashMap<String, String> = HashMap::new();
    let mut problem = None;
    loop {
        let round = async {
            let things = list(engine, filter_of(run)).await.map_err(|error| in_full(&error))?;
            let empty = things.is_empty();
            Ok::<_, String>((empty, remove_all(engine, things, &mut swept.removed).await))
        };
        match tokio::time::timeout_at(deadline, round).await {
            Ok(Ok((true, _))) => {
                swept.seconds = began.elapsed().as_secs_f64();
                return Ok(swept);
            }
            // All that was listed is gone: what is there now?
            Ok(Ok((false, failed))) if failed.is_empty() && tokio::time::Instant::now() < deadline => continue,
            Ok(Ok((false, failed))) => refused.extend(failed),
            Ok(Err(why)) => problem = Some(why),
            Err(_) => {}
        }
        if tokio::time::Instant::now() + PAUSE >= deadline {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let failed = |why| SweepError { run: run.clone(), endpoint: engine.endpoint().into(), why };
    let rest = tokio::time::timeout(LAST_LOOK, list(engine, filter_of(run))).await;
    let rest = rest.map_err(|_| failed(problem.unwrap_or_else(|| "no answer".into())))?;
    let rest = rest.map_err(|error| failed(in_full(&error)))?;
    let why = |id: &str| refused.get(id).cloned().unwrap_or_else(|| "it was made while the run was being removed".into());
    swept.left = rest.into_iter().map(|thing| Left { why: why(&thing.id), thing }).collect();
    swept.seconds = began.elapsed().as_secs_f64();
    Ok(swept)
}

/// One attempt at each thing. Answers what failed and why, by id.
///
/// Containers leave their networks one after the other, and each is removed as soon as it has left. An engine before 29 counts a
/// network's endpoints in a copy that concurrent requests share: when two containers die at the same moment, one departure can be lost,
/// the network has "active endpoints" for ever, and only a restart of the engine lets it go (moby#42119; seen in one lab of 40 on a
/// busy machine, `harness/BENCHMARKS.md`).
pub(crate) async fn remove_all(
    engine: &Engine,
    things: Vec<Thing>,
    removed: &mut BTreeMap<Kind, usize>,
) -> Vec<(String, String)> {
    let (containers, others): (Vec<_>, Vec<_>) = things.into_iter().partition(|thing| thing.kind == Kind::Container);
    let mut failed = Vec::new();
    if !containers.is_empty() {
        let networks: Vec<&Thing> = others.iter().filter(|thing| thing.kind == Kind::Network).collect();
        let mut joined = endpoints(engine, &networks).await;
        let gone = stream::iter(containers).then(|container| {
            let endpoints = joined.remove(&container.id).unwrap_or_default();
            async move {
                // Of different networks: these do not share a count.
                join_all(endpoints.iter().map(|network| disconnect(engine, network, &container.id))).await;
                container
            }
        });
        tally(gone.map(|container| removal(engine, container)).buffer_unordered(AT_ONCE), removed, &mut failed).await;
    }
    tally(stream::iter(others.into_iter().map(|thing| removal(engine, thing))).buffer_unordered(AT_ONCE), removed, &mut failed)
        .await;
    failed
}

async fn removal(engine: &Engine, thing: Thing) -> (Thing, Result<bool, Error>) {
    let outcome = remove(engine, &thing).await;
    (thing, outcome)
}

async fn tally(
    outcomes: impl Stream<Item = (Thing, Result<bool, Error>)>,
    removed: &mut BTreeMap<Kind, usize>,
    failed: &mut Vec<(String, String)>,
) {
    let mut outcomes = pin!(outcomes);
    while let Some((thing, outcome)) = outcomes.next().await {
        match outcome {
            Ok(true) => *removed.entry(thing.kind).or_default() += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::debug!(kind = %thing.kind, name = thing.name, %error, "not removed yet");
                failed.push((thing.id, in_full(&error)));
            }
        }
    }
}

/// Of each container, the networks that it has joined.
async fn endpoints(engine: &Engine, networks: &[&Thing]) -> HashMap<String, Vec<String>> {
    let mut joined: HashMap<String, Vec<String>> = HashMap::new();
    let looks = networks.iter().map(|network| engine.inspect_network(&network.id, None::<InspectNetworkOptions>));
    for (network, seen) in networks.iter().zip(join_all(looks).await) {
        match seen {
            Ok(seen) => {
                for container in seen.containers.unwrap_or_default().into_keys() {
                    joined.entry(container).or_default().push(network.id.clone());
                }
            }
            Err(error) => tracing::debug!(network = network.name, %error, "not looked at"),
        }
    }
    joined
}

/// Whether it was there to be removed.
async fn remove(engine: &Engine, thing: &Thing) -> Result<bool, Error> {
    let outcome = match thing.kind {
        Kind::Container => {
            let options = RemoveContainerOptions { force: true, v: true, link: false };
            engine.remove_container(&thing.id, Some(options)).await
        }
        Kind::Network => match engine.remove_network(&thing.id).await {
            Err(error) if answer(&error).is_some_and(|(_, said)| said.contains("active endpoints")) => {
                disconnect_all(engine, &thing.id).await?;
                engine.remove_network(&thing.id).await
            }
            outcome => outcome,
        },
        Kind::Volume => engine.remove_volume(&thing.id, Some(RemoveVolumeOptions { force: true })).await,
    };
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if answer(&error).is_some_and(|(status, _)| status == 404) => Ok(false),
        Err(error) => Err(error),
    }
}

/// One after the other. Endpoints can outlive their containers, and a bystander may have joined the network.
async fn disconnect_all(engine: &Engine, network: &str) -> Result<(), Error> {
    let seen = engine.inspect_network(network, None::<InspectNetworkOptions>).await?;
    for (container, endpoint) in seen.containers.unwrap_or_default() {
        // An endpoint without a container is listed as `ep-<id>` and goes by its name.
        let name = if container.starts_with("ep-") { endpoint.name.unwrap_or(container) } else { container };
        disconnect(engine, network, &name).await;
    }
    Ok(())
}

async fn disconnect(engine: &Engine, network: &str, container: &str) {
    let request = NetworkDisconnectRequest { container: container.to_owned(), force: Some(true) };
    if let Err(error) = engine.disconnect_network(network, request).await {
        tracing::debug!(network, container, %error, "not disconnected");
    }
}
