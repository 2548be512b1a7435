//! From a plan to what runs. Whatever was made before an error is removed again.

use relapse_model::topology::Topology;

use super::error::RaiseError;
use super::fill::fill;
use super::plan::Plan;
use crate::follow::Follower;
use crate::lower::gone;
use crate::reaper::Reaper;
use crate::recorder::Recorder;
use crate::sweep::sweep;
use crate::wait;
use relapse_engine::Engine;
use relapse_engine::label::RunId;

/// What was raised, and who watches over it.
pub(crate) struct Raised {
    pub(crate) run: RunId,
    /// On the lab's own subnet.
    pub(crate) topology: Topology,
    pub(crate) recorder: Recorder,
    pub(crate) follower: Follower,
    pub(crate) reaper: Reaper,
}

/// Raises a topology until it is steady.
///
/// # Errors
/// [`RaiseError`]: the author's, the machine's or a service's.
pub(crate) async fn raise(engine: &Engine, plan: &Plan) -> Result<Raised, RaiseError> {
    let run = RunId::new();
    let reaper = match &plan.reaper {
        Some(executable) => Reaper::start_with(executable, &run).await?,
        None => Reaper::start(&run).await?,
    };
    let recorder = Recorder::new(&plan.topology.speaks);
    let follower = Follower::start(engine, &run, &recorder, plan.topology.speaks.clone());
    let filled = tokio::select! {
        biased;
        why = wait::lost(&recorder) => Err(RaiseError::Lost { why }),
        filled = fill(engine, plan, &run, &recorder) => filled,
    };
    match filled {
        Ok(topology) => Ok(Raised { run, topology, recorder, follower, reaper }),
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
