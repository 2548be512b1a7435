//! Asks what a name means to a service, with that service's own resolver.

use relapse_model::timeline::Record;
use relapse_wire::resolve::Resolution;

use super::error::ActError;
use crate::lab::Lab;
use relapse_engine::exec;

impl Lab {
    /// Asks once, and writes the answer on the timeline.
    ///
    /// # Errors
    /// When the question could not be asked.
    pub async fn resolve(&self, name: &str, from: &str) -> Result<(), ActError> {
        let helper = self.helper(from).await?;
        let output = exec::run(&self.engine, &helper, &["/relapse-agent", "resolve", name], &[], b"").await?;
        let resolution: Resolution = serde_json::from_str(output.stdout.trim()).map_err(|error| {
            ActError::new(format!(
                "asked for {name}, the helper beside {from} said no resolution ({error}): {} {}",
                output.stdout, output.stderr
            ))
        })?;
        self.recorder.record(Record::Resolved { service: from.to_owned(), resolution });
        Ok(())
    }
}
