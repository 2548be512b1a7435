//! What the containers of this run use, as Prometheus reads it: asked of the engine, over the socket proxy, when Prometheus asks.
//! The names are cAdvisor's (github.com/google/cadvisor, docs/storage/prometheus.md), so that known expressions work, and each figure has
//! the time when it was read, as cAdvisor's have: an engine that is busy answers late, and a rate would count the wait as work.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::join_all;
use hyper::Request;
use prometheus::{CounterVec, GaugeVec, Opts, Registry, TextEncoder};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use relapse_service::{listen, log, unix_http};

/// As Compose and the lab name the service that a container is.
const SERVICE: &str = "com.docker.compose.service";
/// The most one answer of the engine may have, in bytes.
const MAX_ANSWER: usize = 4 << 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where it listens; figures are at `/metrics`.
    #[arg(long, env = "LISTEN", default_value = "0.0.0.0:9101")]
    listen: listen::Address,
    /// The Unix socket of the Docker API.
    #[arg(long, env = "DOCKER_API")]
    docker_api: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    id: String,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Stats {
    #[serde(default)]
    cpu_stats: Processor,
    #[serde(default)]
    memory_stats: Memory,
}

#[derive(Default, Deserialize)]
struct Processor {
    #[serde(default)]
    cpu_usage: Used,
    #[serde(default)]
    throttling_data: Throttling,
}

#[derive(Default, Deserialize)]
struct Used {
    /// Nanoseconds.
    #[serde(default)]
    total_usage: u64,
}

#[derive(Default, Deserialize)]
struct Throttling {
    #[serde(default)]
    periods: u64,
    #[serde(default)]
    throttled_periods: u64,
}

/// Bytes. A container without a limit has the machine's memory for one.
#[derive(Default, Deserialize)]
struct Memory {
    #[serde(default)]
    usage: u64,
    #[serde(default)]
    limit: u64,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the address cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let listener = options.listen.bind().await?;
    log::ready("exporter");
    let router = Router::new().route("/metrics", get(answer)).with_state(Arc::new(options.docker_api));
    listen::serve(listener, router).await
}

async fn answer(State(socket): State<Arc<PathBuf>>) -> Response {
    match figures(&socket).await {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            eprintln!("relapse-agent: no figures: {error:#}");
            (StatusCode::BAD_GATEWAY, format!("{error:#}\n")).into_response()
        }
    }
}

async fn figures(socket: &Path) -> anyhow::Result<String> {
    let running: Vec<Listed> = ask(socket, "/containers/json").await?;
    let all = join_all(running.iter().map(|container| async move {
        let stats = ask::<Stats>(socket, &format!("/containers/{}/stats?stream=false&one-shot=true", container.id)).await;
        (name(container), log::now(), stats)
    }))
    .await;
    // A container that is gone by now has no figures, and that is no fault of the others.
    let seen: Vec<(String, f64, Stats)> = all.into_iter().filter_map(|(name, at, stats)| Some((name, at, stats.ok()?))).collect();
    write(&seen)
}

/// The service's name; for a container that a service has made, its own.
fn name(container: &Listed) -> String {
    let own = || container.names.first().map_or(container.id.as_str(), |name| name.trim_start_matches('/'));
    container.labels.get(SERVICE).map_or_else(own, String::as_str).to_owned()
}

/// Name, seconds of Unix time when it was read, and figures.
#[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floating point")]
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of Unix time")]
fn write(seen: &[(String, f64, Stats)]) -> anyhow::Result<String> {
    let registry = Registry::new();
    let counter = |name: &str, help: &str| -> anyhow::Result<CounterVec> {
        let counter = CounterVec::new(Opts::new(name, help), &["name"])?;
        registry.register(Box::new(counter.clone()))?;
        Ok(counter)
    };
    let gauge = |name: &str, help: &str| -> anyhow::Result<GaugeVec> {
        let gauge = GaugeVec::new(Opts::new(name, help), &["name"])?;
        registry.register(Box::new(gauge.clone()))?;
        Ok(gauge)
    };
    let processor = counter("container_cpu_usage_seconds_total", "Processor time used, in seconds.")?;
    let periods = counter("container_cpu_cfs_periods_total", "The scheduler's periods in which a processor was wanted.")?;
    let throttled = counter("container_cpu_cfs_throttled_periods_total", "Those in which the limit held it up.")?;
    let memory = gauge("container_memory_usage_bytes", "Memory used, in bytes.")?;
    let limit = gauge("container_spec_memory_limit_bytes", "Memory that it may use, in bytes.")?;
    for (name, _, stats) in seen {
        let name = [name.as_str()];
        let cpu = &stats.cpu_stats;
        processor.with_label_values(&name).inc_by(cpu.cpu_usage.total_usage as f64 / 1e9);
        periods.with_label_values(&name).inc_by(cpu.throttling_data.periods as f64);
        throttled.with_label_values(&name).inc_by(cpu.throttling_data.throttled_periods as f64);
        memory.with_label_values(&name).set(stats.memory_stats.usage as f64);
        limit.with_label_values(&name).set(stats.memory_stats.limit as f64);
    }
    let mut families = registry.gather();
    for metric in families.iter_mut().flat_map(|family| family.mut_metric()) {
        let service = metric.get_label().first().map_or("", |label| label.value());
        if let Some((_, at, _)) = seen.iter().find(|(name, ..)| name == service) {
            metric.set_timestamp_ms((at * 1000.0) as i64);
        }
    }
    Ok(TextEncoder::new().encode_to_string(&families)?)
}

async fn ask<T: DeserializeOwned>(socket: &Path, path: &str) -> anyhow::Result<T> {
    let request = Request::get(path).header("Host", "docker").body(Body::empty())?;
    let answer = unix_http::send(socket, request).await?;
    let status = answer.status();
    let body = unix_http::read(answer.into_body(), MAX_ANSWER).await?;
    ensure!(status == StatusCode::OK, "the engine answered {status} to GET {path}: {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).with_context(|| format!("reading the engine's answer to GET {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_part_s_name() {
        let stats = r#"{"cpu_stats":{"cpu_usage":{"total_usage":1500000000},"throttling_data":{"periods":7,"throttled_periods":3,
            "throttled_time":1}},"memory_stats":{"usage":1024,"limit":4096,"stats":{}}}"#;
        let text = write(&[("traq".into(), 1.5, serde_json::from_str(stats).unwrap())]).unwrap();
        for line in [
            r#"container_cpu_usage_seconds_total{name="traq"} 1.5 1500"#,
            r#"container_cpu_cfs_periods_total{name="traq"} 7 1500"#,
            r#"container_cpu_cfs_throttled_periods_total{name="traq"} 3 1500"#,
            r#"container_memory_usage_bytes{name="traq"} 1024 1500"#,
            r#"container_spec_memory_limit_bytes{name="traq"} 4096 1500"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
        }
    }

    #[test]
    fn a_container_without_a_part_has_its_own_name() {
        let listed = |labels: &str| -> Listed {
            serde_json::from_str(&format!(r#"{{"Id":"1","Names":["/a.b.trap.show"],"Labels":{labels}}}"#)).unwrap()
        };
        assert_eq!(name(&listed("{}")), "a.b.trap.show");
        assert_eq!(name(&listed(r#"{"com.docker.compose.service":"traq"}"#)), "traq");
    }
}
