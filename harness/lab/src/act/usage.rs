//! Asks the engine what a service uses of its machine: processor, throttling by its limit, memory.

use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::StreamExt;
use relapse_model::timeline::{Record, Usage};

use super::error::ActError;
use crate::lab::Lab;
use relapse_engine::in_full;

impl Lab {
    /// Asks once, and writes the answer on the timeline.
    ///
    /// # Errors
    /// When the engine did not say.
    pub async fn usage(&self, service: &str) -> Result<(), ActError> {
        let container = self.find(service).await?;
        let options = StatsOptionsBuilder::new().stream(false).one_shot(true).build();
        let answer = self.engine.docker().stats(&container, Some(options)).next().await;
        let stats = match answer {
            Some(Ok(stats)) => stats,
            Some(Err(error)) => return Err(ActError::new(format!("{service}: {}", in_full(&error)))),
            None => return Err(ActError::new(format!("the engine said nothing about what {service} uses"))),
        };
        let processor = stats.cpu_stats.unwrap_or_default();
        let throttling = processor.throttling_data.unwrap_or_default();
        #[expect(clippy::cast_precision_loss)]
        let usage = Usage {
            periods: throttling.periods.unwrap_or_default(),
            throttled_periods: throttling.throttled_periods.unwrap_or_default(),
            cpu_seconds: processor.cpu_usage.and_then(|usage| usage.total_usage).unwrap_or_default() as f64 / 1e9,
            memory_bytes: stats.memory_stats.and_then(|memory| memory.usage).unwrap_or_default(),
        };
        self.recorder.record(Record::Used { service: service.to_owned(), usage });
        Ok(())
    }
}
