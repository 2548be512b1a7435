//! Caddy: the upstreams of its reverse proxies, as one fails and as it is given another configuration.

use crate::access::{get, http};
use crate::agent::Members;
use crate::image::{Image, Release, Setup};

pub(crate) const RELEASES: &[Release] = &[
    Release::new("bookworm", "relapse-test-caddy:bookworm", &[("SUITE", "bookworm")]),
    Release::new("sid", "relapse-test-caddy:sid", &[("SUITE", "sid")]).nightly(),
];

const CONFIGURATION: &str = "
{
    admin 0.0.0.0:2019
}
http://:8001 {
    respond well
}
http://:8080 {
    reverse_proxy 127.0.0.1:8001 127.0.0.1:8002 {
        lb_policy round_robin
        lb_try_duration 2s
        fail_duration 10m
    }
}
";

pub(crate) async fn test(image: Image) {
    let files = [("/etc/caddy/Caddyfile", CONFIGURATION)];
    let server = image.start(Setup { files: &files, ports: &[2019, 8080], ..Setup::default() }).await;
    let url = format!("http://{}", server.at(2019).await);
    let mut members = Members::of(&["caddy", &url]);
    members.have(&["127.0.0.1:8001 well", "127.0.0.1:8002 well"]).await;
    members.stay().await;
    let at = server.at(8080).await;
    for _ in 0..2 {
        assert_eq!(get(at, "/", "").await, (200, "well".into()));
    }
    members.have(&["127.0.0.1:8001 well", "127.0.0.1:8002 failing"]).await;

    for (upstream, expected) in [("127.0.0.3:8001", Some("127.0.0.3:8001 well")), ("localhost:8001", None)] {
        let configuration = CONFIGURATION.replace("127.0.0.1:8001 127.0.0.1:8002", upstream);
        let request = http().post(format!("{url}/load")).header("Content-Type", "text/caddyfile").body(configuration);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        match expected {
            Some(expected) => members.have(&[expected]).await,
            None => members.fail("localhost:8001 has no address but a name").await,
        }
    }
    server.stop().await;
    members.fail("asking http://").await;
}
