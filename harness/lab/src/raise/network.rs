//! Networks and volumes: the lab chooses a free subnet, so that runs side by side do not meet.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use relapse_model::topology::{Network, NetworkMode, Topology};

use bollard::models::{Ipam, IpamConfig, NetworkCreateRequest, VolumeCreateRequest};

use super::error::RaiseError;
use super::plan::Plan;
use super::subnet::{COUNT, FIRST, NetworkError};
use relapse_engine::label::{Labels, RunId};
use relapse_engine::name;
use relapse_engine::{Engine, answer, in_full};

/// Makes the networks that this lab's services join (as Compose, which makes no others) at the first subnet where none overlaps with
/// another's, and gives the topology at that subnet.
pub(super) async fn raise(engine: &Engine, run: &RunId, labels: &Labels, plan: &Plan) -> Result<Topology, RaiseError> {
    // Where to begin differs from run to run, so that runs side by side rarely try the same.
    let begin = run
        .as_str()
        .bytes()
        .fold(u16::from(std::process::id().to_le_bytes()[0]), |sum, byte| sum.wrapping_mul(31).wrapping_add(u16::from(byte)));
    let mut last = String::new();
    for step in 0..COUNT {
        let on = plan.topology.on(&format!("10.{}", FIRST + (begin.wrapping_add(step)) % COUNT));
        let topology = on.map_err(|source| RaiseError::Topology { path: plan.file.display().to_string(), source })?;
        // All are awaited, also after one has failed: the engine would finish the others behind our back.
        let used = used(&topology, &plan.profiles);
        let networks = topology.networks.iter().filter(|(network, _)| used.contains(network.as_str()));
        let made = join_all(networks.map(|(network, spec)| create(engine, run, network, spec, labels))).await;
        match made.into_iter().collect::<Result<Vec<()>, _>>() {
            Ok(_) => return Ok(topology),
            Err((network, error)) => {
                let why = in_full(&error);
                let taken = answer(&error).is_some_and(|(_, text)| {
                    ["overlap", "non-overlapping", "in use", "already exists"].iter().any(|word| text.contains(word))
                });
                for network in used {
                    let _ = engine.docker().remove_network(&name::of(run, network)).await;
                }
                if !taken {
                    return Err(NetworkError::Refused { network, why }.into());
                }
                last = why;
            }
        }
    }
    Err(NetworkError::NoSubnet { tried: usize::from(COUNT), why: last }.into())
}

fn used<'a>(topology: &'a Topology, profiles: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let joined = topology.raised(profiles).into_iter().filter_map(|service| match &service.network {
        NetworkMode::Networks(networks) => Some(networks.iter().map(|attachment| attachment.network.as_str())),
        NetworkMode::None | NetworkMode::Of(_) => None,
    });
    joined.flatten().collect()
}

async fn create(
    engine: &Engine,
    run: &RunId,
    network: &str,
    spec: &Network,
    labels: &Labels,
) -> Result<(), (String, bollard::errors::Error)> {
    let pool = IpamConfig {
        subnet: spec.subnet.clone(),
        ip_range: spec.ip_range.clone(),
        gateway: spec.gateway.clone(),
        ..Default::default()
    };
    let request = NetworkCreateRequest {
        name: name::of(run, network),
        driver: Some("bridge".into()),
        internal: Some(spec.internal),
        options: (!spec.options.is_empty()).then(|| spec.options.clone().into_iter().collect()),
        ipam: spec.subnet.as_ref().map(|_| Ipam { config: Some(vec![pool]), ..Default::default() }),
        labels: Some(labels.clone().into_map()),
        ..Default::default()
    };
    engine.docker().create_network(request).await.map(|_| ()).map_err(|error| (network.to_owned(), error))
}

pub(super) async fn volume(engine: &Engine, run: &RunId, volume: &str, labels: &Labels) -> Result<(), RaiseError> {
    let request =
        VolumeCreateRequest { name: Some(name::of(run, volume)), labels: Some(labels.clone().into_map()), ..Default::default() };
    engine.docker().create_volume(request).await.map(|_| ()).map_err(|error| RaiseError::Engine {
        service: volume.to_owned(),
        action: "create the volume",
        why: in_full(&error),
    })
}
