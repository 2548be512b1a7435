//! Follows what the containers of a lab do and say: the engine's events become states, their logs become lines.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::query_parameters::{EventsOptionsBuilder, LogsOptionsBuilder};
use futures_util::StreamExt;
use relapse_model::timeline::{State, What};
use relapse_model::wire::log::Line;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::engine::{Engine, in_full};
use crate::label::{self, RunId};
use crate::recorder::Recorder;

/// Longer lines of a log are cut: a part under test can write without end.
const LONGEST_LINE: usize = 16 * 1024;
/// A part's log is followed for so many lines.
const MOST_LINES: usize = 200_000;
/// How long the log of a container that has ended may take to end as well.
const LOG_ENDS: Duration = Duration::from_secs(1);

/// Follows a run until dropped.
pub(crate) struct Follower {
    tasks: JoinSet<()>,
}

impl Follower {
    /// Begins to follow; events are being received when this returns.
    #[must_use]
    pub(crate) fn start(engine: &Engine, run: &RunId, recorder: &Recorder) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(events(engine.clone(), run.clone(), recorder.clone()));
        Self { tasks }
    }

    /// Stops following.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn events(engine: Engine, run: RunId, recorder: Recorder) {
    let filters = HashMap::from([
        ("label".to_owned(), vec![format!("{}={run}", label::RUN)]),
        ("type".to_owned(), vec!["container".to_owned()]),
    ]);
    let mut stream = engine.docker().events(Some(EventsOptionsBuilder::new().filters(&filters).build()));
    // Logs are followed by tasks of this one, so that they end with it.
    let mut logs = JoinSet::new();
    let mut together = Together::default();
    let mut last_lines: HashMap<String, Arc<Mutex<LastLines>>> = HashMap::new();
    let mut followed: HashMap<String, oneshot::Receiver<()>> = HashMap::new();
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
        let part = attributes.get(label::SERVICE).or_else(|| attributes.get("name")).cloned().unwrap_or_else(|| id.clone());
        if attributes.contains_key(crate::act::HELPER) {
            continue;
        }
        let state = match event.action.as_deref().unwrap_or_default() {
            "create" => State::Created,
            "start" | "unpause" => {
                if event.action.as_deref() == Some("start") {
                    let last = last_lines.entry(id.clone()).or_default().clone();
                    let (ended, end) = oneshot::channel();
                    followed.insert(id.clone(), end);
                    let following = follow_log(engine.clone(), id.clone(), part.clone(), recorder.clone(), last);
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
                if let Some(end) = followed.remove(&id) {
                    let _ = tokio::time::timeout(LOG_ENDS, end).await;
                }
                State::Exited { code: attributes.get("exitCode").and_then(|code| code.parse().ok()).unwrap_or(-1) }
            }
            "destroy" => State::Removed,
            action => {
                if let Some(status) = action.strip_prefix("health_status: ") {
                    recorder.record(What::Health { part, status: status.to_owned() });
                }
                continue;
            }
        };
        let state = together.state(&part, &id, state);
        recorder.record(What::Container { part, state });
    }
}

/// The containers that run, by part. A part can have two: while a new one is tried, the old one serves.
#[derive(Default)]
struct Together(HashMap<String, Vec<(String, State)>>);

impl Together {
    /// What a part is now that one of its containers is in a new state: it runs as long as any of them does.
    fn state(&mut self, part: &str, id: &str, state: State) -> State {
        let running = self.0.entry(part.to_owned()).or_default();
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

/// When the last line of standard output and of standard error was written. Each has a clock of its own: the engine dates them apart,
/// and can deliver the later one first.
#[derive(Debug, Default, Clone)]
struct LastLines([String; 2]);

async fn follow_log(engine: Engine, id: String, part: String, recorder: Recorder, last: Arc<Mutex<LastLines>>) {
    let options = LogsOptionsBuilder::new().follow(true).stdout(true).stderr(true).timestamps(true).build();
    let mut stream = engine.docker().logs(&id, Some(options));
    // After a restart the engine tells the whole log again.
    let told = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut pending: [Vec<u8>; 2] = Default::default();
    let mut lines = 0;
    while let Some(Ok(output)) = stream.next().await {
        let which = usize::from(matches!(output, LogOutput::StdErr { .. }));
        let (Some(buffer), Some(told)) = (pending.get_mut(which), told.0.get(which)) else { continue };
        buffer.extend_from_slice(&output.into_bytes());
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let (time, text) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
            if time <= told.as_str() {
                continue;
            }
            if let Some(last) = last.lock().unwrap_or_else(PoisonError::into_inner).0.get_mut(which) {
                time.clone_into(last);
            }
            let line = serde_json::from_str::<Line>(text).ok();
            recorder.record(What::Log { part: part.clone(), text: clean(text), line });
            lines += 1;
        }
        if buffer.len() > LONGEST_LINE {
            buffer.truncate(LONGEST_LINE);
        }
        if lines > MOST_LINES {
            recorder
                .record(What::Trouble { message: format!("{part} logged more than {MOST_LINES} lines; the rest is not read") });
            return;
        }
    }
}

/// Without control characters: a part's log must not move our terminal's cursor, nor a build's.
pub(crate) fn clean(text: &str) -> String {
    text.chars().take(LONGEST_LINE).map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
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
