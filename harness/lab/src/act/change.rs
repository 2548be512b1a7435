//! Kills, stops, pauses, starts and restarts a service, and sees that it took hold.

use std::time::Duration;

use bollard::query_parameters::{RestartContainerOptionsBuilder, StopContainerOptionsBuilder};
use relapse_model::timeline::{Record, State};

use super::error::ActError;
use crate::lab::Lab;
use crate::raise::ready;
use crate::wait;
use relapse_engine::in_full;

/// What can be done to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// SIGKILL.
    Killed,
    /// Its stop signal, then SIGKILL after a second.
    Stopped,
    /// Frozen.
    Paused,
    /// Thawed.
    Resumed,
    /// Started again after it ended.
    Started,
    /// Stopped and started.
    Restarted,
    /// Removed, as `docker rm -f -v` does.
    Removed,
}

impl Lab {
    /// Changes a service, and returns once the change was seen; of one that was started, once it is ready, has ended, or the time is over
    /// that it has at the lab's start. That it did not get ready is an observation, and so is that one runs already.
    ///
    /// # Errors
    /// When the engine refuses, or no effect was seen within 10 s.
    pub async fn change(&self, service: &str, change: Change) -> Result<(), ActError> {
        let container = self.find(service).await?;
        if change == Change::Started && self.runs(service) {
            self.recorder.record(Record::Noted { text: format!("{service} runs already: there was nothing to start") });
            return Ok(());
        }
        let docker = self.engine.docker();
        let before = self.recorder.read(|timeline| timeline.entries().len());
        match change {
            Change::Killed => docker.kill_container(&container, None).await,
            Change::Stopped => docker.stop_container(&container, Some(StopContainerOptionsBuilder::new().t(1).build())).await,
            Change::Paused => docker.pause_container(&container).await,
            Change::Resumed => docker.unpause_container(&container).await,
            Change::Started => docker.start_container(&container, None).await,
            Change::Restarted => {
                docker.restart_container(&container, Some(RestartContainerOptionsBuilder::new().t(1).build())).await
            }
            Change::Removed => {
                // With its anonymous volumes, which have no label of ours by which they could be swept.
                let options = bollard::query_parameters::RemoveContainerOptionsBuilder::new().force(true).v(true).build();
                docker.remove_container(&container, Some(options)).await
            }
        }
        .map_err(|error| ActError::new(format!("{service}: {}", in_full(&error))))?;
        let wanted = match change {
            Change::Killed | Change::Stopped => "exited",
            Change::Paused => "paused",
            Change::Resumed | Change::Started | Change::Restarted => "running",
            Change::Removed => "removed",
        };
        wait::until(&self.recorder, Duration::from_secs(10), |timeline| {
            timeline
                .entries()
                .iter()
                .skip(before)
                .any(|entry| matches!(&entry.what, Record::Container { service: who, state } if who == service && state.word() == wanted))
                .then_some(())
        })
        .await
        .ok_or_else(|| ActError::new(format!("{service} was not seen {wanted} within 10 s of being changed")))?;
        if matches!(change, Change::Started | Change::Restarted) {
            self.awaits_ready(service, before).await;
        }
        Ok(())
    }

    /// Awaits that a service is ready after a start, by what it says from that entry on; notes it when it is not.
    async fn awaits_ready(&self, service: &str, from: usize) {
        // What another service has made says nothing of when it is ready.
        let Some(declared) = self.topology.service(service) else { return };
        if let Err(why) = ready::again(&self.recorder, declared, from, ready::LIMIT.mul_f64(self.patience)).await {
            self.recorder.record(Record::Noted { text: format!("{service} did not become ready after its start: {why}") });
        }
    }

    /// The container of a service, also of one that another service created.
    pub(crate) async fn find(&self, service: &str) -> Result<String, ActError> {
        if self.topology.service(service).is_some() {
            return Ok(self.container(service));
        }
        let filters = std::collections::HashMap::from([(
            "label".to_owned(),
            vec![format!("{}={}", relapse_engine::label::RUN, self.run), format!("{}={service}", relapse_engine::label::SERVICE)],
        )]);
        let options = bollard::query_parameters::ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let listed = self.engine.docker().list_containers(Some(options)).await;
        let listed = listed.map_err(|error| ActError::new(in_full(&error)))?;
        listed.into_iter().find_map(|container| container.id).ok_or_else(|| {
            let services = self.recorder.read(|timeline| timeline.services().join(", "));
            ActError::new(format!("there is no service `{service}` in this lab; there are {services}"))
        })
    }

    /// Whether a service exists and runs.
    #[must_use]
    pub fn runs(&self, service: &str) -> bool {
        self.recorder.read(|timeline| matches!(timeline.state(service), Some(State::Running { .. })))
    }
}
