//! Follows what the containers of a lab do and say: the engine's events become states, their logs become lines.

use std::collections::HashMap;
use std::net::IpAddr;

use bollard::container::LogOutput;
use bollard::query_parameters::{EventsOptionsBuilder, LogsOptionsBuilder};
use futures_util::StreamExt;
use relapse_model::timeline::{State, What};
use relapse_model::wire::log::Line;
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::label::{self, RunId};
use crate::recorder::Recorder;

/// Longer lines of a log are cut: a part under test can write without end.
const LONGEST_LINE: usize = 16 * 1024;
/// A part's log is followed for so many lines.
const MOST_LINES: usize = 200_000;

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
    let mut last_line: HashMap<String, std::sync::Arc<std::sync::Mutex<String>>> = HashMap::new();
    while let Some(event) = stream.next().await {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                recorder.record(What::Trouble { message: format!("the engine's events ended: {error}") });
                return;
            }
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
                    let last = last_line.entry(id.clone()).or_default().clone();
                    logs.spawn(follow_log(engine.clone(), id.clone(), part.clone(), recorder.clone(), last));
                }
                running(&engine, &id).await
            }
            "pause" => State::Paused,
            "die" => State::Exited { code: attributes.get("exitCode").and_then(|code| code.parse().ok()).unwrap_or(-1) },
            "destroy" => State::Removed,
            action => {
                if let Some(status) = action.strip_prefix("health_status: ") {
                    recorder.record(What::Health { part, status: status.to_owned() });
                }
                continue;
            }
        };
        recorder.record(What::Container { part, state });
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

async fn follow_log(
    engine: Engine,
    id: String,
    part: String,
    recorder: Recorder,
    last: std::sync::Arc<std::sync::Mutex<String>>,
) {
    let options = LogsOptionsBuilder::new().follow(true).stdout(true).stderr(true).timestamps(true).build();
    let mut stream = engine.docker().logs(&id, Some(options));
    let mut pending: HashMap<bool, Vec<u8>> = HashMap::new();
    let mut lines = 0;
    while let Some(Ok(output)) = stream.next().await {
        let is_error = matches!(output, LogOutput::StdErr { .. });
        let buffer = pending.entry(is_error).or_default();
        buffer.extend_from_slice(&output.into_bytes());
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            if let Some(text) = unseen(&String::from_utf8_lossy(&line), &last) {
                let line = serde_json::from_str::<Line>(&text).ok();
                recorder.record(What::Log { part: part.clone(), text: clean(&text), line });
                lines += 1;
            }
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

/// The line without its time, unless it was read before the container was started again.
fn unseen(line: &str, last: &std::sync::Mutex<String>) -> Option<String> {
    let (time, text) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
    let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if time < last.as_str() {
        return None;
    }
    time.clone_into(&mut last);
    Some(text.to_owned())
}

/// Without control characters: a part's log must not move our terminal's cursor.
fn clean(text: &str) -> String {
    text.chars().take(LONGEST_LINE).map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}
