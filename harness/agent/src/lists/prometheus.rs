//! A Prometheus' targets of a job, by its API, with the health that it sees:
//! <https://prometheus.io/docs/prometheus/latest/querying/api/#targets>.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, ensure};
use relapse_wire::members::Server;
use reqwest::Url;
use serde::Deserialize;

use super::{Tell, page, server};

const EVERY: Duration = Duration::from_millis(200);

#[derive(clap::Args)]
pub(crate) struct Options {
    job: String,
    #[arg(default_value = "http://127.0.0.1:9090")]
    url: String,
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    active_targets: Vec<Target>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    scrape_pool: String,
    scrape_url: Url,
    health: String,
}

pub(super) async fn read(options: &Options, tell: &Tell) -> anyhow::Result<()> {
    let url = format!("{}/api/v1/targets?state=active", options.url.trim_end_matches('/'));
    page::read(&url, EVERY, |text| targets(text, &options.job), tell).await
}

fn targets(text: &str, job: &str) -> anyhow::Result<Vec<Server>> {
    let answer: Answer = serde_json::from_str(text)?;
    let own = answer.data.active_targets.iter().filter(|target| target.scrape_pool == job);
    own.map(|target| Ok(server(address(&target.scrape_url)?, true, &target.health))).collect()
}

fn address(url: &Url) -> anyhow::Result<SocketAddr> {
    // A name would have to be resolved as Prometheus does it.
    let ip = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
    ensure!(ip.is_some(), "the target {url} has no address but a name");
    let port = url.port_or_known_default();
    ip.zip(port).map(SocketAddr::from).with_context(|| format!("the target {url} has no port"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(job: &str, url: &str, health: &str) -> serde_json::Value {
        json!({ "scrapePool": job, "scrapeUrl": url, "health": health, "labels": {} })
    }

    fn answer(targets: &[serde_json::Value]) -> String {
        json!({ "status": "success", "data": { "activeTargets": targets, "droppedTargets": [] } }).to_string()
    }

    #[test]
    fn the_targets_of_one_job_have_the_health_that_prometheus_sees() {
        let own = target("webapp", "http://10.0.0.1:8080/metrics", "up");
        let down = target("webapp", "http://10.0.0.2/metrics", "down");
        let text = answer(&[target("lists", "http://lb-1:9102/metrics", "up"), own, down]);
        let seen: Vec<(String, String)> =
            targets(&text, "webapp").unwrap().into_iter().map(|one| (one.address.to_string(), one.state)).collect();
        assert_eq!(seen, [("10.0.0.1:8080", "up"), ("10.0.0.2:80", "down")].map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert!(targets(&text, "other").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_address_is_told_and_not_left_out() {
        let error = targets(&answer(&[target("lists", "http://lb-1:9102/metrics", "up")]), "lists").unwrap_err();
        assert!(error.to_string().contains("lb-1"), "{error}");
        assert!(targets("<html>", "lists").is_err());
    }
}
