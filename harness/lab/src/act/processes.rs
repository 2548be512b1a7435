//! Asks the engine which processes a service runs.

use relapse_model::timeline::Record;

use super::error::ActError;
use crate::lab::Lab;
use relapse_engine::in_full;

/// The column of `ps -ef` with the command.
const COMMAND: &str = "CMD";

impl Lab {
    /// Asks once, and writes the answer on the timeline.
    ///
    /// # Errors
    /// When the engine did not say: the service does not run, or the engine's machine has no `ps`.
    pub async fn processes(&self, service: &str) -> Result<(), ActError> {
        let container = self.find(service).await?;
        let failed = |why: String| ActError::new(format!("which processes {service} runs: {why}"));
        let top = self.engine.docker().top_processes(&container, None).await.map_err(|error| failed(in_full(&error)))?;
        let column = top.titles.unwrap_or_default().iter().position(|title| title == COMMAND);
        let column = column.ok_or_else(|| failed(format!("the engine's list has no column {COMMAND}")))?;
        let commands = top.processes.unwrap_or_default().into_iter().filter_map(|row| row.into_iter().nth(column)).collect();
        self.recorder.record(Record::Processes { service: service.to_owned(), commands });
        Ok(())
    }
}
