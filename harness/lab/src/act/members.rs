//! Reads the lists of every tier all along, from the beginning of a lab to its end, and writes what they have on the timeline.

use std::time::Duration;

use relapse_model::timeline::{Record, Timeline};
use relapse_model::topology::Command;
use relapse_wire::members::Reading;

use crate::lab::Lab;
use crate::recorder::Recorder;
use crate::tab::{Lines, Tab};
use crate::wait;
use relapse_engine::Engine;
use relapse_engine::exec;

/// A list is read for the first time within this.
const READ_WITHIN: Duration = Duration::from_secs(10);

impl Lab {
    /// Begins to read, and returns once each was read for the first time, or could not be: steps act on a lab that is not in the middle of
    /// something. One that cannot be read is no evidence. Lists whose reader is not raised, for a profile's sake, are not read.
    pub async fn read_lists(&self) {
        let mut begun = Vec::new();
        for (tier, declared) in &self.topology.tiers {
            for (service, Command { service: reader, command }) in &declared.lists {
                if !self.runs(reader) {
                    continue;
                }
                let reading = read(
                    self.engine.clone(),
                    self.recorder.clone(),
                    (reader.clone(), self.container(reader)),
                    command.clone(),
                    (tier.clone(), service.clone()),
                );
                self.tabs.lock().await.insert(format!("{tier} in {service} (read)"), Tab::of(reading));
                begun.push((tier, service));
            }
        }
        let heard =
            |timeline: &Timeline| begun.iter().all(|(tier, service)| timeline.membership(tier, service).is_some()).then_some(());
        // What takes longer is told by nobody, and so is no evidence.
        let _ = wait::until(&self.recorder, READ_WITHIN.mul_f64(self.patience.max(1.0)), heard).await;
    }
}

/// Reads a list to the lab's end, beginning anew each time that its reader is started again.
async fn read(
    engine: Engine,
    recorder: Recorder,
    (reader, container): (String, String),
    command: Vec<String>,
    (tier, service): (String, String),
) {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    let tell = |reading| recorder.record(Record::Members { tier: tier.clone(), service: service.clone(), reading });
    loop {
        let why = match exec::start(&engine, &container, &words, &[], b"").await {
            Ok(running) => {
                let mut lines = Lines::unclosed(running);
                while let Some(line) = lines.next().await {
                    let told = serde_json::from_str(&line);
                    tell(
                        told.unwrap_or_else(|error| Reading::Failed(format!("its reader said something else ({error}): {line}"))),
                    );
                }
                lines.ended_by_itself().unwrap_or_default()
            }
            Err(error) => error.to_string(),
        };
        tell(Reading::Failed(format!("its reader ended: {why}")));
        wait::next_sample().await;
        wait::running(&recorder, &reader).await;
    }
}
