//! An Envoy's hosts of a cluster, by its admin interface: those that it uses (`/clusters`), or what its control plane has told it
//! (`/config_dump`). <https://www.envoyproxy.io/docs/envoy/v1.40.0/operations/admin>.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use relapse_wire::members::Server;
use serde_json::Value;

use super::{Tell, page, server};

const EVERY: Duration = Duration::from_millis(100);

/// Which of its two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// What it uses, with the health that it sees.
    Clusters,
    /// What it was told.
    ConfigDump,
}

#[derive(clap::Args)]
pub(crate) struct Options {
    cluster: String,
    /// The admin interface.
    #[arg(default_value = "http://127.0.0.1:9901")]
    url: String,
}

pub(super) async fn read(options: &Options, from: From, tell: &Tell) -> anyhow::Result<()> {
    let path = match from {
        From::Clusters => "/clusters?format=json",
        From::ConfigDump => "/config_dump?include_eds",
    };
    let servers = |text: &str| {
        let answer = serde_json::from_str(text)?;
        match from {
            From::Clusters => used(&answer, &options.cluster),
            From::ConfigDump => dumped(&answer, &options.cluster),
        }
    };
    page::read(&format!("{}{path}", options.url.trim_end_matches('/')), EVERY, servers, tell).await
}

fn used(answer: &Value, cluster: &str) -> anyhow::Result<Vec<Server>> {
    let all = array(answer, "/cluster_statuses");
    // Until it is told of the cluster, there is none.
    let Some(own) = all.iter().find(|one| one["name"] == cluster) else { return Ok(Vec::new()) };
    let one = |host: &Value| {
        let (listed, state) = state(&host["health_status"]);
        Ok(server(address(&host["address"])?, listed, &state))
    };
    array(own, "/host_statuses").iter().map(one).collect()
}

fn dumped(answer: &Value, cluster: &str) -> anyhow::Result<Vec<Server>> {
    // Those of a cluster that its own configuration has are among the static ones, also where a control plane tells them.
    let kinds = ["/dynamic_endpoint_configs", "/static_endpoint_configs"];
    let configs = array(answer, "/configs").iter().flat_map(|config| kinds.iter().flat_map(|kind| array(config, kind)));
    let own = configs.map(|config| &config["endpoint_config"]).filter(|config| config["cluster_name"] == cluster);
    let endpoints = own.flat_map(|config| array(config, "/endpoints")).flat_map(|locality| array(locality, "/lb_endpoints"));
    endpoints.map(|one| Ok(server(address(&one["endpoint"]["address"])?, true, "told"))).collect()
}

fn array<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn address(value: &Value) -> anyhow::Result<SocketAddr> {
    let socket = &value["socket_address"];
    let ip = socket["address"].as_str().and_then(|text| text.parse::<IpAddr>().ok());
    let port = socket["port_value"].as_u64().and_then(|port| port.try_into().ok());
    ip.zip(port).map(SocketAddr::from).with_context(|| format!("{value} is no address of a socket"))
}

/// Whether a host is to be used, and its state: what the control plane says of it unless that it is well, and its flags that are set
/// (`failed_active_health_check`, …); or `healthy`. Envoy sends nothing to one that is `unhealthy` or `timeout` by its control plane.
fn state(health: &Value) -> (bool, String) {
    let told = health["eds_health_status"].as_str().filter(|word| !matches!(*word, "UNKNOWN" | "HEALTHY"));
    let flags = health.as_object().into_iter().flatten().filter(|(_, value)| **value == Value::Bool(true));
    let known: Vec<String> = told.map(str::to_lowercase).into_iter().chain(flags.map(|(name, _)| name.clone())).collect();
    let is_out = matches!(told, Some("UNHEALTHY" | "TIMEOUT"));
    (!is_out, if known.is_empty() { "healthy".into() } else { known.join(" ") })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(port: u16) -> Value {
        json!({ "socket_address": { "address": "10.0.0.1", "port_value": port } })
    }

    #[test]
    fn hosts_that_envoy_uses_have_the_health_that_it_sees() {
        let host = |port, health: Value| json!({ "address": at(port), "health_status": health });
        let well = host(1, json!({ "eds_health_status": "HEALTHY" }));
        let ill = host(2, json!({ "failed_active_health_check": true, "eds_health_status": "HEALTHY" }));
        let answer = json!({ "cluster_statuses": [{ "name": "xds" }, { "name": "webapp", "host_statuses": [well, ill] }] });
        let servers = used(&answer, "webapp").unwrap();
        let states: Vec<(u16, &str)> = servers.iter().map(|one| (one.address.port(), one.state.as_str())).collect();
        assert_eq!(states, [(1, "healthy"), (2, "failed_active_health_check")]);
        assert!(used(&answer, "other").unwrap().is_empty());
    }

    #[test]
    fn what_envoy_was_told_is_in_its_dump() {
        let endpoint = |port| json!({ "endpoint": { "address": at(port) } });
        let config = json!({ "endpoint_config": {
            "cluster_name": "webapp", "endpoints": [{ "lb_endpoints": [endpoint(1), endpoint(2)] }],
        } });
        let answer = json!({ "configs": [{ "bootstrap": {} }, { "dynamic_endpoint_configs": [config] }] });
        let ports: Vec<u16> = dumped(&answer, "webapp").unwrap().iter().map(|one| one.address.port()).collect();
        assert_eq!(ports, [1, 2]);
    }

    #[test]
    fn a_host_without_an_address_is_told_and_not_left_out() {
        let answer = json!({ "cluster_statuses": [{ "name": "webapp", "host_statuses": [{ "address": { "pipe": {} } }] }] });
        assert!(used(&answer, "webapp").unwrap_err().to_string().contains("no address of a socket"));
    }
}
