//! A lab: a topology that is running, with what was done and seen in it. What can be done in one is in `act`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use relapse_model::topology::Topology;
use tokio::sync::Mutex;

use crate::follow::Follower;
use crate::helper::Helper;
use crate::lower::{LowerError, gone};
use crate::raise::{Plan, RaiseError, Raised, raise};
use crate::reaper::Reaper;
use crate::recorder::Recorder;
use crate::sweep::sweep;
use crate::tab::Tab;
use relapse_engine::Engine;
use relapse_engine::label::RunId;
use relapse_engine::name;

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
    pub(crate) helpers: Mutex<BTreeMap<String, Helper>>,
    pub(crate) tabs: Mutex<BTreeMap<String, Tab>>,
    pub(crate) follower: Follower,
    /// Scales every time that something may take.
    pub(crate) patience: f64,
    reaper: Reaper,
}

impl Lab {
    /// Raises a topology until it is steady. Whatever was made before an error is removed again.
    ///
    /// # Errors
    /// [`RaiseError`]: the author's, the machine's or a service's.
    pub async fn raise(engine: &Engine, plan: &Plan) -> Result<Self, RaiseError> {
        let began = Instant::now();
        let Raised { run, topology, recorder, follower, reaper } = raise(engine, plan).await?;
        Ok(Self {
            run,
            topology,
            recorder,
            raised_in: began.elapsed(),
            engine: engine.clone(),
            helpers: Mutex::default(),
            tabs: Mutex::default(),
            follower,
            patience: plan.patience,
            reaper,
        })
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

    /// The container of a service, by name: a service's, or one that a service created.
    #[must_use]
    pub fn container(&self, service: &str) -> String {
        if self.topology.service(service).is_some() { name::of(&self.run, service) } else { service.to_owned() }
    }
}
