//! One attempt at removing things.

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::time::Duration;

use bollard::errors::Error;
use bollard::models::NetworkDisconnectRequest;
use bollard::query_parameters::{InspectNetworkOptions, RemoveContainerOptions, RemoveVolumeOptions};
use futures_util::future::join_all;
use futures_util::{Stream, StreamExt, stream};
use relapse_engine::{Engine, answer, in_full};

use super::listing::{Kind, Thing};

/// How many removals are under way at once; the engine does not get faster beyond.
const AT_ONCE: usize = 8;
/// How long it is tried.
pub(super) const SWEEP_TIMEOUT: Duration = Duration::from_secs(30);
/// Between two tries where something could not be removed yet.
pub(super) const PAUSE: Duration = Duration::from_millis(200);

/// One attempt at each thing. Answers what failed and why, by id.
///
/// Containers leave their networks one after the other, and each is removed as soon as it has left. An engine before 29 counts a
/// network's endpoints in a copy that concurrent requests share: when two containers die at the same moment, one departure can be lost,
/// the network has "active endpoints" for ever, and only a restart of the engine lets it go (moby#42119; seen in one lab of 40 on a
/// busy machine, `harness/BENCHMARKS.md`).
pub(super) async fn remove_all(
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
