//! Consul: the instances of a service in every state, of one tag, and a question that is held until something changes.

use serde_json::{Value, json};

use crate::access::http;
use crate::agent::Members;
use crate::image::{Image, Release, Server, Setup, until};

/// Debian has no later one.
pub(crate) const RELEASES: &[Release] = &[Release::new("1.8", "relapse-consul", &[])];

const CONFIGURATION: &str = r#"{
  "server": true, "bootstrap_expect": 1, "bind_addr": "127.0.0.1", "client_addr": "0.0.0.0",
  "performance": { "raft_multiplier": 1 }, "disable_update_check": true, "log_level": "DEBUG",
  "services": [
    { "id": "well", "name": "webapp", "address": "10.0.0.1", "port": 8080, "tags": ["zone-a"],
      "check": { "id": "well", "ttl": "10m", "status": "passing" } },
    { "id": "ill", "name": "webapp", "address": "10.0.0.2", "port": 8080, "tags": ["zone-b"],
      "checks": [{ "id": "ill", "ttl": "10m", "status": "critical" }, { "id": "other", "ttl": "10m", "status": "passing" }] },
    { "id": "at-its-node", "name": "webapp", "port": 8081 },
    { "id": "another", "name": "other", "address": "10.0.0.9", "port": 8080 }
  ]
}"#;

const WELL: &str = "10.0.0.1:8080 passing";
const ILL: &str = "(10.0.0.2:8080 critical)";
/// A service without an address of its own.
const NODE: &str = "127.0.0.1:8081 passing";

pub(crate) async fn test(image: Image) {
    let server =
        image.start(Setup { files: &[("/etc/consul/server.json", CONFIGURATION)], ports: &[8500], ..Setup::default() }).await;
    let url = format!("http://{}", server.at(8500).await);
    let mut members = Members::of(&["consul", "webapp", &url]);
    members.have(&[WELL, ILL, NODE]).await;
    Members::of(&["consul", "webapp", &url, "--tag", "zone-b"]).have(&[ILL]).await;
    Members::of(&["consul", "unknown", &url]).have(&[]).await;
    held(&server, &mut members).await;

    put(&url, "agent/check/warn/well", Value::Null).await;
    members.have(&["(10.0.0.1:8080 warning)", ILL, NODE]).await;
    put(&url, "agent/check/pass/ill", Value::Null).await;
    members.have(&["(10.0.0.1:8080 warning)", "10.0.0.2:8080 passing", NODE]).await;
    put(&url, "agent/service/deregister/well", Value::Null).await;
    members.have(&["10.0.0.2:8080 passing", NODE]).await;
    put(&url, "agent/service/register", json!({ "ID": "new", "Name": "webapp", "Address": "10.0.0.3", "Port": 8080 })).await;
    members.have(&["10.0.0.2:8080 passing", "10.0.0.3:8080 passing", NODE]).await;
    put(&url, "agent/maintenance?enable=true", Value::Null).await;
    members.have(&["(10.0.0.2:8080 critical)", "(10.0.0.3:8080 critical)", "(127.0.0.1:8081 critical)"]).await;
    server.stop().await;
    members.fail("asking http://").await;
}

/// While nothing changes, Consul is asked who leads, and the question for the instances is open: it ends in no log line.
async fn held(server: &Server, members: &mut Members) {
    let asked = async || {
        let log = server.log().await;
        let with = |path: &str| log.lines().filter(|line| line.contains("Request finished") && line.contains(path)).count();
        (with("url=/v1/health/service/webapp?index="), with("url=/v1/status/leader"))
    };
    let (before, beats) = asked().await;
    members.stay().await;
    let (after, _) = until(async || Some(asked().await).filter(|(_, now)| *now >= beats + 3)).await.unwrap();
    assert!(after <= before + 1, "{before} answers about the instances, then {after}, and nothing had changed");
}

async fn put(url: &str, path: &str, body: Value) {
    let request = http().put(format!("{url}/v1/{path}")).json(&body);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
}
