//! Asks a Prometheus of the lab a question in PromQL, from beside it: whatever its image has, and on whatever it listens.

use relapse_model::timeline::Record;
use relapse_wire::promql::Answer;

use super::error::ActError;
use crate::lab::Lab;
use relapse_engine::exec;

/// Where Prometheus listens unless told otherwise.
const URL: &str = "http://127.0.0.1:9090";

impl Lab {
    /// Asks once, and writes the answer on the timeline.
    ///
    /// # Errors
    /// When nobody answered at Prometheus' port, or Prometheus did not understand the question.
    pub async fn query(&self, service: &str, expression: &str) -> Result<(), ActError> {
        let helper = self.helper(service).await?;
        let output = exec::run(&self.engine, &helper, &["/relapse-agent", "promql", URL, expression], &[], b"").await?;
        let answer: Answer = serde_json::from_str(output.stdout.trim()).map_err(|_| {
            ActError::new(format!(
                "no Prometheus answered at {URL} of {service}: {} {}",
                output.stdout.trim(),
                output.stderr.trim()
            ))
        })?;
        if let Some(why) = &answer.error {
            return Err(ActError::new(format!("{service} did not answer `{expression}`: {why}")));
        }
        self.recorder.record(Record::Queried { service: service.to_owned(), answer });
        Ok(())
    }
}
