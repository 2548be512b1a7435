//! `/metrics`, for Prometheus: runs by outcome, and when the last one succeeded.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus::{Gauge, IntCounterVec, Opts, Registry, TextEncoder};

use super::Daemon;
use crate::common::log;

pub(super) struct Metrics {
    registry: Registry,
    runs: IntCounterVec,
    last_success: Gauge,
}

impl Metrics {
    /// # Errors
    /// When two of them have one name.
    pub(super) fn new() -> anyhow::Result<Self> {
        let metrics = Self {
            registry: Registry::new(),
            runs: IntCounterVec::new(Opts::new("sync_runs_total", "Runs of the program."), &["outcome"])?,
            last_success: Gauge::new("sync_last_success_timestamp_seconds", "When a run last succeeded, in Unix time.")?,
        };
        // From the beginning, so that the first failure is an increase and not a new series.
        for success in [true, false] {
            metrics.runs.with_label_values(&[outcome(success)]);
        }
        metrics.registry.register(Box::new(metrics.runs.clone()))?;
        Ok(metrics)
    }

    pub(super) fn ran(&self, success: bool) {
        self.runs.with_label_values(&[outcome(success)]).inc();
        if success {
            self.last_success.set(log::now());
            // Not before: 0 would be 1970, and an alert. Later ones are refused, since it is there.
            let _ = self.registry.register(Box::new(self.last_success.clone()));
        }
    }
}

fn outcome(success: bool) -> &'static str {
    if success { "success" } else { "failure" }
}

pub(super) async fn answer(State(daemon): State<Arc<Daemon>>) -> Response {
    match TextEncoder::new().encode_to_string(&daemon.metrics.registry.gather()) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_from_0_and_a_success_has_a_time_once_there_was_one() {
        let metrics = Metrics::new().unwrap();
        let text = || TextEncoder::new().encode_to_string(&metrics.registry.gather()).unwrap();
        assert!(text().contains(r#"sync_runs_total{outcome="failure"} 0"#), "{}", text());
        metrics.ran(false);
        assert!(!text().contains("sync_last_success"), "{}", text());
        metrics.ran(true);
        metrics.ran(true);
        assert!(
            text().contains("sync_last_success_timestamp_seconds") && text().contains(r#"{outcome="success"} 2"#),
            "{}",
            text()
        );
    }
}
