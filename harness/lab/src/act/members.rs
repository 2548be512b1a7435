//! Reads the lists of every tier all along, from the beginning of a lab to its end, and writes what they have on the timeline.

use relapse_model::timeline::What;
use relapse_model::topology::Command;
use relapse_model::wire::members::Reading;

use super::ActError;
use super::tab::{Lines, Tab};
use crate::exec;
use crate::raise::Lab;
use crate::recorder::Recorder;

impl Lab {
    /// Begins to read. Lists whose reader is not raised, for a profile's sake, are not read.
    ///
    /// # Errors
    /// When a reader could not be started.
    pub async fn read_lists(&self) -> Result<(), ActError> {
        for (tier, declared) in &self.topology.tiers {
            for (part, Command { part: reader, command }) in &declared.lists {
                if !self.runs(reader) {
                    continue;
                }
                let words: Vec<&str> = command.iter().map(String::as_str).collect();
                let running = exec::start(&self.engine, &self.container(reader), &words, &[], b"").await?;
                let list = (tier.clone(), part.clone());
                let tab = Tab::open(running, |lines| read(lines, self.recorder.clone(), list));
                self.tabs.lock().await.insert(format!("{tier} in {part} (read)"), tab);
            }
        }
        Ok(())
    }
}

async fn read(mut lines: Lines, recorder: Recorder, (tier, part): (String, String)) {
    while let Some(line) = lines.next().await {
        let reading = serde_json::from_str(&line)
            .unwrap_or_else(|error| Reading::Failed(format!("its reader said something else ({error}): {line}")));
        recorder.record(What::Members { tier: tier.clone(), part: part.clone(), reading });
    }
    let why = format!("its reader ended: {}", lines.errors());
    recorder.record(What::Members { tier, part, reading: Reading::Failed(why) });
}
