//! HAProxy: the servers of a backend by its Runtime API, as they are checked, filled, drained, freed and added; and its access lines.

use std::net::SocketAddr;

use crate::access::{get, line};
use crate::agent::{self, Members};
use crate::image::{Image, Release, Server, Setup};

pub(crate) const RELEASES: &[Release] = &[
    Release::new("2.2", "relapse-haproxy:2.2", &[("SUITE", "bullseye"), ("RELEASE", "2.2")]),
    Release::new("2.6", "relapse-haproxy:2.6", &[("SUITE", "bookworm"), ("RELEASE", "2.6")]),
    Release::new("3.0", "relapse-haproxy:3.0", &[("SUITE", "trixie"), ("RELEASE", "3.0")]),
    Release::new("3.2", "relapse-haproxy:3.2", &[("SUITE", "sid"), ("RELEASE", "3.2")]),
];

const CONFIGURATION: &str = r#"
global
    log stdout format raw local0
    stats socket ipv4@0.0.0.0:9999 level admin
defaults
    mode http
    log global
    log-format '{"access":{"at":%Ts.%ms,"id":"","host":"%[var(txn.host)]","method":"%HM","path":"%HU","status":%ST,"upstream":"%si:%sp","session":"%tsc","retries":"%rc"}}'
    timeout connect 200ms
    timeout client 5s
    timeout server 5s
    retries 1
    option redispatch 1
frontend http
    bind :8080
    http-request set-var(txn.host) req.hdr(host)
    http-request return status 200 if { path /own }
    use_backend nobody if { path /nobody }
    default_backend retried
# Whoever is at 8001 answers, at 8002 is nobody.
listen well
    bind :8001
    no log
    http-request return status 200 content-type text/plain string well
backend retried
    balance first
    server gone 127.0.0.1:8002
    server there 127.0.0.2:8001
backend nobody
    server gone 127.0.0.1:8002 disabled
backend webapp
    balance roundrobin
    default-server check inter 100ms fall 1 rise 1
    server up 127.0.0.1:8001
    server down 127.0.0.1:8002
    server off 127.0.0.3:8001 disabled
    server-template slot 1-2 0.0.0.0:8001 disabled
"#;

const UP: &str = "127.0.0.1:8001 up";
const DOWN: &str = "127.0.0.1:8002 down";
const OFF: &str = "(127.0.0.3:8001 maintenance)";

pub(crate) async fn test(image: Image) {
    let server = image
        .start(Setup { files: &[("/etc/haproxy/haproxy.cfg", CONFIGURATION)], ports: &[9999, 8080], ..Setup::default() })
        .await;
    let api = server.at(9999).await.to_string();
    let mut members = Members::of(&["haproxy", "webapp", &api]);
    members.have(&[UP, DOWN, OFF]).await;
    members.stay().await;
    slots(&mut members, &api).await;
    if image.version != "2.2" {
        added(&mut members, &api).await;
    }
    lines(&server, server.at(8080).await).await;
    Members::of(&["haproxy", "unknown", &api]).fail("Can't find backend").await;
    server.stop().await;
    members.fail("HAProxy's Runtime API at").await;
}

/// A slot without an address is nobody; it is filled and freed, and a server is drained.
async fn slots(members: &mut Members, api: &str) {
    commands(api, &["set server webapp/slot1 addr 127.0.0.4 port 8001", "set server webapp/slot1 state ready"]).await;
    members.have(&[UP, DOWN, OFF, "127.0.0.4:8001 up"]).await;
    commands(api, &["set server webapp/up state drain"]).await;
    members.have(&["127.0.0.1:8001 drain", DOWN, OFF, "127.0.0.4:8001 up"]).await;
    commands(api, &["set server webapp/up state ready", "set server webapp/slot1 state maint"]).await;
    members.have(&[UP, DOWN, OFF, "(127.0.0.4:8001 maintenance)"]).await;
    commands(api, &["set server webapp/off state ready"]).await;
    members.have(&[UP, DOWN, "127.0.0.3:8001 up", "(127.0.0.4:8001 maintenance)"]).await;
    commands(api, &["set server webapp/off state maint", "set server webapp/slot1 addr 0.0.0.0"]).await;
    members.have(&[UP, DOWN, OFF]).await;
}

/// A server that the configuration does not have; of a release that can.
async fn added(members: &mut Members, api: &str) {
    commands(api, &["add server webapp/added 127.0.0.5:8001"]).await;
    members.have(&[UP, DOWN, OFF, "(127.0.0.5:8001 maintenance)"]).await;
    commands(api, &["enable server webapp/added"]).await;
    members.have(&[UP, DOWN, OFF, "127.0.0.5:8001 up"]).await;
    commands(api, &["disable server webapp/added", "del server webapp/added"]).await;
    members.have(&[UP, DOWN, OFF]).await;
}

async fn commands(api: &str, commands: &[&str]) {
    let output = agent::run(&[&["runtime", "--api", api], commands].concat()).await;
    assert!(output.status.success(), "{output:?}");
}

async fn lines(server: &Server, at: SocketAddr) {
    assert_eq!(get(at, "/retried", "").await, (200, "well".into()));
    let access = line(server, "/retried").await;
    assert_eq!((access.host.as_str(), access.method.as_str(), access.status), ("app.lab", "GET", 200), "{access:?}");
    assert_eq!(access.upstreams().collect::<Vec<_>>(), ["127.0.0.2:8001".parse().unwrap()], "{access:?}");
    assert!(access.was_tried_elsewhere(), "{access:?}");

    get(at, "/own", "").await;
    let access = line(server, "/own").await;
    assert_eq!((access.upstreams().count(), access.was_tried_elsewhere()), (0, false), "{access:?}");
    assert_eq!(get(at, "/nobody", "").await.0, 503);
    let access = line(server, "/nobody").await;
    assert_eq!((access.status, access.upstreams().count()), (503, 0), "{access:?}");

    // HAProxy writes what would end a text as `#22`.
    get(at, "/quote\"?a=b", "").await;
    line(server, "/quote#22?a=b").await;
}
