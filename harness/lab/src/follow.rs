//! Follows what the containers of a lab do and say: the engine's events become states; `log` makes lines of their logs. `others` measures
//! how much time of theirs others take.

mod log;
mod others;
mod reached;

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use relapse_model::timeline::{Record, State};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

pub(crate) use reached::Log;

use crate::recorder::Recorder;
use relapse_engine::label::{self, RunId};
use relapse_engine::{Engine, in_full};

/// How long the log of a container that has ended may take to end as well.
const LOG_ENDS: Duration = Duration::from_secs(1);

/// Follows a run until dropped.
pub(crate) struct Follower {
    tasks: JoinSet<()>,
    logs: Logs,
}

type Logs = Arc<Mutex<HashMap<String, Log>>>;

impl Follower {
    /// Begins to follow; events are being received when this returns. Records are what these services write, and nobody else.
    #[must_use]
    pub(crate) fn start(engine: &Engine, run: &RunId, recorder: &Recorder, speaks: BTreeSet<String>) -> Self {
        let mut tasks = JoinSet::new();
        let logs = Logs::default();
        tasks.spawn(events(engine.clone(), run.clone(), recorder.clone(), speaks, logs.clone()));
        let followed = logs.clone();
        let started = move || followed.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
        tasks.spawn(others::measure(engine.clone(), started, recorder.clone()));
        Self { tasks, logs }
    }

    /// The logs that are followed.
    pub(crate) fn logs(&self) -> Vec<Log> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Stops following.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn events(engine: Engine, run: RunId, recorder: Recorder, speaks: BTreeSet<String>, followed_logs: Logs) {
    let filters = HashMap::from([
        ("label".to_owned(), vec![format!("{}={run}", label::RUN)]),
        ("type".to_owned(), vec!["container".to_owned()]),
    ]);
    let mut stream = engine.docker().events(Some(EventsOptionsBuilder::new().filters(&filters).build()));
    // Logs are followed by tasks of this one, so that they end with it.
    let mut logs = JoinSet::new();
    let mut together = Together::default();
    // How far each container's log was read: after a restart the engine tells the whole log again.
    let mut reached: HashMap<String, Arc<Mutex<log::Last>>> = HashMap::new();
    // Whoever follows a log is told that its container has died, and tells when it has ended.
    let mut followed: HashMap<String, (oneshot::Sender<()>, oneshot::Receiver<()>)> = HashMap::new();
    // The engine never ends them: it has gone away, or whatever is between us has.
    let lost = |why: &str| {
        let endpoint = engine.endpoint();
        recorder.lose(format!("the Docker engine at {endpoint} went away in mid-run ({why}): nothing can be judged any more"));
    };
    loop {
        let event = match stream.next().await {
            Some(Ok(event)) => event,
            Some(Err(error)) => return lost(&in_full(&error)),
            None => return lost("its events ended"),
        };
        let Some(actor) = event.actor else { continue };
        let (Some(id), attributes) = (actor.id, actor.attributes.unwrap_or_default()) else { continue };
        let service = attributes.get(label::SERVICE).or_else(|| attributes.get("name")).cloned().unwrap_or_else(|| id.clone());
        if attributes.contains_key(relapse_engine::label::HELPER) {
            continue;
        }
        let state = match event.action.as_deref().unwrap_or_default() {
            "create" => State::Created,
            "start" | "unpause" => {
                if event.action.as_deref() == Some("start") {
                    let last = reached.entry(id.clone()).or_default().clone();
                    let (ended, end) = oneshot::channel();
                    let (dies, died) = oneshot::channel();
                    followed.insert(id.clone(), (dies, end));
                    let log = Log { service: service.clone(), container: id.clone(), reached: watch::Sender::default() };
                    followed_logs.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), log.clone());
                    let following =
                        log::Reader::new(log, speaks.contains(&service), recorder.clone(), last).follow(engine.clone(), died);
                    logs.spawn(async {
                        following.await;
                        // Nobody listens for the end of a log whose container goes on.
                        let _ = ended.send(());
                    });
                }
                running(&engine, &id).await
            }
            "pause" => State::Paused,
            "die" => {
                // Its last words come before its end: they often say why.
                if let Some((dies, end)) = followed.remove(&id) {
                    // One that broke off has ended already.
                    let _ = dies.send(());
                    let _ = tokio::time::timeout(LOG_ENDS, end).await;
                }
                State::Exited { code: attributes.get("exitCode").and_then(|code| code.parse().ok()).unwrap_or(-1) }
            }
            "destroy" => State::Removed,
            "oom" => {
                recorder.record(Record::OutOfMemory { service });
                continue;
            }
            action => {
                if let Some(status) = action.strip_prefix("health_status: ") {
                    recorder.record(Record::Health { service, status: status.to_owned() });
                }
                continue;
            }
        };
        let state = together.state(&service, &id, state);
        recorder.record(Record::Container { service, state });
    }
}

/// The containers that run, by service. A service can have two: while a new one is tried, the old one serves.
#[derive(Default)]
struct Together(HashMap<String, Vec<(String, State)>>);

impl Together {
    /// What a service is now that one of its containers is in a new state: it runs as long as any of them does.
    fn state(&mut self, service: &str, id: &str, state: State) -> State {
        let running = self.0.entry(service.to_owned()).or_default();
        running.retain(|(other, _)| other != id);
        if matches!(state, State::Running { .. }) {
            running.push((id.to_owned(), state.clone()));
        }
        let addresses = running.iter().filter_map(|(_, state)| match state {
            State::Running { addresses } => Some(addresses),
            _ => None,
        });
        if running.is_empty() { state } else { State::Running { addresses: addresses.flatten().cloned().collect() } }
    }
}

/// The addresses of a container that has just started; none if it has already ended.
async fn running(engine: &Engine, id: &str) -> State {
    let networks = match engine.docker().inspect_container(id, None).await {
        Ok(inspected) => inspected.network_settings.and_then(|settings| settings.networks).unwrap_or_default(),
        Err(_) => HashMap::new(),
    };
    let addresses = networks
        .into_iter()
        .filter_map(|(name, endpoint)| {
            let address: IpAddr = endpoint.ip_address?.parse().ok()?;
            // Networks are called `<run>-<name>`, and a run's id has two hyphens.
            Some((name.splitn(4, '-').last().unwrap_or(&name).to_owned(), address))
        })
        .collect();
    State::Running { addresses }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_runs_as_long_as_any_of_its_containers_does() {
        let at = |last: u8| State::Running { addresses: vec![("apps".into(), IpAddr::from([10, 0, 0, last]))] };
        let both = State::Running {
            addresses: vec![("apps".into(), IpAddr::from([10, 0, 0, 1])), ("apps".into(), IpAddr::from([10, 0, 0, 2]))],
        };
        let mut together = Together::default();
        assert_eq!(together.state("app", "old", at(1)), at(1));
        assert_eq!(together.state("app", "new", State::Created), at(1));
        assert_eq!(together.state("app", "new", at(2)), both);
        assert_eq!(together.state("app", "old", State::Exited { code: 137 }), at(2));
        assert_eq!(together.state("app", "old", State::Removed), at(2));
        assert_eq!(together.state("app", "new", State::Exited { code: 1 }), State::Exited { code: 1 });
        assert_eq!(together.state("other", "new", State::Removed), State::Removed);
    }
}
