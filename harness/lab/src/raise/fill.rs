//! What a raised lab consists of: networks and volumes, containers, what they wait for, until every service is ready.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::try_join_all;
use relapse_model::topology::{NetworkMode, Service, Topology};

use super::error::RaiseError;
use super::plan::Plan;
use super::{container, files, network, ready};
use crate::recorder::Recorder;
use relapse_engine::Engine;
use relapse_engine::label::{Labels, RunId};

/// Makes and starts everything of a plan; gives the topology on the lab's own subnet.
pub(super) async fn fill(engine: &Engine, plan: &Plan, run: &RunId, recorder: &Recorder) -> Result<Topology, RaiseError> {
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
                let given = container::Settings { image: plan.images.of(&service.image), labels, environment };
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
