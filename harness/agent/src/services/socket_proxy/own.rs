//! Which run this is: the labels of the proxy's own container, found by its host name, which Docker sets to the container's id.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use axum::body::Body;
use hyper::{Request, StatusCode};
use serde::Deserialize;

use relapse_service::unix_http;

/// A run's label.
const RUN: &str = "relapse.run";
const PROJECT: &str = "com.docker.compose.project";
/// What says whose something is: these go on whatever is created, as the lab puts them on what it makes itself.
const STAMPS: [&str; 6] = [RUN, PROJECT, "relapse.pid", "relapse.host", "relapse.scenario", "relapse.started"];

/// The most an answer about one object of the engine may have, in bytes.
pub(super) const MAX_INSPECTED: usize = 4 << 20;

/// The proxy's own container.
#[derive(Debug)]
pub(super) struct Own {
    /// Its whole id.
    pub(super) id: String,
    /// The label, and its value, that whatever may be touched carries.
    pub(super) run: (String, String),
    /// The labels that whatever is created gets.
    pub(super) stamps: BTreeMap<String, String>,
}

impl Own {
    /// Whether something with these labels belongs to the same run.
    pub(super) fn owns(&self, labels: &BTreeMap<String, String>) -> bool {
        labels.get(&self.run.0) == Some(&self.run.1)
    }
}

/// What of a container's inspection is needed here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Container {
    pub(super) id: String,
    pub(super) config: Config,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Config {
    #[serde(default)]
    pub(super) labels: Option<BTreeMap<String, String>>,
}

/// # Errors
/// When the engine does not answer, this is no container, or its container has no label of a run.
pub(super) async fn find(upstream: &Path) -> anyhow::Result<Own> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").context("reading this machine's host name")?;
    let name = name.trim();
    let path = format!("/containers/{name}/json");
    let answer = unix_http::send(upstream, Request::get(&path).header("Host", "docker").body(Body::empty())?).await?;
    let status = answer.status();
    let body = unix_http::read(answer.into_body(), MAX_INSPECTED).await?;
    if status != StatusCode::OK {
        bail!(
            "the engine answered {status} to GET {path}: the socket proxy must run in a container whose host name is its id; \
             it learns from its own labels which run it serves"
        );
    }
    let container: Container = serde_json::from_slice(&body).context("reading the inspection of the own container")?;
    of(container.id, container.config.labels.unwrap_or_default())
}

fn of(id: String, labels: BTreeMap<String, String>) -> anyhow::Result<Own> {
    let Some(run) = [RUN, PROJECT].iter().find_map(|name| labels.get_key_value(*name)) else {
        bail!(
            "this container ({id:.12}) has neither the label {RUN} nor {PROJECT}, so there is no run to restrict the Docker \
             API to; start it by `relapse` or by `docker compose`, or give it `--label {RUN}=NAME`"
        );
    };
    let run = (run.0.clone(), run.1.clone());
    let stamps = labels.into_iter().filter(|(name, _)| STAMPS.contains(&name.as_str())).collect();
    Ok(Own { id, run, stamps })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An own container of the run `r1`.
    pub(in super::super) fn own() -> Own {
        let labels = [(RUN, "r1"), ("relapse.pid", "7"), (PROJECT, "trap"), ("com.docker.compose.service", "docker-api")];
        of("0123456789abcdef".into(), labels.map(|(name, value)| (name.into(), value.into())).into()).unwrap()
    }

    #[test]
    fn labels_of_the_run_are_stamped_and_no_others() {
        let own = own();
        assert_eq!(own.run, (RUN.into(), "r1".into()));
        let names: Vec<&String> = own.stamps.keys().collect();
        assert_eq!(names, [PROJECT, "relapse.pid", RUN]);
    }

    #[test]
    fn a_compose_project_is_a_run() {
        let own = of("1".into(), [(PROJECT.into(), "trap".into())].into()).unwrap();
        assert!(own.owns(&[(PROJECT.into(), "trap".into())].into()));
        assert!(!own.owns(&[(PROJECT.into(), "other".into())].into()));
        assert!(!own.owns(&BTreeMap::new()));
    }

    #[test]
    fn without_a_label_it_refuses_to_start() {
        let error = of("0123456789abcdef".into(), BTreeMap::new()).expect_err("no label").to_string();
        assert!(error.contains("neither the label relapse.run nor com.docker.compose.project"), "{error}");
    }
}
