//! `/metrics`, for Prometheus: requests by path and status, how long they took, and what the process uses.

use std::time::Instant;

use anyhow::Context;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus::{Counter, Gauge, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use std::sync::Arc;

use super::Traq;

/// What was counted since the start.
pub(super) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    processor: Counter,
    memory: Gauge,
}

impl Metrics {
    /// # Errors
    /// When two of them have one name.
    pub(super) fn new() -> anyhow::Result<Self> {
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(Opts::new("http_requests_total", "Requests answered."), &["path", "code"])?,
            durations: HistogramVec::new(
                HistogramOpts::new("http_request_duration_seconds", "Seconds until the answer began."),
                &["path"],
            )?,
            processor: Counter::new("process_cpu_seconds_total", "Processor time used, in seconds.")?,
            memory: Gauge::new("process_resident_memory_bytes", "Resident memory, in bytes.")?,
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.durations.clone()))?;
        metrics.registry.register(Box::new(metrics.processor.clone()))?;
        metrics.registry.register(Box::new(metrics.memory.clone()))?;
        Ok(metrics)
    }

    fn answered(&self, path: &str, status: StatusCode, seconds: f64) {
        self.requests.with_label_values(&[path, status.as_str()]).inc();
        self.durations.with_label_values(&[path]).observe(seconds);
    }

    fn text(&self) -> anyhow::Result<String> {
        // Never below what was read before: a counter does not go back.
        self.processor.inc_by((processor_seconds()? - self.processor.get()).max(0.0));
        self.memory.set(resident_bytes()?);
        Ok(TextEncoder::new().encode_to_string(&self.registry.gather())?)
    }
}

/// Middleware: counts what every request came to. A path that is no route is counted as `other`, so that nobody makes up labels.
pub(super) async fn count(State(traq): State<Arc<Traq>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let path = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    traq.metrics.answered(&path, response.status(), began.elapsed().as_secs_f64());
    response
}

/// `GET /metrics`.
pub(super) async fn metrics(State(traq): State<Arc<Traq>>) -> Response {
    match traq.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            eprintln!("traq: no metrics: {error:#}");
            super::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
        }
    }
}

/// What this process has had of processors.
fn processor_seconds() -> anyhow::Result<f64> {
    super::cost::clock(libc::CLOCK_PROCESS_CPUTIME_ID).map(|time| time.as_secs_f64())
}

/// The second number of `/proc/self/statm` is pages of resident memory (proc(5)).
#[expect(clippy::cast_precision_loss)]
fn resident_bytes() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/self/statm").context("reading /proc/self/statm")?;
    let pages = text.split_whitespace().nth(1).context("/proc/self/statm has no second number")?;
    Ok((pages.parse::<u64>()? * super::cost::PAGE_BYTES as u64) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_is_told_by_path_and_status() {
        let metrics = Metrics::new().unwrap();
        metrics.answered("/login", StatusCode::OK, 0.02);
        metrics.answered("/login", StatusCode::OK, 3.0);
        metrics.answered("other", StatusCode::NOT_FOUND, 0.001);
        let text = metrics.text().unwrap();
        for line in [
            r#"http_requests_total{code="200",path="/login"} 2"#,
            r#"http_requests_total{code="404",path="other"} 1"#,
            r#"http_request_duration_seconds_bucket{path="/login",le="0.025"} 1"#,
            r#"http_request_duration_seconds_count{path="/login"} 2"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
        }
        let of = |name: &str| -> f64 {
            let line = metrics.text().unwrap().lines().find(|line| line.starts_with(name)).unwrap().to_owned();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        assert!(of("process_resident_memory_bytes ") > 1e5);
        let before = of("process_cpu_seconds_total ");
        std::hint::black_box((0..2_000_000_u64).fold(0, |sum: u64, number| sum.wrapping_mul(31).wrapping_add(number)));
        assert!(of("process_cpu_seconds_total ") > before);
    }
}
